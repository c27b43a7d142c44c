import type { FlowEdge } from '../flows/window-types'
import { buildTopology } from './build-topology'
import { showsDenial } from './edge-state'
import type { GraphIndex } from './graph-index'
import { FOLDS, type GraphEdge } from './topology'
import { WHOLE_CLUSTER } from './view'

const NO_LIMIT = Number.MAX_SAFE_INTEGER

/** The traffic of some flow edges between workloads and Services, nothing folded: denials first, then the busiest. */
export function trafficOf(index: GraphIndex, flowEdges: readonly FlowEdge[], at: number, windowMs: number): readonly GraphEdge[] {
  const { edges } = buildTopology({
    index,
    flowEdges,
    view: { ...WHOLE_CLUSTER, level: 'workload', windowMs, show: FOLDS },
    // Traffic alone draws what it needs.
    filter: { matchesEdge: (edge) => edge.lastSeen > 0, matchesNode: () => false },
    at,
    limits: { nodes: NO_LIMIT, edges: NO_LIMIT, unusedEdges: 0, externals: 200, entries: 0, exits: 0 },
  })
  const traffic = edges.filter((edge) => edge.relation === 'traffic')
  return traffic.sort((a, b) => Number(showsDenial(b.state)) - Number(showsDenial(a.state)) || b.rate - a.rate || (a.id < b.id ? -1 : 1))
}
