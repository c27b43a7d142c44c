import type { Cluster } from '../model/cluster'
import type { ProfileName } from './types'

/** DaemonSets that bring a plugin with its own policy model; others follow the Kubernetes kinds. */
const DAEMON_SETS: ReadonlyMap<string, ProfileName> = new Map([
  ['calico-node', 'calico'],
  ['canal', 'calico'],
  ['cilium', 'cilium'],
])

/**
 * Finds the profile by the plugin that runs. When no plugin is seen (application manifests only), the kinds of the
 * policies tell what they are written for, if only one vendor's are there.
 */
export function detectProfile(cluster: Cluster): ProfileName {
  return recogniseProfile(cluster).profile
}

/** The profile of a cluster, and in a few words what it was recognised by. */
export function recogniseProfile(cluster: Cluster): { readonly profile: ProfileName; readonly evidence: string } {
  for (const workload of cluster.workloads.values()) {
    const profile = workload.kind === 'DaemonSet' ? DAEMON_SETS.get(workload.name) : undefined
    if (profile !== undefined) return { profile, evidence: `DaemonSet ${workload.namespace}/${workload.name} runs` }
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
