import type { Cluster } from '../model/cluster'
import { detectNetwork } from '../platform/network/detect-network'
import type { ProfileName } from './types'

/**
 * Finds the profile by the plugin that runs. When no plugin is seen (application manifests only), the kinds of the
 * policies tell what they are written for, if only one vendor's are there.
 */
export function detectProfile(cluster: Cluster): ProfileName {
  return recogniseProfile(cluster).profile
}

/** The profile of a cluster, and in a few words what it was recognised by. */
export function recogniseProfile(cluster: Cluster): { readonly profile: ProfileName; readonly evidence: string } {
  const { policy } = detectNetwork(cluster)
  if (policy.plugin !== null && policy.profile !== 'kubernetes') {
    return { profile: policy.profile, evidence: policy.evidence[0]?.text.replace(/\.$/, '') ?? `${policy.plugin} was seen` }
  }
  const vendors = new Set(cluster.policies.flatMap(({ meta }) => vendorOf(meta.apiVersion) ?? []))
  const only = [...vendors][0]
  if (vendors.size === 1 && only !== undefined) return { profile: only, evidence: `the policies are of ${VENDOR_NAMES[only]}` }
  return { profile: 'kubernetes', evidence: 'no plugin with a policy model of its own was seen' }
}

const VENDOR_NAMES = { calico: 'Calico', cilium: 'Cilium' } as const

/** The vendor of a policy kind; null for kinds of Kubernetes itself and of meshes. */
export function vendorOf(apiVersion: string): 'calico' | 'cilium' | null {
  const group = apiVersion.split('/')[0]
  if (group === 'projectcalico.org' || group === 'crd.projectcalico.org') return 'calico'
  return group === 'cilium.io' ? 'cilium' : null
}
