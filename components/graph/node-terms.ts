import type { FilterField } from '@/lib/flows/filter-types'
import type { GraphNode } from '@/lib/graph/topology'
import { FIELD_BY_PREFIX } from '../live/field-by-prefix'

export type NodeTerm = { readonly field: FilterField; readonly value: string }

/** The node as a field and value of the filter language; null for what flows do not name. */
export function nodeTerm(node: GraphNode): NodeTerm | null {
  switch (node.kind) {
    case 'namespace':
      return { field: 'ns', value: node.name }
    case 'workload':
      return { field: 'workload', value: node.ref }
    case 'pod':
      return { field: 'pod', value: node.ref }
    case 'service':
      return { field: 'service', value: node.ref.replace(/^svc:/, '') }
    case 'external':
      return outsideTerm(node.ref)
    case 'machine':
      return { field: 'node', value: node.name }
    case 'cluster':
      return null
    case 'container':
    case 'entry':
    case 'egress-gateway':
      return outsideTerm(node.ref)
  }
}

function outsideTerm(ref: string): NodeTerm | null {
  const colon = ref.indexOf(':')
  const field = colon < 0 ? undefined : FIELD_BY_PREFIX.get(ref.slice(0, colon))
  return field === undefined ? null : { field, value: ref.slice(colon + 1) }
}
