import { edgeOf, LaneSums } from '@/lib/flows/edge-sums'
import type { Lane } from '@/lib/flows/window-lanes'
import type { FlowEdge } from '@/lib/flows/window-types'
import type { SqlRow } from './engine/sql-engine'
import { type Ends, PolicyLists, readLane } from './rows/read-rows'
import { LANE_FIELDS } from './sql/edge-sql'

const PLACE: ReadonlyMap<string, number> = new Map(LANE_FIELDS.map((name, index) => [name, index]))
const FIRST_SUM = LANE_FIELDS.length

/** Edges from sums per lane, put together as the flow window does it. */
export function readEdges(rows: readonly SqlRow[], ends: Ends): readonly FlowEdge[] {
  const policies = new PolicyLists()
  const sums = new LaneSums(rows.length)
  const edges = new Map<string, { readonly lane: Lane; readonly id: number }[]>()
  for (const [id, row] of rows.entries()) {
    const lane = { edge: 0, ...readLane((column) => row[PLACE.get(column) ?? -1], ends, policies) }
    const [count, repeats, bytes, first, last] = row.slice(FIRST_SUM).map(Number)
    sums.add(id, count ?? 0, repeats ?? 0, bytes === undefined || bytes < 0 ? Number.NaN : bytes, first ?? 0, last ?? 0)
    const key = `${lane.source.ref}\n${lane.destination.ref}\n${lane.protocol}\n${lane.port ?? ''}`
    const lanes = edges.get(key)
    if (lanes === undefined) edges.set(key, [{ lane, id }])
    else lanes.push({ lane, id })
  }
  return Array.from(edges.values(), (lanes) => edgeOf(lanes, sums))
}

/** Ids of the ends that rows of lanes name. */
export function endsOf(rows: readonly SqlRow[], columns: readonly number[]): ReadonlySet<string> {
  const ids = new Set<string>()
  for (const row of rows) for (const column of columns) ids.add(String(row[column]))
  return ids
}
