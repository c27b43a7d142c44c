import type { Door, DoorTarget } from '../model/door'
import { declaredEdge } from './declared-edges'
import type { DrawnNodes } from './drawn-nodes'
import type { FoldCounter } from './folds'
import type { GraphIndex } from './graph-index'
import { worldNode } from './outside-nodes'
import type { Badge, GraphEdge, GraphNode } from './topology'

const MAX_LABELS = 3
const MAX_PROBLEMS = 3

export type EntryScope = {
  readonly namespaces: ReadonlySet<string>
  /** Doors drawn one by one; what goes beyond is counted in the fold `declared`. */
  readonly limit: number
  /** Draws only the doors that lead to these namespaces and workloads; null draws them all. */
  readonly only: ReadonlySet<string> | null
}

/**
 * Draws what can be entered from outside: Internet, door, and what stands behind it. Pods on the machine's own network are
 * open on every port they listen on; that is a fact of the workload and no door of its own here.
 */
export function drawEntries(index: GraphIndex, drawn: DrawnNodes, folds: FoldCounter, scope: EntryScope): GraphEdge[] {
  const doors = index.doors.filter((door) => door.kind !== 'HostNetwork' && scope.namespaces.has(door.namespace))
  const wanted = scope.only === null ? doors : doors.filter((door) => leadsTo(index, door, scope.only))
  const limit = folds.isOpen('declared') ? wanted.length : scope.limit
  folds.add('declared', { nodes: folds.isOpen('declared') ? wanted.length : Math.max(0, wanted.length - limit) })

  const edges: GraphEdge[] = []
  for (const door of wanted.slice(0, limit)) {
    const entry = drawn.add(entryNode(door))
    const ports = door.ports.map(({ port, protocol }) => (protocol === 'TCP' ? String(port) : `${port}/${protocol}`))
    const world = drawn.add(worldNode('source'))
    edges.push(declaredEdge(world, entry, 'exposes', 'declared', [...new Set(ports)], door.addresses.slice(0, MAX_LABELS).join(', ')))
    edges.push(...targetEdges(drawn, door, entry))
  }
  return edges
}

function entryNode(door: Door): GraphNode {
  const badges: Badge[] = [{ id: 'door', value: door.className === null ? door.kind : `${door.kind}, class ${door.className}` }]
  if (door.addresses.length > 0) badges.push({ id: 'addresses', value: door.addresses.join(', ') })
  if (door.hosts.length > 0) badges.push({ id: 'hosts', value: door.hosts.join(', ') })
  if (door.ports.some((port) => port.tls) || door.targets.some((target) => target.kind === 'service' && target.tls)) {
    badges.push({ id: 'tls', value: 'TLS' })
  }
  for (const { message } of door.problems.slice(0, MAX_PROBLEMS)) badges.push({ id: 'problem', value: message })
  return {
    id: door.id,
    kind: 'entry',
    ref: door.id,
    name: door.name,
    namespace: door.namespace,
    parent: null,
    lane: 'entry',
    badges,
  }
}

/** One edge to each thing behind a door, whatever number of hosts and paths lead there. */
function targetEdges(drawn: DrawnNodes, door: Door, entry: string): GraphEdge[] {
  const drafts = new Map<string, { ports: Set<string>; labels: Set<string> }>()
  for (const target of door.targets) {
    const id = targetNode(drawn, target)
    if (id === null) continue
    const draft = drafts.get(id) ?? { ports: new Set(), labels: new Set() }
    if ('port' in target && target.port !== null) draft.ports.add(String(target.port))
    const label = routeLabel(target)
    if (label !== '') draft.labels.add(label)
    drafts.set(id, draft)
  }
  const relation = door.kind === 'Ingress' || door.kind === 'Gateway' ? 'routes' : 'exposes'
  return [...drafts].map(([id, { ports, labels }]) => {
    const shown = [...labels].slice(0, MAX_LABELS)
    if (labels.size > MAX_LABELS) shown.push(`and ${labels.size - MAX_LABELS} more`)
    return declaredEdge(entry, id, relation, 'declared', [...ports], shown.join(', '))
  })
}

function targetNode(drawn: DrawnNodes, target: DoorTarget): string | null {
  if (target.kind === 'service') return drawn.service(target.service)
  return target.kind === 'workload' ? drawn.workload(target.workload) : null
}

function leadsTo(index: GraphIndex, door: Door, wanted: ReadonlySet<string> | null): boolean {
  return index.workloadsBehind(door).some((ref) => {
    const workload = index.cluster.workloads.get(ref)
    return workload !== undefined && (wanted?.has(ref) || wanted?.has(workload.namespace))
  })
}

/** Host and path of a route, its weight where it has one, and whether it leads anywhere: what an edge to it says. */
export function routeLabel(target: DoorTarget): string {
  if (target.kind === 'workload') return ''
  const place = `${target.host ?? ''}${target.path ?? ''}`
  if (target.kind === 'other') return place
  const parts = [place, target.weight === 1 ? '' : `weight ${target.weight}`, target.works ? '' : 'cannot take traffic']
  return parts.filter((part) => part !== '').join(', ')
}
