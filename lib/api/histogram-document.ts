import type { CompiledFilter } from '../flows/filter-match'
import { VERDICTS } from '../flows/flow'
import { type FlowWindow, WINDOW_MS } from '../flows/flow-window'
import type { FlowHistogram } from '../flows/window-types'
import type { FlowHistogramDocument } from './documents'
import { printTime } from './print-time'

type Range = { readonly from: number; readonly to: number; readonly buckets: number }

/** The timeline of a range; what lies before the window's hour is cut off. */
export function histogramDocument(
  window: Pick<FlowWindow, 'histogram'>,
  { from, to, buckets }: Range,
  filter: Pick<CompiledFilter, 'matchesLane' | 'unappliedToLanes'> | null,
): FlowHistogramDocument {
  const begin = Math.max(from, to - WINDOW_MS)
  const accepts = filter?.matchesLane ?? null
  const histogram = window.histogram(begin, to, buckets, accepts)
  const matched = sum(histogram)
  return {
    apiVersion: 'sluice/v1',
    kind: 'FlowHistogram',
    from: printTime(histogram.from),
    to: printTime(histogram.to),
    bucketMs: histogram.bucketMs,
    verdicts: histogram.counts,
    matched,
    total: accepts === null ? matched : sum(window.histogram(begin, to, 1)),
    unapplied: filter?.unappliedToLanes ?? [],
  }
}

function sum({ counts }: FlowHistogram): number {
  return VERDICTS.reduce((total, verdict) => total + counts[verdict].reduce((column, count) => column + count, 0), 0)
}
