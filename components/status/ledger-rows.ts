import type { LedgerEntry } from '@/lib/flows/window-types'

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
  readonly reasons: readonly { readonly what: 'dropped' | 'ignored'; readonly reason: string; readonly count: number }[]
}

/** Reads an entry as a row: sums by reason, reasons with most first. */
export function ledgerRow(entry: LedgerEntry): LedgerRow {
  const dropped = sumOf(entry.dropped)
  const ignored = sumOf(entry.ignored)
  const accounted = entry.stored + entry.sampled + dropped + ignored + entry.queued
  const reasons = [
    ...Object.entries(entry.dropped).map(([reason, count]) => ({ what: 'dropped' as const, reason, count })),
    ...Object.entries(entry.ignored).map(([reason, count]) => ({ what: 'ignored' as const, reason, count })),
  ]
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || a.reason.localeCompare(b.reason))
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
    reasons,
  }
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}
