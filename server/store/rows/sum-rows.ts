import type { MinuteSum } from '@/lib/flows/minute-sums'
import { SOURCE_FAMILIES } from '@/lib/flows/source-rank'
import { TABLES } from '../schema/tables'
import { policiesText, type RowContext } from './flow-rows'

/** Columns of `edges_1m`, in the order that rows are written in. */
export const SUM_COLUMNS: readonly string[] = TABLES.edges1m.columns.map(({ name }) => name)

/** One line of JSON: the values of {@link SUM_COLUMNS}. */
export function sumRow(sum: MinuteSum, now: number, { cluster, writer, ends }: RowContext): string {
  const { lane, minute, cell, version, count, repeats, evidence, evidenceRepeats, bytes, firstSeen, lastSeen } = sum
  const source = ends.write(lane.source, now)
  const destination = ends.write(lane.destination, now)
  const reason = lane.reason === null ? '""' : JSON.stringify(lane.reason)
  return `[${cluster},${minute / 1000},${destination.namespace},${source.namespace},${destination.id},${source.id},"${lane.protocol}",${lane.port ?? -1},"${lane.verdict}",${reason},${policiesText(lane.policies)},${JSON.stringify(lane.reporter)},"${SOURCE_FAMILIES[lane.rank] ?? ''}",${writer},${cell},${version},${count},${repeats},${evidence},${evidenceRepeats},${bytes ?? -1},${Math.round(firstSeen)},${Math.round(lastSeen)}]\n`
}
