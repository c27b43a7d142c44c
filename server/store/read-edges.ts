import { edgeOf, LaneSums, type SummedLane } from '@/lib/flows/edge-sums'
import { NumberTable } from '@/lib/flows/number-table'
import type { FlowEdge } from '@/lib/flows/window-types'
import { PROTOCOL_NUMBERS } from '@/lib/model/protocol'
import type { SqlColumn, SqlRow } from './engine/sql-engine'
import { type Ends, type LaneKind, laneOf, PolicyLists, readKind, readRank } from './rows/read-rows'
import { KIND_FIELDS } from './sql/edge-sql'
import { StoreError } from './store-error'

const NONE: SqlColumn = []

/**
 * Edges from sums per lane, by the columns of `lanesSql` and the rows of `kindsSql`, put together as the flow window does it.
 * Throws a `StoreError` when lanes have a kind that is not there.
 */
export function readEdges(columns: readonly SqlColumn[], kindRows: readonly SqlRow[], ends: Ends): readonly FlowEdge[] {
  const kinds = readKinds(kindRows)
  const [dst = NONE, src = NONE, port = NONE, verdict = NONE, kind = NONE, ...values] = columns
  const sums = new LaneSums(kind.length)
  const refs = new RefNumbers()
  const known = new NumberTable(kind.length)
  const edges: SummedLane[][] = []
  for (let id = 0; id < kind.length; id++) {
    const said = kinds.get(String(kind[id]))
    // Between the two questions the oldest may be given up.
    if (said === undefined) throw new StoreError('unavailable', 'the store changed while it was read; ask again')
    const summed = { lane: laneOf([dst[id], src[id], port[id], verdict[id]], said, ends), rank: said.rank, id }
    addSums(sums, id, values)
    const { source, destination, protocol, port: number } = summed.lane
    const edge = known.add(refs.of(source.ref), refs.of(destination.ref), PROTOCOL_NUMBERS[protocol], number ?? -1, 0, edges.length)
    if (edge === -1) edges.push([summed])
    else edges[edge]?.push(summed)
  }
  return edges.map((lanes) => edgeOf(lanes, sums))
}

function readKinds(rows: readonly SqlRow[]): ReadonlyMap<string, LaneKind & { readonly rank: number }> {
  const policies = new PolicyLists()
  return new Map(
    rows.map((row) => {
      const value = (column: string) => row[1 + KIND_FIELDS.findIndex((name) => name === column)]
      return [String(row[0]), { ...readKind(value, policies), rank: readRank(value('family')) }]
    }),
  )
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
  const at = (place: number) => Number(columns[place]?.[id])
  const [count, repeats, evidence, evidenceRepeats, stated, first, last] = [at(0), at(1), at(2), at(3), at(4), at(5), at(6)]
  const bytes = stated < 0 ? Number.NaN : stated
  const isCounted = count !== evidence || repeats !== evidenceRepeats
  if (isCounted) sums.add(id, count - evidence, repeats - evidenceRepeats, bytes, first, last)
  if (evidence !== 0 || evidenceRepeats !== 0) sums.addEvidence(id, evidence, evidenceRepeats, isCounted ? Number.NaN : bytes, first, last)
}

/** Ids of the ends that the columns of lanes name. */
export function endsOfLanes([dst = NONE, src = NONE]: readonly SqlColumn[]): ReadonlySet<string> {
  return new Set([...dst, ...src].map(String))
}

/** Ids of the ends that rows of lanes name. */
export function endsOf(rows: readonly SqlRow[], columns: readonly number[]): ReadonlySet<string> {
  const ids = new Set<string>()
  for (const row of rows) for (const column of columns) ids.add(String(row[column]))
  return ids
}
