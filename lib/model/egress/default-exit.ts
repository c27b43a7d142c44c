import { formatCidr, parseCidr } from '../address'
import type { Cluster } from '../cluster'
import { rawFields } from './raw-fields'

/** With which address pods leave that no egress object is for. */
export type DefaultExit = { readonly pods: string; readonly text: string; readonly evidence: string }

/** Says it for each range of pods of which an object tells: Calico's pools. Empty where nobody can tell. */
export function defaultExits(cluster: Cluster): readonly DefaultExit[] {
  return cluster.others.flatMap((raw): readonly DefaultExit[] => {
    if (raw.meta.kind !== 'IPPool' || !raw.meta.apiVersion.includes('projectcalico.org')) return []
    const spec = rawFields(raw).object('spec')
    const cidr = parseCidr(spec.string('cidr') ?? '')
    if (cidr === null || spec.boolean('disabled') === true) return []
    const isTranslated = spec.boolean('natOutgoing') ?? false
    return [
      {
        pods: formatCidr(cidr),
        text: isTranslated ? 'with the address of their machine (source NAT)' : 'with their own address',
        evidence: `IPPool ${raw.meta.name}: natOutgoing ${isTranslated ? 'true' : 'false'}`,
      },
    ]
  })
}
