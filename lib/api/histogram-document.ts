import type { CompiledFilter } from '../flows/filter-match'
import { VERDICTS } from '../flows/flow'
import type { FlowHistogram } from '../flows/window-types'
import type { FlowHistogramDocument } from './documents'
import { printTime } from './print-time'

/** A timeline as the API writes it, next to that of the same time without the filter. */
export function histogramDocument(
  histogram: FlowHistogram,
  all: FlowHistogram,
  filter: Pick<CompiledFilter, 'unappliedToLanes'> | null,
): FlowHistogramDocument {
  return {
    apiVersion: 'sluice/v1',
    kind: 'FlowHistogram',
    from: printTime(histogram.from),
    to: printTime(histogram.to),
    bucketMs: histogram.bucketMs,
    verdicts: histogram.counts,
    matched: sum(histogram),
    total: sum(all),
    unapplied: filter?.unappliedToLanes ?? [],
  }
}

function sum({ counts }: FlowHistogram): number {
  return VERDICTS.reduce((total, verdict) => total + counts[verdict].reduce((column, count) => column + count, 0), 0)
}
