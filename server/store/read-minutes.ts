import type { Flow } from '@/lib/flows/flow'
import type { StoredSum } from '@/lib/flows/sum-growth'
import type { TimeRange } from './flow-store'
import { endsOf } from './read-edges'
import { PolicyLists, readLane, readRank } from './rows/read-rows'
import { BYTES, LANE_FIELDS, sumsOf } from './sql/edge-sql'
import { EDGE_LIMITS } from './sql/query-limits'
import { NO_COVERAGE, planSums } from './sql/rollups'
import { StatementBuilder } from './sql/statement-builder'
import type { SqlReader } from './sql-reader'

/** More than the flow window takes. */
const MOST = 300_000
const PLACE: ReadonlyMap<string, number> = new Map(LANE_FIELDS.map((name, index) => [name, index + 1]))

/**
 * Sums per minute of a stretch of time that other runs wrote, newest first, for filling a flow window with them. Those that
 * were taken back altogether are there with zeros.
 */
export async function readMinutes({ engine, database, cluster, writer, ends }: SqlReader, range: TimeRange): Promise<readonly StoredSum[]> {
  const builder = new StatementBuilder()
  const sums = sumsOf(planSums(range, NO_COVERAGE), { database, cluster, namespaces: [], exceptWriter: writer }, builder)
  const fields = LANE_FIELDS.join(', ')
  const rows = await engine.query(
    builder.build(
      `SELECT toUnixTimestamp(slot) AS minute, ${fields}, sum(count) AS counted, sum(repeats) AS repeated, ${BYTES} AS stated, min(first_seen), max(last_seen) ` +
        `FROM (${sums}) GROUP BY minute, ${fields} ORDER BY minute DESC LIMIT ${MOST}`,
    ),
    EDGE_LIMITS,
  )
  const known = await ends.read(endsOf(rows, [1, 2]), range, undefined)
  const policies = new PolicyLists()
  return rows.map((row) => {
    const value = (name: string) => row[PLACE.get(name) ?? -1]
    const lane = readLane(value, known, policies)
    const [count = 0, repeats = 0, bytes = -1, first = 0, lastSeen = 0] = row.slice(LANE_FIELDS.length + 1).map(Number)
    const minute = Number(row[0]) * 1000
    // Counted by our clock, seen by that of the source: they may differ by years.
    const windowTime = Math.max(minute, Math.min(first, minute + 59_999))
    const flow: Flow = {
      ...lane,
      id: '',
      time: first,
      windowTime,
      sourcePort: null,
      rawReason: null,
      direction: null,
      l7: null,
      bytes: bytes < 0 ? null : bytes,
      packets: null,
      count: Math.max(1, count),
      guessedOrder: false,
      node: null,
      computed: null,
    }
    const key = JSON.stringify(row.slice(1, LANE_FIELDS.length + 1))
    return { key, minute, flow, count: Math.max(0, count), repeats: Math.max(0, repeats), lastSeen, rank: readRank(value('family')) }
  })
}
