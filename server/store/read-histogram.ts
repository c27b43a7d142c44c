import { VERDICTS, type Verdict } from '@/lib/flows/flow'
import type { FlowHistogram } from '@/lib/flows/window-types'
import type { HistogramQuery } from './flow-store'
import { endsOf } from './read-edges'
import { PolicyLists, readLane } from './rows/read-rows'
import { LANE_FIELDS, sumsOf } from './sql/edge-sql'
import { EDGE_LIMITS } from './sql/query-limits'
import { type Coverage, HOUR_MS, HOURS, MINUTE_MS, planSums } from './sql/rollups'
import { StatementBuilder } from './sql/statement-builder'
import type { SqlReader } from './sql-reader'

const PLACE: ReadonlyMap<string, number> = new Map(LANE_FIELDS.map((name, index) => [name, index + 1]))

/** Connections by verdict over time, from the sums; columns are whole minutes, or whole hours where the sums are. */
export async function readHistogram(
  { engine, database, cluster, ends }: SqlReader,
  { from, to, buckets, filter }: HistogramQuery,
  coverage: Coverage,
  signal?: AbortSignal,
): Promise<FlowHistogram> {
  // A column is made of whole hours at the most.
  const plan = planSums({ from, to }, new Map([...coverage].filter(([rollup]) => rollup === HOURS)))
  const unit = plan.some(({ table }) => table === HOURS.table) ? HOUR_MS : MINUTE_MS
  const first = Math.floor(from / unit)
  const last = Math.max(first + 1, Math.ceil(to / unit))
  const width = Math.max(1, Math.ceil((last - first) / Math.max(1, Math.floor(buckets))))
  const columns = Math.ceil((last - first) / width)
  const counts = emptyColumns(columns)

  const builder = new StatementBuilder()
  const column = `intDiv(toUnixTimestamp(slot) - ${(first * unit) / 1000}, ${(width * unit) / 1000})`
  const sums = sumsOf(plan, { database, cluster, namespaces: [] }, builder)
  const fields = filter === null ? 'verdict' : LANE_FIELDS.join(', ')
  const sql = `SELECT ${column} AS place, ${fields}, sum(count) - sum(evidence) AS counted FROM (${sums}) GROUP BY place, ${fields} HAVING counted != 0`
  const rows = await engine.query(builder.build(sql), EDGE_LIMITS, signal)
  const known = filter === null ? null : await ends.read(endsOf(rows, [1, 2]), { from, to: to + HOUR_MS }, signal)
  const policies = new PolicyLists()
  for (const row of rows) {
    const place = Number(row[0])
    if (known !== null) {
      const lane = { edge: 0, ...readLane((name) => row[PLACE.get(name) ?? -1], known, policies) }
      if (filter !== null && !filter.matchesLane(lane)) continue
    }
    const verdict = row[known === null ? 1 : (PLACE.get('verdict') ?? -1)]
    const series = counts[VERDICTS.find((each) => each === verdict) ?? 'unknown']
    series[place] = (series[place] ?? 0) + Number(row.at(-1))
  }
  return { from: first * unit, to: (first + columns * width) * unit, bucketMs: width * unit, counts }
}

function emptyColumns(columns: number): Record<Verdict, number[]> {
  const counts: Record<Verdict, number[]> = { forwarded: [], dropped: [], audit: [], error: [], unknown: [] }
  for (const verdict of VERDICTS) counts[verdict] = new Array<number>(columns).fill(0)
  return counts
}
