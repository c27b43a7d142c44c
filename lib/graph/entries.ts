import { type Door, type DoorTarget, leadsNowhere, placeText, shareText } from '../model/door'
import { DeclaredDraft, declaredEdge, MAX_LABELS } from './declared-edge'
import type { DrawnNodes } from './drawn-nodes'
import type { FoldCounter } from './folds'
import type { GraphIndex } from './graph-index'
import { nameNode, worldNode } from './outside-nodes'
import type { Badge, EdgeClaim, GraphEdge, GraphNode } from './topology'

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
    const label = door.addresses.slice(0, MAX_LABELS).join(', ')
    edges.push(declaredEdge(world, entry, 'exposes', { ports: [...new Set(ports)], label, claim: claimOfDoor(door) }))
    edges.push(...targetEdges(drawn, door, entry))
  }
  return edges
}

function claimOfDoor(door: Door): EdgeClaim {
  if (leadsNowhere(door)) return 'broken'
  return door.standing.by === 'prediction' ? 'predicted' : 'stated'
}

function entryNode(door: Door): GraphNode {
  const badges: Badge[] = [{ id: 'door', value: doorWord(door) }]
  if (leadsNowhere(door)) badges.push({ id: 'nowhere', value: 'leads nowhere' })
  if (door.standing.by === 'prediction') badges.push({ id: 'predicted', value: 'predicted from the objects: no controller has said so' })
  if (door.addresses.length > 0) badges.push({ id: 'addresses', value: door.addresses.join(', ') })
  if (door.hosts.length > 0) badges.push({ id: 'hosts', value: door.hosts.join(', ') })
  if (hasTls(door)) badges.push({ id: 'tls', value: 'TLS' })
  const grave = door.problems.toSorted((a, b) => SEVERITY[a.severity] - SEVERITY[b.severity]).filter(({ severity }) => severity !== 'info')
  for (const { message } of grave.slice(0, MAX_PROBLEMS)) badges.push({ id: 'problem', value: message })
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

const SEVERITY = { error: 0, warning: 1, info: 2 } as const

function doorWord({ kind, className }: Door): string {
  const word = kind === 'IstioGateway' ? 'Gateway of Istio' : kind === 'Route' ? 'Route of OpenShift' : kind
  return className === null ? word : `${word}, class ${className}`
}

export function hasTls(door: Door): boolean {
  return door.ports.some((port) => port.tls) || door.targets.some((target) => target.kind !== 'workload' && target.tls)
}

/** One edge to each thing behind a door, whatever number of hosts and paths lead there. */
function targetEdges(drawn: DrawnNodes, door: Door, entry: string): GraphEdge[] {
  const drafts = new Map<string, DeclaredDraft>()
  for (const target of door.targets) {
    const id = targetNode(drawn, target)
    if (id === null) continue
    const draft = drafts.get(id) ?? new DeclaredDraft()
    drafts.set(id, draft)
    draft.add('port' in target && target.port !== null ? [String(target.port)] : [], routeLabel(target), claimOf(target, door))
  }
  const relation = OPENED_BY_THEMSELVES.has(door.kind) ? 'exposes' : 'routes'
  return [...drafts].map(([id, draft]) => draft.finish(entry, id, relation))
}

const OPENED_BY_THEMSELVES: ReadonlySet<Door['kind']> = new Set(['LoadBalancer', 'NodePort', 'ExternalIP', 'HostPort', 'HostNetwork'])

function claimOf(target: DoorTarget, door: Door): EdgeClaim {
  if (target.kind !== 'workload' && target.weight === 0) return 'idle'
  if (target.kind !== 'workload' && !target.works) return 'broken'
  return door.standing.by === 'prediction' ? 'predicted' : 'stated'
}

function targetNode(drawn: DrawnNodes, target: DoorTarget): string | null {
  switch (target.kind) {
    case 'service':
      return drawn.service(target.service)
    case 'workload':
      return drawn.workload(target.workload)
    case 'external':
      return drawn.add(nameNode(target.name))
    default:
      return null
  }
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
  const parts = [
    placeText(target),
    target.role === 'backend' ? '' : target.role,
    shareText(target),
    target.note,
    target.works ? '' : 'cannot take traffic',
  ]
  return parts.filter((part) => part !== '').join(', ')
}
