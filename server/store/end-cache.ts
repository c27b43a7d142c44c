import type { FlowEndpoint } from '@/lib/flows/flow'
import type { QueryLimits, SqlEngine, SqlRow } from './engine/sql-engine'
import type { TimeRange } from './flow-store'
import { END_FIELDS, type Ends, readEnd } from './rows/read-rows'
import { StatementBuilder } from './sql/statement-builder'

/** More ends than these are looked for in the days in question only. */
const MOST_BY_ID = 500
/** Ends of one question. */
const AT_ONCE = 20_000
const LIMIT = 200_000

/** Ends of flows by id. What an id stands for never changes, so it is read once. */
export class EndCache {
  #known = new Map<string, FlowEndpoint>()

  constructor(
    private readonly engine: SqlEngine,
    private readonly place: { readonly database: string; readonly cluster: string },
    private readonly limits: QueryLimits,
  ) {}

  /** The ends with these ids, of flows that arrived in `range`. */
  async read(ids: ReadonlySet<string>, range: TimeRange, signal: AbortSignal | undefined): Promise<Ends> {
    const missing = [...ids].filter((id) => !this.#known.has(id))
    if (missing.length > 0) {
      if (this.#known.size + missing.length > LIMIT) this.#known = new Map([...ids].flatMap((id) => this.#entryOf(id)))
      for (const row of await this.#fetch(missing, range, signal)) {
        const [id, end] = readEnd(row)
        if (ids.has(id)) this.#known.set(id, end)
      }
    }
    return this.#known
  }

  #entryOf(id: string): [string, FlowEndpoint][] {
    const end = this.#known.get(id)
    return end === undefined ? [] : [[id, end]]
  }

  async #fetch(missing: readonly string[], range: TimeRange, signal: AbortSignal | undefined): Promise<readonly SqlRow[]> {
    const rows: SqlRow[] = []
    for (let first = 0; first < missing.length; first += AT_ONCE) {
      const builder = new StatementBuilder()
      const { database, cluster } = this.place
      const ids = missing.slice(first, first + AT_ONCE)
      // Few are found by the key, whenever they were written; many by the days, which are read once for all.
      const days =
        missing.length <= MOST_BY_ID ? '' : `day BETWEEN ${builder.day(range.from / 1000)} AND ${builder.day(range.to / 1000)} AND `
      const wanted = `cluster = ${builder.text(cluster)} AND ${days}id IN ${builder.ids(ids)}`
      const sql = `SELECT ${END_FIELDS.join(', ')} FROM ${database}.ends WHERE ${wanted} LIMIT 1 BY id`
      rows.push(...(await this.engine.query(builder.build(sql), this.limits, signal)))
    }
    return rows
  }
}
