import type { CollectorReport } from '@/lib/api/collector-report'
import type { LedgerEntry } from '@/lib/flows/window-types'
import { slotOf } from './flow-rows'
import type { ObjectVersion } from './object-book'

/** Columns of the tables of records, in the order that rows are written in. */
export const RECORD_COLUMNS: Readonly<Record<'changes' | 'objects' | 'ledger' | 'collectors', readonly string[]>> = {
  changes: ['cluster', 'slot', 'writer', 'id', 'version', 'at', 'until', 'topic', 'namespace', 'ref', 'body'],
  objects: ['cluster', 'kind', 'namespace', 'name', 'since', 'until', 'until_time', 'version', 'hash', 'body'],
  ledger: ['cluster', 'slot', 'writer', 'source', 'body'],
  collectors: ['cluster', 'writer', 'slot', 'version', 'body'],
}

export type RecordOwner = { readonly cluster: string; readonly writer: number }

export type ChangeRecord = {
  readonly id: number
  readonly at: number
  readonly until: number
  readonly topic: string
  readonly namespace: string | null
  readonly ref: string
  readonly body: unknown
}

/** Written again with a higher version when more is known of it. */
export function changeRow(
  { id, at, until, topic, namespace, ref, body }: ChangeRecord,
  version: number,
  { cluster, writer }: RecordOwner,
): string {
  return line([cluster, slotOf(at), writer, id, version, at, until, topic, namespace ?? '', ref, JSON.stringify(body)])
}

/** Written again with a higher version when the object is gone. */
export function objectRow(
  { kind, namespace, name, since, until, hash, text }: ObjectVersion,
  version: number,
  { cluster }: RecordOwner,
): string {
  return line([cluster, kind, namespace, name, since, until, Math.floor(until / 1000), version, hash, text])
}

export function ledgerRow(entry: LedgerEntry, at: number, { cluster, writer }: RecordOwner): string {
  return line([cluster, Math.floor(at / 1000), writer, entry.source, JSON.stringify(entry)])
}

/** A report and which run wrote it. */
export type WrittenReport = CollectorReport & { readonly writer: number }

/** Written again with every report. */
export function collectorRow(report: CollectorReport, { cluster, writer }: RecordOwner): string {
  return line([cluster, writer, Math.floor(report.at / 1000), report.at, JSON.stringify(report)])
}

function line(values: readonly (string | number)[]): string {
  return `${JSON.stringify(values)}\n`
}
