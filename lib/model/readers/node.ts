import { canonicalAddress, formatCidr, parseCidr } from '../address'
import type { ClusterNode } from '../cluster'
import type { Fields } from '../fields'
import type { ObjectMeta } from '../object'

export function readNode(document: Fields, meta: ObjectMeta): ClusterNode {
  const spec = document.object('spec')
  const status = document.object('status')
  const ready = status.list('conditions').find((condition) => condition.string('type') === 'Ready')
  return {
    meta,
    name: meta.name,
    addresses: status.list('addresses').map((entry) => {
      const address = entry.string('address') ?? ''
      return { type: entry.string('type') ?? '', address: canonicalAddress(address) ?? address }
    }),
    podCidrs: readPodCidrs(spec),
    zone: meta.labels.get('topology.kubernetes.io/zone') ?? meta.labels.get('failure-domain.beta.kubernetes.io/zone') ?? null,
    ready: ready === undefined ? null : ready.string('status') === 'True',
    kubeletVersion: status.object('nodeInfo').string('kubeletVersion'),
  }
}

function readPodCidrs(spec: Fields): readonly string[] {
  const first = spec.string('podCIDR')
  const cidrs = new Set<string>()
  for (const text of [...(first ? [first] : []), ...spec.strings('podCIDRs')]) {
    const cidr = parseCidr(text)
    if (cidr === null) spec.problem('podCIDRs', `"${text.slice(0, 60)}" is not a CIDR`)
    else cidrs.add(formatCidr(cidr))
  }
  return [...cidrs]
}
