import type { Service } from '../model/cluster'
import { followExternalName } from '../model/external-name'
import type { DrawnNodes } from './drawn-nodes'
import type { GraphIndex } from './graph-index'
import { nameNode } from './outside-nodes'
import type { Basis, GraphEdge, Relation } from './topology'

const NONE_SEEN = { forwarded: 0, dropped: 0, audit: 0, error: 0, unknown: 0 }

export type DeclaredScope = {
  readonly namespaces: ReadonlySet<string>
  /** Draws an edge only between nodes that traffic drew. */
  readonly onlyBetweenDrawn: boolean
}

/** What objects say and what following their references gives: Services to what they select, aliases to what they name. */
export function drawDeclared(index: GraphIndex, drawn: DrawnNodes, scope: DeclaredScope): GraphEdge[] {
  const edges = new Map<string, GraphEdge>()
  for (const namespace of scope.namespaces) {
    for (const service of index.servicesIn(namespace)) {
      if (scope.onlyBetweenDrawn && !drawn.rows.has(service.ref)) continue
      for (const edge of [...selectsEdges(index, drawn, service, scope), ...aliasEdge(index, drawn, service, scope)])
        edges.set(edge.id, edge)
    }
  }
  return [...edges.values()]
}

function selectsEdges(index: GraphIndex, drawn: DrawnNodes, service: Service, scope: DeclaredScope): GraphEdge[] {
  if (!drawn.isOpen(service.namespace)) return []
  const ports = service.ports.map(({ port, targetPort }) => (String(port) === String(targetPort) ? `${port}` : `${port}→${targetPort}`))
  return [...index.targetsOf(service).workloads].flatMap((ref) => {
    if (scope.onlyBetweenDrawn && !drawn.rows.has(ref)) return []
    const target = drawn.workload(ref)
    const source = drawn.service(service.ref)
    return target === null || source === null ? [] : [declaredEdge(source, target, 'selects', 'resolved', ports, '')]
  })
}

/** Inside the cluster an alias leads to another Service, outside to a DNS name. */
function aliasEdge(index: GraphIndex, drawn: DrawnNodes, service: Service, scope: DeclaredScope): GraphEdge[] {
  const chain = followExternalName(index.cluster, service)
  if (chain === null) return []
  const inside = chain.through[1] ?? (chain.end.kind === 'service' ? chain.end.service : null)
  const outside = chain.end.kind === 'dns' && inside === null ? nameNode(chain.end.name) : null
  if (outside !== null && scope.onlyBetweenDrawn && !drawn.rows.has(outside.id)) return []
  const target = inside !== null ? drawn.service(inside) : outside !== null ? drawn.add(outside) : null
  const source = drawn.service(service.ref)
  if (target === null || source === null || target === source) return []
  return [declaredEdge(source, target, 'aliases', 'declared', [], service.externalName ?? '')]
}

export function declaredEdge(
  source: string,
  target: string,
  relation: Relation,
  basis: Basis,
  ports: readonly string[],
  label: string,
): GraphEdge {
  return {
    id: `${source}>${target} ${relation}`,
    source,
    target,
    relation,
    basis,
    state: null,
    protocol: null,
    ports,
    verdicts: NONE_SEEN,
    rate: 0,
    policies: [],
    label,
    lastSeen: null,
    service: null,
    bundled: 1,
  }
}
