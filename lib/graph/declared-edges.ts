import type { Service } from '../model/cluster'
import { type EastWestRoute, eastWestRoutes } from '../model/doors/east-west'
import { followExternalName } from '../model/external-name'
import { DeclaredDraft, declaredEdge } from './declared-edge'
import type { DrawnNodes } from './drawn-nodes'
import type { GraphIndex } from './graph-index'
import { nameNode } from './outside-nodes'
import type { GraphEdge } from './topology'

export type DeclaredScope = {
  readonly namespaces: ReadonlySet<string>
  /** Draws an edge only between nodes that traffic drew. */
  readonly onlyBetweenDrawn: boolean
}

/**
 * What objects say and what following their references gives: Services to what they select, aliases to what they name,
 * workloads to their pods, and what a mesh sends calls on to.
 */
export function drawDeclared(index: GraphIndex, drawn: DrawnNodes, scope: DeclaredScope): GraphEdge[] {
  const edges = new Map<string, GraphEdge>()
  for (const namespace of scope.namespaces) {
    for (const service of index.servicesIn(namespace)) {
      if (scope.onlyBetweenDrawn && !drawn.rows.has(service.ref)) continue
      for (const edge of [...selectsEdges(index, drawn, service, scope), ...aliasEdge(index, drawn, service, scope)])
        edges.set(edge.id, edge)
    }
  }
  for (const edge of [...eastWestEdges(index, drawn, scope), ...ownsEdges(drawn)]) edges.set(edge.id, edge)
  return [...edges.values()]
}

function selectsEdges(index: GraphIndex, drawn: DrawnNodes, service: Service, scope: DeclaredScope): GraphEdge[] {
  if (!drawn.isOpen(service.namespace)) return []
  const ports = service.ports.map(({ port, targetPort }) => (String(port) === String(targetPort) ? `${port}` : `${port}→${targetPort}`))
  return [...index.targetsOf(service).workloads].flatMap((ref) => {
    if (scope.onlyBetweenDrawn && !drawn.rows.has(ref)) return []
    const target = drawn.workload(ref)
    const source = drawn.service(service.ref)
    return target === null || source === null ? [] : [declaredEdge(source, target, 'selects', { basis: 'resolved', ports })]
  })
}

/** Inside the cluster an alias leads to another Service, outside to a DNS name; in a circle, or to nothing, to nowhere. */
function aliasEdge(index: GraphIndex, drawn: DrawnNodes, service: Service, scope: DeclaredScope): GraphEdge[] {
  const chain = followExternalName(index.cluster, service)
  if (chain === null) return []
  const { end, through } = chain
  const inside = through[1] ?? (end.kind === 'service' ? end.service : null)
  const outside = end.kind === 'dns' && inside === null ? nameNode(end.name) : null
  if (outside !== null && scope.onlyBetweenDrawn && !drawn.rows.has(outside.id)) return []
  const target = inside !== null ? drawn.service(inside) : outside !== null ? drawn.add(outside) : null
  const source = drawn.service(service.ref)
  if (target === null || source === null || target === source) return []
  const claim = end.kind === 'loop' || end.kind === 'missing' ? 'broken' : 'stated'
  return [declaredEdge(source, target, 'aliases', { label: service.externalName ?? '', claim })]
}

/** Calls to one Service that a mesh sends on to others. */
function eastWestEdges(index: GraphIndex, drawn: DrawnNodes, scope: DeclaredScope): GraphEdge[] {
  const drafts = new Map<string, { source: string; target: string; draft: DeclaredDraft }>()
  for (const route of eastWestRoutes(index.cluster)) {
    if (route.from.kind !== 'service') continue
    const known = index.cluster.services.get(route.from.service)
    if (known === undefined || !scope.namespaces.has(known.namespace) || !drawn.isOpen(known.namespace)) continue
    if (scope.onlyBetweenDrawn && !(drawn.rows.has(route.from.service) && isDrawn(drawn, route))) continue
    const source = drawn.service(route.from.service)
    const target = route.to.kind === 'service' ? drawn.service(route.to.service) : drawn.add(nameNode(route.to.name))
    if (source === null || target === null || source === target) continue
    const key = `${source} ${target}`
    const entry = drafts.get(key) ?? { source, target, draft: new DeclaredDraft() }
    drafts.set(key, entry)
    const label = [route.note, route.weight === 1 ? '' : `weight ${route.weight}`].filter((text) => text !== '').join(', ')
    const claim = route.weight === 0 ? 'idle' : route.works ? 'stated' : 'broken'
    entry.draft.add(route.port === null ? [] : [String(route.port)], label, claim)
  }
  return [...drafts.values()].map(({ source, target, draft }) => draft.finish(source, target, 'routes'))
}

function isDrawn(drawn: DrawnNodes, { to }: EastWestRoute): boolean {
  return drawn.rows.has(to.kind === 'service' ? to.service : nameNode(to.name).id)
}

/** Nesting, said as edges too: which workload a drawn pod belongs to. */
function ownsEdges(drawn: DrawnNodes): GraphEdge[] {
  return [...drawn.rows.values()].flatMap((row) =>
    row.kind === 'pod' && row.parent !== null && drawn.rows.get(row.parent)?.kind === 'workload'
      ? [declaredEdge(row.parent, row.id, 'owns', { basis: 'resolved' })]
      : [],
  )
}
