import { ADDRESS_FAMILIES, type AddressSet, coverage, isEmptyAddressSet } from '../policy/address-set'
import type { Condition } from '../policy/end-term'
import { type ClusterRange, clusterRanges } from './cluster-ranges'
import type { Finding } from './finding'
import { aboutPolicy, makeFinding } from './make-finding'
import type { PolicyView } from './policy-view'
import { peerPath } from './rule-paths'
import { wholeFamily } from './wide-rules'

/** NP-08: a block of addresses in a rule covers pods or Services of the cluster. */
export function findClusterAddresses(view: PolicyView): readonly Finding[] {
  const ranges = clusterRanges(view.cluster).filter(({ addresses }) => !isEmptyAddressSet(addresses))
  if (ranges.length === 0) return []
  return view.understood.flatMap((viewed) =>
    [...viewed.policy.ingress.rules, ...viewed.policy.egress.rules].flatMap((rule) =>
      rule.peers.flatMap((peer, index) => {
        const block = blockOf(peer)
        if (rule.index < 0 || block === null || wholeFamily(peer) !== null) return []
        // Nobody connects from the address of a Service.
        const covered = ranges.filter(
          ({ of, addresses }) => (of === 'pods' || rule.direction === 'egress') && meets(block.addresses, addresses),
        )
        if (covered.length === 0) return []
        return makeFinding('NP-08', aboutPolicy(viewed.policy.raw), {
          field: peerPath(viewed, rule, index),
          message: `${block.text} covers ${covered.map(title).join(' and ')} of this cluster.`,
          ...(block.matchesPods
            ? {}
            : { why: 'This plugin compares such ranges with outside addresses only: pods in the range are not meant by it.' }),
          evidence: covered.map(({ evidence }) => evidence),
        })
      }),
    ),
  )
}

function title({ of }: ClusterRange): string {
  return of === 'pods' ? 'pod addresses' : 'Service addresses'
}

function blockOf(peer: Condition): { readonly addresses: AddressSet; readonly text: string; readonly matchesPods: boolean } | null {
  const [term] = peer
  return peer.length === 1 && term?.kind === 'addresses' ? term : null
}

function meets(block: AddressSet, range: AddressSet): boolean {
  return ADDRESS_FAMILIES.some((family) => {
    const part = family === 4 ? { 4: range[4], 6: [] } : { 4: [], 6: range[6] }
    return part[family].length > 0 && coverage(block, part) !== 'none'
  })
}
