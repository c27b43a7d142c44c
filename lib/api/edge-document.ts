import type { GraphEdge } from '../graph/topology'
import { printTime } from './print-time'

/** An edge as the API writes it. */
export type EdgeDocument = Omit<GraphEdge, 'lastSeen'> & { readonly lastSeen: string | null }

export function edgeDocument(edge: GraphEdge): EdgeDocument {
  return { ...edge, lastSeen: edge.lastSeen === null ? null : printTime(edge.lastSeen) }
}
