import type { CountedTime } from '@/lib/flows/counted-before'
import { EDGE_LIMITS } from './sql/query-limits'
import { HOUR_MS } from './sql/rollups'
import { StatementBuilder } from './sql/statement-builder'
import type { SqlReader } from './sql-reader'

/** Twice as many machines as a cluster has. */
const MOST_ROWS = 50_000

/** Newest flows of a source by node and table, of those that arrived since a moment; empty for none. */
export async function readCounted(
  { engine, database, cluster }: SqlReader,
  { source, since }: { readonly source: string; readonly since: number },
): Promise<readonly CountedTime[]> {
  const builder = new StatementBuilder()
  // A slot begins before the flows in it.
  const from = builder.seconds((since - HOUR_MS / 12) / 1000)
  const where = `cluster = ${builder.text(cluster)} AND slot >= ${from} AND reporter = ${builder.text(source)}`
  const read = (table: string, isRefused: 0 | 1) =>
    `SELECT node, ${isRefused} AS refused, max(time) AS newest FROM ${database}.${table} WHERE ${where} GROUP BY node`
  const statement = builder.build(`SELECT * FROM (${read('flows', 0)} UNION ALL ${read('drops', 1)}) LIMIT ${MOST_ROWS}`)
  const rows = await engine.query(statement, EDGE_LIMITS)
  return rows.map(([node, refused, newest]) => ({
    node: node === '' ? null : String(node),
    isRefused: Number(refused) === 1,
    time: Number(newest),
  }))
}
