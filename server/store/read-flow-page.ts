import type { Flow } from '@/lib/flows/flow'
import type { SqlRow } from './engine/sql-engine'
import { flowId } from './flow-place'
import type { FlowPlace, FlowQuery, StoredFlows, TimeRange } from './flow-store'
import { endsOf } from './read-edges'
import { FLOW_COLUMNS } from './rows/flow-rows'
import { PolicyLists, placeOf, readFlow } from './rows/read-rows'
import { flowPageSql, versionsSql } from './sql/flow-sql'
import { PAGE_LIMITS } from './sql/query-limits'
import { HOUR_MS } from './sql/rollups'
import type { SqlReader } from './sql-reader'

/** The newest are asked for first, and a longer stretch each time that there were too few. */
const STEPS_MS = [HOUR_MS / 6, HOUR_MS, 6 * HOUR_MS, 24 * HOUR_MS, 7 * 24 * HOUR_MS]
/** A flow counts at most an hour before it arrives. */
const LATEST_MS = HOUR_MS + 5 * 60_000
const SLOT_MS = HOUR_MS / 12
/** Rows asked for at once; a filter that the store cannot decide alone leaves some out. */
const LEAST_ROWS = 100
/** Queries for one page; a page may be short, with a cursor to go on from. */
const MOST_QUERIES = 40

const [DST, SRC] = [FLOW_COLUMNS.indexOf('dst'), FLOW_COLUMNS.indexOf('src')]

/** A page of flows, newest first by arrival, each in its newest version. */
export async function readFlowPage(reader: SqlReader, query: FlowQuery, signal?: AbortSignal): Promise<StoredFlows> {
  const { engine, database, cluster } = reader
  const { filter, limit } = query
  const range = { from: query.from, to: query.to }
  const flows: Flow[] = []
  let before = query.before
  let step = 0
  let arrived = stretch(
    range,
    Math.min(query.to + LATEST_MS, before?.slot == null ? Number.POSITIVE_INFINITY : before.slot * 1000 + SLOT_MS),
    step,
  )
  for (let queries = 0; queries < MOST_QUERIES; queries++) {
    const wanted = Math.max(LEAST_ROWS, Math.min(2 * limit, 2_000))
    const statement = flowPageSql({ database, cluster, range, arrived, filter, before }, wanted)
    if (statement === null) return { flows, next: null }
    const rows = await engine.query(statement, PAGE_LIMITS, signal)
    const last = rows.at(-1)
    if (last !== undefined) before = placeOf(last)
    for (const [flow, place] of await readRows(reader, rows, arrived, signal)) {
      if (filter !== null && !filter.matchesFlow(flow)) continue
      flows.push(flow)
      if (flows.length === limit) return { flows, next: place }
    }
    if (rows.length === wanted) continue
    if (arrived.from <= range.from) return { flows, next: null }
    arrived = stretch(range, arrived.from, ++step)
  }
  return { flows, next: before }
}

function stretch({ from }: TimeRange, to: number, step: number): TimeRange {
  const width = STEPS_MS[Math.min(step, STEPS_MS.length - 1)] ?? HOUR_MS
  const start = Math.floor((to - width) / SLOT_MS) * SLOT_MS
  return { from: Math.max(from, start), to }
}

/** The flows of some rows, without those that were written anew since. */
async function readRows(
  { engine, database, cluster, writer, ends }: SqlReader,
  rows: readonly SqlRow[],
  arrived: TimeRange,
  signal: AbortSignal | undefined,
): Promise<readonly (readonly [Flow, FlowPlace])[]> {
  if (rows.length === 0) return []
  const places = rows.map(placeOf)
  const [known, versions] = await Promise.all([
    ends.read(endsOf(rows, [DST, SRC]), arrived, signal),
    engine.query(versionsSql(database, cluster, places, arrived), PAGE_LIMITS, signal),
  ])
  const newest = new Map(versions.map(([sequence, from, rev]) => [`${sequence} ${from}`, Number(rev)]))
  const policies = new PolicyLists()
  const seen = new Set<string>()
  return rows.flatMap((row, index) => {
    const place = places[index]
    if (place === undefined) return []
    const key = `${place.sequence} ${place.writer}`
    if (seen.has(key) || place.rev < (newest.get(key) ?? 0)) return []
    seen.add(key)
    return [[readFlow(row, flowId(place, writer), known, policies), place] as const]
  })
}
