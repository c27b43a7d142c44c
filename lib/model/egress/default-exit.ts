import { formatCidr, parseCidr } from '../address'
import type { Cluster } from '../cluster'
import { rawFields } from './raw-fields'

/** With which address pods leave that no egress object is for. */
export type DefaultExit = { readonly pods: string; readonly text: string; readonly evidence: string }

/** Says it for each range of pods of which something tells: Calico's pools, Cilium, the agent of some clouds. Empty where nobody can tell. */
export function defaultExits(cluster: Cluster): readonly DefaultExit[] {
  return [...ofPools(cluster), ...ofCilium(cluster), ...ofMasqueradeAgent(cluster)]
}

function ofCilium(cluster: Cluster): readonly DefaultExit[] {
  const value = cluster.settings.get('kube-system/cilium-config')?.get('enable-ipv4-masquerade')
  if (value === undefined) return []
  return [{ pods: 'all pods', text: value === 'false' ? OWN : TRANSLATED, evidence: `cilium-config: enable-ipv4-masquerade ${value}` }]
}

/** The agent lists the ranges to which pods go with their own address. */
function ofMasqueradeAgent(cluster: Cluster): readonly DefaultExit[] {
  return ['kube-system/ip-masq-agent config', 'kube-system/azure-ip-masq-agent-config ip-masq-agent'].flatMap((place) => {
    const [name = '', entry = ''] = place.split(' ')
    const text = cluster.settings.get(name)?.get(entry)
    if (text === undefined) return []
    const ranges = text.split(/[\s,"'[\]-]+/).filter((word) => word.includes('/') && parseCidr(word) !== null)
    return [{ pods: 'all pods', text: `${TRANSLATED}, except to ${ranges.join(', ') || 'nothing'}`, evidence: `ConfigMap ${name}` }]
  })
}

const TRANSLATED = 'with the address of their machine (source NAT)'
const OWN = 'with their own address'

function ofPools(cluster: Cluster): readonly DefaultExit[] {
  return cluster.networkObjects.flatMap((raw): readonly DefaultExit[] => {
    if (raw.meta.kind !== 'IPPool' || !raw.meta.apiVersion.includes('projectcalico.org')) return []
    const spec = rawFields(raw).object('spec')
    const cidr = parseCidr(spec.string('cidr') ?? '')
    if (cidr === null || spec.boolean('disabled') === true) return []
    const isTranslated = spec.boolean('natOutgoing') ?? false
    return [
      {
        pods: formatCidr(cidr),
        text: isTranslated ? TRANSLATED : OWN,
        evidence: `IPPool ${raw.meta.name}: natOutgoing ${isTranslated ? 'true' : 'false'}`,
      },
    ]
  })
}
