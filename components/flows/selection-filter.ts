import type { Filter, FilterField, FilterSide, FilterTerm } from '@/lib/flows/filter-types'
import type { GraphEdge, GraphNode } from '@/lib/graph/topology'
import { FIELD_BY_PREFIX } from '../live/field-by-prefix'
import { anyValue } from '../live/flow-filter'
import { selectedNode, withoutCluster } from '../live/selection'

type Graph = { readonly nodes: ReadonlyMap<string, GraphNode>; readonly edges: ReadonlyMap<string, GraphEdge> }

/** Filters for the flows of what is selected on the map; null when the selection is not in the graph. */
export function selectionFilter(selection: string, { nodes, edges }: Graph): readonly Filter[] | null {
  const node = selectedNode(selection, nodes)
  if (node !== undefined) return [endFilter(node, null)]
  const edge = edges.get(selection)
  const source = nodes.get(edge?.source ?? '')
  const target = nodes.get(edge?.target ?? '')
  if (edge === undefined || source === undefined || target === undefined) return null
  return [
    endFilter(source, 'from'),
    endFilter(target, 'to'),
    ...anyValue(
      'port',
      edge.ports.filter((port) => /^\d+(-\d+)?$/.test(port)),
    ),
    ...anyValue('protocol', edge.protocol === null ? [] : [edge.protocol]),
  ]
}

function endFilter(node: GraphNode, side: FilterSide): Filter {
  const term = (field: FilterField, value: string): FilterTerm => ({ kind: 'term', side, field, values: [value] })
  if (node.kind === 'namespace') return term('ns', node.ref)
  if (node.kind === 'workload') return term('workload', node.ref)
  if (node.kind === 'pod') return term('pod', node.ref)
  if (node.kind === 'container' && node.parent !== null) return term('pod', withoutCluster(node.parent))
  const colon = node.ref.indexOf(':')
  const field = FIELD_BY_PREFIX.get(node.ref.slice(0, Math.max(colon, 0)))
  return field === undefined ? { kind: 'text', side, text: node.name } : term(field, node.ref.slice(colon + 1))
}
