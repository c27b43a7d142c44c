import type { EgressDestination, EgressWay } from '../model/egress/egress-way'
import { resolveEgress } from '../model/egress/resolve-egress'
import { declaredEdge } from './declared-edge'
import type { DrawnNodes } from './drawn-nodes'
import type { FoldCounter } from './folds'
import type { GraphIndex } from './graph-index'
import { nameNode, rangeNode, worldNode } from './outside-nodes'
import type { Badge, EdgeClaim, GraphEdge, GraphNode } from './topology'

/** Workloads that get an edge of their own to one way out, and destinations of it. */
const MAX_EDGES = 200
const MAX_PROBLEMS = 3

export type ExitScope = {
  readonly namespaces: ReadonlySet<string>
  /** Ways drawn one by one; what goes beyond is counted in the fold `declared`. */
  readonly limit: number
  /** Draws an edge only from nodes that are drawn already. */
  readonly onlyBetweenDrawn: boolean
}

/** Draws declared ways out: who leaves, through what, to where. */
export function drawExits(index: GraphIndex, drawn: DrawnNodes, folds: FoldCounter, scope: ExitScope): GraphEdge[] {
  const wanted = resolveEgress(index.cluster).flatMap((way) => {
    const sources = way.sources.filter((ref) => {
      const namespace = index.cluster.workloads.get(ref)?.namespace
      return namespace !== undefined && scope.namespaces.has(namespace) && (!scope.onlyBetweenDrawn || drawn.rows.has(ref))
    })
    const isOwn = way.namespace === null || scope.namespaces.has(way.namespace)
    return sources.length > 0 || (isOwn && !scope.onlyBetweenDrawn) ? [{ way, sources }] : []
  })
  const isOpen = folds.isOpen('declared')
  const limit = isOpen ? wanted.length : scope.limit
  folds.add('declared', { nodes: isOpen ? wanted.length : Math.max(0, wanted.length - limit) })

  const edges = new Map<string, GraphEdge>()
  for (const { way, sources } of wanted.slice(0, limit)) {
    const exit = drawn.add(exitNode(way))
    const claim = claimOf(way)
    for (const ref of sources.slice(0, MAX_EDGES)) {
      const source = drawn.workload(ref)
      if (source === null || source === exit) continue
      const edge = declaredEdge(source, exit, 'egress-via', { label: way.addresses.join(', '), claim })
      edges.set(edge.id, edge)
    }
    for (const destination of way.destinations.slice(0, MAX_EDGES)) {
      const target = drawn.add(destinationNode(destination))
      const edge = declaredEdge(exit, target, 'egress-via', {
        ports: destination.port === null ? [] : [String(destination.port)],
        label: destination.note,
        claim: destination.works ? claim : 'broken',
      })
      edges.set(edge.id, edge)
    }
  }
  return [...edges.values()]
}

function claimOf({ problems, standing }: EgressWay): EdgeClaim {
  if (problems.some(({ severity, code }) => severity === 'error' || code === 'half-missing')) return 'broken'
  return standing.by === 'prediction' ? 'predicted' : 'stated'
}

function exitNode(way: EgressWay): GraphNode {
  const badges: Badge[] = [{ id: 'door', value: `${way.kind === 'IstioGateway' ? 'Gateway' : way.kind} (${way.system})` }]
  if (way.addresses.length > 0) badges.push({ id: 'addresses', value: way.addresses.join(', ') })
  if (way.standing.by === 'prediction') badges.push({ id: 'predicted', value: 'predicted from the objects: no controller has said so' })
  for (const { message } of way.problems.slice(0, MAX_PROBLEMS)) badges.push({ id: 'problem', value: message })
  return {
    id: way.id,
    kind: 'egress-gateway',
    ref: way.id,
    name: way.name,
    namespace: way.namespace,
    parent: null,
    lane: 'external',
    badges,
  }
}

function destinationNode({ kind, text }: EgressDestination): GraphNode {
  if (kind === 'anything') return worldNode('destination')
  return kind === 'name' ? nameNode(text) : rangeNode(text)
}
