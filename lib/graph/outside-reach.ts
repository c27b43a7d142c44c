import { lastAddress } from '../model/address'
import type { WorkloadRef } from '../model/names'
import { formatAddressRange } from '../policy/address-set'
import type { ConnectionSet } from '../policy/types'
import type { DrawnNodes } from './drawn-nodes'
import type { GraphIndex } from './graph-index'
import { addressesNode, worldNode } from './outside-nodes'
import { portsOf } from './reachability'
import type { GraphEdge } from './topology'

const NONE_SEEN = { forwarded: 0, dropped: 0, audit: 0, error: 0, unknown: 0 }
/** Ranges that get a node of their own; more are one line to the Internet that says how many. */
const MOST_RANGES = 8

/** Draws where outside the policies let one workload go and it was not seen to go: asked for by selecting it. */
export function drawOutsideReach(
  index: GraphIndex,
  drawn: DrawnNodes,
  selection: string | null,
  usedPairs: ReadonlySet<string>,
): GraphEdge[] {
  const workload = selection === null ? undefined : index.cluster.workloads.get(selection as WorkloadRef)
  if (workload === undefined || !drawn.isOpen(workload.namespace)) return []
  const reach = index.outsideReach(workload.ref)
  const whole = reach.filter(({ family, range }) => range.first === 0n && range.last === lastAddress(family))
  const parts = reach.filter((one) => !whole.includes(one))
  const [everywhere] = whole
  const edges: GraphEdge[] = []
  const add = (node: ReturnType<typeof worldNode>, connections: ConnectionSet, label: string): void => {
    if (usedPairs.has(`${workload.ref} ${node.id}`)) return
    const target = drawn.add(node)
    edges.push({
      id: `${workload.ref}>${target} may-reach`,
      source: workload.ref,
      target,
      relation: 'may-reach',
      basis: 'computed',
      state: 'allowed-unused',
      ...portsOf(connections),
      verdicts: NONE_SEEN,
      rate: 0,
      policies: [],
      label,
      lastSeen: null,
      service: null,
      mutualTls: null,
      reporters: [],
      claim: null,
      bundled: 1,
    })
  }
  if (everywhere !== undefined) add(worldNode('destination'), everywhere.conns, whole.length > 1 ? '' : `IPv${everywhere.family} only`)
  else if (parts.length > MOST_RANGES) add(worldNode('destination'), parts[0]?.conns ?? 'all', `${parts.length} ranges outside`)
  else for (const { family, range, conns } of parts) add(addressesNode(formatAddressRange(family, range)), conns, '')
  return edges
}
