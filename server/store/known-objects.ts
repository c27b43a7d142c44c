import { type KnownObject, STILL_THERE_MS } from './rows/object-book'
import { SETUP_LIMITS } from './sql/query-limits'
import { StatementBuilder } from './sql/statement-builder'
import type { SqlReader } from './sql-reader'

/** Objects named in one statement. */
const AT_ONCE = 200

/** The objects that were there when they were last written down. */
export async function readKnownObjects({ engine, database, cluster }: SqlReader): Promise<readonly KnownObject[]> {
  const builder = new StatementBuilder()
  const rows = await engine.query(
    builder.build(
      `SELECT kind, namespace, name, since, hash FROM ${database}.objects FINAL ` +
        `WHERE cluster = ${builder.text(cluster)} AND until = ${builder.integer(STILL_THERE_MS)}`,
    ),
    SETUP_LIMITS,
  )
  return rows.map(([kind, namespace, name, since, hash]) => ({
    kind: String(kind),
    namespace: String(namespace),
    name: String(name),
    since: Number(since),
    hash: String(hash),
  }))
}

/** Says of objects that they were there until a moment. */
export async function endObjects(reader: SqlReader, gone: readonly KnownObject[], at: number, version: number): Promise<void> {
  const { engine, database, cluster } = reader
  for (let first = 0; first < gone.length; first += AT_ONCE) {
    const builder = new StatementBuilder()
    const keys = gone
      .slice(first, first + AT_ONCE)
      .map(
        ({ kind, namespace, name, since }) =>
          `(${builder.text(kind)}, ${builder.text(namespace)}, ${builder.text(name)}, ${builder.integer(since)})`,
      )
    await engine.command(
      builder.build(
        `INSERT INTO ${database}.objects (cluster, kind, namespace, name, since, until, until_time, version, hash, body) ` +
          `SELECT cluster, kind, namespace, name, since, ${builder.integer(at)}, ${builder.seconds(at / 1000)}, toUInt64(${builder.integer(version)}), hash, body ` +
          `FROM ${database}.objects FINAL WHERE cluster = ${builder.text(cluster)} AND until = ${builder.integer(STILL_THERE_MS)} ` +
          `AND (kind, namespace, name, since) IN (${keys.join(', ')})`,
      ),
    )
  }
}
