import type { Cluster } from '../model/cluster'
import { settingOf } from '../platform/settings'
import type { Assumptions } from './assumptions'
import type { ProfileName } from './types'

const CILIUM = 'kube-system/cilium-config'
const ISTIO = 'istio-system/istio'

/**
 * What the settings of the plugin and of the mesh say where the policy kinds leave it open; what a person assumes counts
 * before. That Cilium enforces nothing (`enable-policy: never`) is no part of it: the verdicts stay what the policies say,
 * and who enforces them is said apart.
 */
export function statedAssumptions(cluster: Cluster, profile: ProfileName): Partial<Assumptions> {
  const text = (place: string, field: string): string | null => settingOf(cluster, place, field)?.value || null
  const trustDomain = text(ISTIO, 'mesh trustDomain')
  const rootNamespace = text(ISTIO, 'mesh rootNamespace')
  const name = profile === 'cilium' ? text(CILIUM, 'cluster-name') : null
  return {
    ...(profile === 'cilium' && text(CILIUM, 'enable-policy') === 'always' ? { enablePolicy: 'always' } : {}),
    ...(profile === 'cilium' && text(CILIUM, 'enable-host-firewall') === 'true' ? { hostFirewall: true } : {}),
    ...(name === null ? {} : { cluster: name }),
    ...(trustDomain === null ? {} : { istioTrustDomain: trustDomain }),
    ...(rootNamespace === null ? {} : { istioRootNamespace: rootNamespace }),
  }
}
