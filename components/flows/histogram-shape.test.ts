import { expect, test } from 'vitest'
import type { FlowHistogramDocument } from '@/lib/api/documents'
import { histogramShape, totalsOf } from './histogram-shape'

const aHistogram = (verdicts: Partial<FlowHistogramDocument['verdicts']>, buckets = 3): FlowHistogramDocument => {
  const none = Array<number>(buckets).fill(0)
  return {
    apiVersion: 'sluice/v1',
    kind: 'FlowHistogram',
    from: '2026-01-01T00:00:00.000Z',
    to: '2026-01-01T00:00:30.000Z',
    bucketMs: 10_000,
    verdicts: { forwarded: none, dropped: none, audit: none, error: none, unknown: none, ...verdicts },
    matched: 0,
    total: 0,
    unapplied: [],
  }
}

test('denied flows hang below the base line, so that position says what colour says', () => {
  const { bars, baseline } = histogramShape(aHistogram({ forwarded: [10, 0, 0], dropped: [0, 5, 0] }), 50)
  const dropped = bars.find((bar) => bar.verdict === 'dropped')
  const forwarded = bars.find((bar) => bar.verdict === 'forwarded')
  expect(dropped?.y).toBe(baseline)
  expect((forwarded?.y ?? 0) + (forwarded?.height ?? 0)).toBe(baseline)
})

test('one drop among thousands of flows is still drawn', () => {
  const { bars } = histogramShape(aHistogram({ forwarded: [100_000, 0, 0], audit: [1, 0, 0] }), 50)
  expect(bars.find((bar) => bar.verdict === 'audit')?.height).toBeGreaterThanOrEqual(2)
})

test('an empty range has no bars', () => {
  expect(histogramShape(aHistogram({}), 50).bars).toEqual([])
})

test('totals add up the whole range', () => {
  expect(totalsOf(aHistogram({ forwarded: [1, 2, 3], error: [0, 4, 0] }))).toEqual({
    forwarded: 6,
    dropped: 0,
    audit: 0,
    error: 4,
    unknown: 0,
  })
})
