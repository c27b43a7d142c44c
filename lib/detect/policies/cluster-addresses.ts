import { ADDRESS_FAMILIES, type AddressRange, type AddressSet, isEmptyAddressSet } from '../../policy/address-set'
import type { Condition } from '../../policy/end-term'
import { aboutPolicy, type FindingDraft, makeFinding } from '../make-finding'
import { type ClusterRange, clusterRanges } from './cluster-ranges'
import type { PolicyView } from './policy-view'
import { peerPath } from './rule-paths'
import { wholeFamily } from './wide-rules'

/** NP-08: a block of addresses in a rule covers pods or Services of the cluster. */
export function findClusterAddresses(view: PolicyView): readonly FindingDraft[] {
  const hasBlocks = view.understood.some(({ policy }) =>
    [...policy.ingress.rules, ...policy.egress.rules].some((rule) => rule.peers.some((peer) => blockOf(peer) !== null)),
  )
  if (!hasBlocks) return []
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
          evidence: covered.flatMap(({ evidence }) => evidence),
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
  return ADDRESS_FAMILIES.some((family) => block[family].some((part) => overlaps(part, range[family])))
}

/** Whether a range has an address in common with sorted ranges. */
function overlaps({ first, last }: AddressRange, ranges: readonly AddressRange[]): boolean {
  let low = 0
  let high = ranges.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ranges[middle] as AddressRange).last < first) low = middle + 1
    else high = middle
  }
  const next = ranges[low]
  return next !== undefined && next.first <= last
}
