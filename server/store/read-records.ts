import type { StoredChange, StoredLedger, StoredObject, TimeRange } from './flow-store'
import type { WrittenReport } from './rows/record-rows'
import { SETUP_LIMITS } from './sql/query-limits'
import { StatementBuilder } from './sql/statement-builder'
import type { SqlReader } from './sql-reader'

const MOST_COLLECTORS = 50

/** Changes of a stretch of time, newest first, each in its newest version. */
export async function readChanges(
  { engine, database, cluster }: SqlReader,
  { from, to, limit }: TimeRange & { readonly limit: number },
  signal?: AbortSignal,
): Promise<readonly StoredChange[]> {
  const builder = new StatementBuilder()
  const rows = await engine.query(
    builder.build(
      `SELECT id, writer, at, until, topic, namespace, ref, body FROM ${database}.changes FINAL WHERE cluster = ${builder.text(cluster)} ` +
        `AND slot < ${builder.seconds(to / 1000)} AND at < ${builder.integer(to)} AND until >= ${builder.integer(from)} ` +
        `ORDER BY at DESC, writer DESC, id DESC LIMIT ${Math.trunc(limit)}`,
    ),
    SETUP_LIMITS,
    signal,
  )
  return rows.map(([id, writer, at, until, topic, namespace, ref, body]) => ({
    id: Number(id),
    writer: Number(writer),
    at: Number(at),
    until: Number(until),
    topic: String(topic),
    namespace: namespace === '' ? null : String(namespace),
    ref: String(ref),
    body: JSON.parse(String(body)),
  }))
}

/** The objects that were there at a moment; null when the first reading that was written down is younger. */
export async function readObjects(
  { engine, database, cluster }: SqlReader,
  at: number,
  signal?: AbortSignal,
): Promise<readonly StoredObject[] | null> {
  const builder = new StatementBuilder()
  const moment = builder.integer(at)
  const rows = await engine.query(
    builder.build(
      `SELECT kind, namespace, name, since, body FROM ${database}.objects FINAL WHERE cluster = ${builder.text(cluster)} AND since <= ${moment} AND until > ${moment}`,
    ),
    SETUP_LIMITS,
    signal,
  )
  if (rows.length === 0) return null
  return rows.map(([kind, namespace, name, since, body]) => ({
    kind: String(kind),
    namespace: String(namespace),
    name: String(name),
    since: Number(since),
    body: JSON.parse(String(body)),
  }))
}

/** Since when objects are written down; null before the first. */
export async function readObjectsSince({ engine, database, cluster }: SqlReader): Promise<number | null> {
  const builder = new StatementBuilder()
  const [row = []] = await engine.query(
    builder.build(`SELECT count(), min(since) FROM ${database}.objects WHERE cluster = ${builder.text(cluster)}`),
    SETUP_LIMITS,
  )
  return Number(row[0]) === 0 ? null : Number(row[1])
}

/** Accounts of the sources that were written down, oldest first. */
export async function readLedgers(
  { engine, database, cluster }: SqlReader,
  { from, to }: TimeRange,
  signal?: AbortSignal,
): Promise<readonly StoredLedger[]> {
  const builder = new StatementBuilder()
  const rows = await engine.query(
    builder.build(
      `SELECT toUnixTimestamp(slot), body FROM ${database}.ledger WHERE cluster = ${builder.text(cluster)} ` +
        `AND slot >= ${builder.seconds(from / 1000)} AND slot < ${builder.seconds(to / 1000)} ORDER BY slot, source`,
    ),
    SETUP_LIMITS,
    signal,
  )
  return rows.map(([at, body]) => ({ at: Number(at) * 1000, entry: JSON.parse(String(body)) }))
}

/** What each collector last said, of those that said anything since a moment; the newest first. */
export async function readCollectors({ engine, database, cluster }: SqlReader, since: number): Promise<readonly WrittenReport[]> {
  const builder = new StatementBuilder()
  const rows = await engine.query(
    builder.build(
      `SELECT writer, body FROM ${database}.collectors FINAL WHERE cluster = ${builder.text(cluster)} ` +
        `AND slot >= ${builder.seconds(since / 1000)} ORDER BY version DESC LIMIT ${MOST_COLLECTORS}`,
    ),
    SETUP_LIMITS,
  )
  return rows.map(([writer, body]) => ({ ...JSON.parse(String(body)), writer: Number(writer) }))
}
