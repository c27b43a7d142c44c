import { edgeOf, LaneSums } from '@/lib/flows/edge-sums'
import type { RankedLane } from '@/lib/flows/window-lanes'
import type { FlowEdge } from '@/lib/flows/window-types'
import type { SqlRow } from './engine/sql-engine'
import { type Ends, PolicyLists, readLane, readRank } from './rows/read-rows'
import { LANE_FIELDS } from './sql/edge-sql'

const PLACE: ReadonlyMap<string, number> = new Map(LANE_FIELDS.map((name, index) => [name, index]))
const FIRST_SUM = LANE_FIELDS.length

/** Edges from sums per lane, put together as the flow window does it. */
export function readEdges(rows: readonly SqlRow[], ends: Ends): readonly FlowEdge[] {
  const policies = new PolicyLists()
  const sums = new LaneSums(rows.length)
  const edges = new Map<string, { readonly lane: RankedLane; readonly id: number }[]>()
  for (const [id, row] of rows.entries()) {
    const value = (column: string) => row[PLACE.get(column) ?? -1]
    const lane = { edge: 0, rank: readRank(value('family')), ...readLane(value, ends, policies) }
    addSums(sums, id, row.slice(FIRST_SUM).map(Number))
    const key = `${lane.source.ref}\n${lane.destination.ref}\n${lane.protocol}\n${lane.port ?? ''}`
    const lanes = edges.get(key)
    if (lanes === undefined) edges.set(key, [{ lane, id }])
    else lanes.push({ lane, id })
  }
  return Array.from(edges.values(), (lanes) => edgeOf(lanes, sums))
}

function addSums(sums: LaneSums, id: number, values: readonly number[]): void {
  const [count = 0, repeats = 0, evidence = 0, evidenceRepeats = 0, stated = -1, first = 0, last = 0] = values
  const bytes = stated < 0 ? Number.NaN : stated
  const isCounted = count !== evidence || repeats !== evidenceRepeats
  if (isCounted) sums.add(id, count - evidence, repeats - evidenceRepeats, bytes, first, last)
  if (evidence !== 0 || evidenceRepeats !== 0) sums.addEvidence(id, evidence, evidenceRepeats, isCounted ? Number.NaN : bytes, first, last)
}

/** Ids of the ends that rows of lanes name. */
export function endsOf(rows: readonly SqlRow[], columns: readonly number[]): ReadonlySet<string> {
  const ids = new Set<string>()
  for (const row of rows) for (const column of columns) ids.add(String(row[column]))
  return ids
}
