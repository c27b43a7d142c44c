import { edgeOf, LaneSums, type SummedLane } from '@/lib/flows/edge-sums'
import { NumberTable } from '@/lib/flows/number-table'
import type { FlowEdge } from '@/lib/flows/window-types'
import { PROTOCOL_NUMBERS } from '@/lib/model/protocol'
import type { SqlColumn, SqlRow } from './engine/sql-engine'
import { type Ends, PolicyLists, readLane, readRank } from './rows/read-rows'
import { LANE_FIELDS } from './sql/edge-sql'

const [DST, SRC] = [LANE_FIELDS.indexOf('dst'), LANE_FIELDS.indexOf('src')]
const NONE: SqlColumn = []

/** Edges from sums per lane, by the columns of `lanesSql`, put together as the flow window does it. */
export function readEdges(columns: readonly SqlColumn[], ends: Ends): readonly FlowEdge[] {
  const byName = new Map<string, SqlColumn>(LANE_FIELDS.map((name, index) => [name, columns[index] ?? NONE]))
  const families = byName.get('family') ?? NONE
  const policies = new PolicyLists()
  const sums = new LaneSums(families.length)
  const refs = new RefNumbers()
  const known = new NumberTable(families.length)
  const edges: SummedLane[][] = []
  for (const [id, family] of families.entries()) {
    const value = (column: string) => byName.get(column)?.[id]
    const summed = { lane: readLane(value, ends, policies), rank: readRank(family), id }
    addSums(sums, id, columns)
    const { source, destination, protocol, port } = summed.lane
    const edge = known.add(refs.of(source.ref), refs.of(destination.ref), PROTOCOL_NUMBERS[protocol], port ?? -1, 0, edges.length)
    if (edge === -1) edges.push([summed])
    else edges[edge]?.push(summed)
  }
  return edges.map((lanes) => edgeOf(lanes, sums))
}

/** Small numbers for the names of ends. */
class RefNumbers {
  readonly #known = new Map<string, number>()

  of(ref: string): number {
    const known = this.#known.get(ref)
    if (known !== undefined) return known
    this.#known.set(ref, this.#known.size)
    return this.#known.size - 1
  }
}

function addSums(sums: LaneSums, id: number, columns: readonly SqlColumn[]): void {
  const at = (place: number) => Number(columns[LANE_FIELDS.length + place]?.[id])
  const [count, repeats, evidence, evidenceRepeats, stated, first, last] = [at(0), at(1), at(2), at(3), at(4), at(5), at(6)]
  const bytes = stated < 0 ? Number.NaN : stated
  const isCounted = count !== evidence || repeats !== evidenceRepeats
  if (isCounted) sums.add(id, count - evidence, repeats - evidenceRepeats, bytes, first, last)
  if (evidence !== 0 || evidenceRepeats !== 0) sums.addEvidence(id, evidence, evidenceRepeats, isCounted ? Number.NaN : bytes, first, last)
}

/** Ids of the ends that the columns of lanes name. */
export function endsOfLanes(columns: readonly SqlColumn[]): ReadonlySet<string> {
  const ids = new Set<string>()
  for (const column of [columns[DST], columns[SRC]]) for (const id of column ?? NONE) ids.add(String(id))
  return ids
}

/** Ids of the ends that rows of lanes name. */
export function endsOf(rows: readonly SqlRow[], columns: readonly number[]): ReadonlySet<string> {
  const ids = new Set<string>()
  for (const row of rows) for (const column of columns) ids.add(String(row[column]))
  return ids
}
