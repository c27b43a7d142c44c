import type { LedgerEntry } from '@/lib/flows/window-types'
import { dropWords, ignoreWords, LOST_AT_SOURCE, type ReasonWords } from './ledger-reasons'

/** One row of the loss ledger, with both sides of its equation. */
export type LedgerRow = {
  readonly source: string
  readonly received: number
  readonly stored: number
  readonly sampled: number
  readonly dropped: number
  readonly ignored: number
  readonly queued: number
  /** stored + sampled + dropped + ignored + queued. */
  readonly accounted: number
  readonly balances: boolean
  readonly lostAtSource: number
  /** Why something was lost, most first. */
  readonly losses: readonly LedgerReason[]
  /** Why something counts for nothing by design, most first. */
  readonly leftOut: readonly LedgerReason[]
}

export type LedgerReason = ReasonWords & { readonly reason: string; readonly count: number }

/** Reads an entry as a row: sums by reason, reasons with most first. */
export function ledgerRow(entry: LedgerEntry): LedgerRow {
  const dropped = sumOf(entry.dropped)
  const ignored = sumOf(entry.ignored)
  const accounted = entry.stored + entry.sampled + dropped + ignored + entry.queued
  return {
    source: entry.source,
    received: entry.received,
    stored: entry.stored,
    sampled: entry.sampled,
    dropped,
    ignored,
    queued: entry.queued,
    accounted,
    balances: accounted === entry.received,
    lostAtSource: entry.lostAtSource,
    losses: mostFirst([
      ...Object.entries(entry.dropped).map(([reason, count]) => ({ reason, count, ...dropWords(reason) })),
      { reason: 'lost at source', count: entry.lostAtSource, ...LOST_AT_SOURCE },
    ]),
    leftOut: mostFirst(Object.entries(entry.ignored).map(([reason, count]) => ({ reason, count, ...ignoreWords(reason) }))),
  }
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}

function mostFirst(reasons: readonly LedgerReason[]): readonly LedgerReason[] {
  return reasons.filter(({ count }) => count > 0).toSorted((a, b) => b.count - a.count || a.reason.localeCompare(b.reason))
}
