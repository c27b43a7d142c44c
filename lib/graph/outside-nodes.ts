import type { FlowEndpoint } from '../flows/flow'
import type { FlowEdge } from '../flows/window-types'
import type { GraphNode } from './topology'

export type Side = 'source' | 'destination'

const WORLD = 'entity:world'
/** Ends inside the cluster that no object names. */
const UNKNOWN = 'entity:unknown'

/** Machines and the API server: outside the cluster's objects, yet not outside the cluster. */
const MACHINES = new Map([
  ['entity:host', 'This machine'],
  ['entity:remote-node', 'Other machines'],
  ['entity:kube-apiserver', 'API server'],
  ['entity:health', 'Health endpoint'],
])

/** The group that stands for an outside end when there is room: a DNS name, a range, or an entity. */
export function outsideGroup(end: FlowEndpoint): string {
  if (end.ref.startsWith('dns:') || end.ref.startsWith('cidr:')) return end.ref
  if (end.group !== null) return end.group
  return end.ref.startsWith('ip:') ? UNKNOWN : end.ref
}

/** The outside groups that get a node of their own: those with denials first, then by traffic; entities always do. */
export function chooseOutside(edges: readonly FlowEdge[], limit: number): ReadonlySet<string> {
  const weights = new Map<string, number>()
  for (const edge of edges) {
    for (const end of [edge.source, edge.destination]) {
      if (end.namespace !== null) continue
      const group = outsideGroup(end)
      if (group.startsWith('entity:')) continue
      const { forwarded, dropped, audit, error, unknown } = edge.verdicts
      const weight = forwarded + audit + error + unknown + dropped * 1_000_000
      weights.set(group, (weights.get(group) ?? 0) + weight)
    }
  }
  const order = [...weights].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
  return new Set(order.slice(0, limit).map(([group]) => group))
}

/** The node of an outside end. What enters stands left, what is called stands right; machines stand right on both sides. */
export function outsideNode(end: FlowEndpoint, side: Side, chosen: ReadonlySet<string>): GraphNode {
  const group = outsideGroup(end)
  const machine = MACHINES.get(group)
  if (machine !== undefined) return node(group, group, machine, 'machine', 'external')
  if (group === WORLD) return worldNode(side)
  if (group === UNKNOWN) return node(group, group, 'Unknown in the cluster', 'external', 'external')
  if (!group.startsWith('entity:') && !chosen.has(group)) return worldNode(side)
  const name = group.slice(group.indexOf(':') + 1)
  return side === 'source' ? node(`from:${group}`, group, name, 'external', 'entry') : node(group, group, name, 'external', 'external')
}

/** Everything outside that has no node of its own. */
export function worldNode(side: Side): GraphNode {
  return side === 'source'
    ? node(`from:${WORLD}`, WORLD, 'Internet', 'external', 'entry')
    : node(WORLD, WORLD, 'Internet', 'external', 'external')
}

/** A name that a Service is an alias of. */
export function nameNode(dnsName: string): GraphNode {
  return node(`dns:${dnsName}`, `dns:${dnsName}`, dnsName, 'external', 'external')
}

/** A range of addresses outside that an object names. */
export function rangeNode(cidr: string): GraphNode {
  return node(`cidr:${cidr}`, `cidr:${cidr}`, cidr, 'external', 'external')
}

/** Addresses outside as `A-B` or `A`, as the policies tell them apart. */
export function addressesNode(addresses: string): GraphNode {
  return node(`ip:${addresses}`, `ip:${addresses}`, addresses, 'external', 'external')
}

function node(id: string, ref: string, name: string, kind: 'external' | 'machine', lane: 'entry' | 'external'): GraphNode {
  return { id, kind, ref, name, namespace: null, parent: null, lane, badges: [] }
}
