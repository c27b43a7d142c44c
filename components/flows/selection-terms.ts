import type { GraphEdge, GraphNode, NodeKind } from '@/lib/graph/topology'
import { filterTerm } from '../live/filter-terms'

type Graph = { readonly nodes: ReadonlyMap<string, GraphNode>; readonly edges: ReadonlyMap<string, GraphEdge> }

/** Filter terms for the flows of what is selected on the map; null when the selection is not in the graph. */
export function selectionTerms(selection: string, { nodes, edges }: Graph): readonly string[] | null {
  const node = nodes.get(selection)
  if (node !== undefined) return [termOf(node, '')]
  const edge = edges.get(selection)
  const source = nodes.get(edge?.source ?? '')
  const target = nodes.get(edge?.target ?? '')
  if (edge === undefined || source === undefined || target === undefined) return null
  const terms = [termOf(source, 'from:'), termOf(target, 'to:')]
  const ports = edge.ports.filter((port) => /^\d+(-\d+)?$/.test(port))
  if (ports.length === 1) terms.push(filterTerm('port', ports[0] ?? ''))
  if (ports.length > 1) terms.push(`(${ports.map((port) => filterTerm('port', port)).join(' or ')})`)
  if (edge.protocol !== null && edge.protocol !== '') terms.push(filterTerm('protocol', edge.protocol))
  return terms
}

const FIELDS: Readonly<Partial<Record<NodeKind, string>>> = { namespace: 'ns', workload: 'workload', pod: 'pod' }

function termOf(node: GraphNode, side: string): string {
  const field = FIELDS[node.kind]
  if (field !== undefined) return filterTerm(`${side}${field}`, node.ref)
  const colon = node.ref.indexOf(':')
  const kind = node.ref.slice(0, Math.max(colon, 0))
  const value = node.ref.slice(colon + 1)
  if (kind === 'svc') return filterTerm(`${side}service`, value)
  if (kind === 'ip' || kind === 'cidr') return filterTerm(`${side}ip`, value)
  if (kind === 'dns' || kind === 'entity') return filterTerm(`${side}${kind}`, value)
  if (node.kind === 'container') return filterTerm(`${side}pod`, node.parent ?? node.ref)
  return filterTerm(`${side}ref`, node.ref)
}
