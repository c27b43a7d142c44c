import type { FlowHistogramDocument } from '@/lib/api/documents'
import { VERDICTS, type Verdict } from '@/lib/flows/flow'

/** What got through rises above the base line, what did not hangs below it: position says it as well as colour. */
export const ABOVE: readonly Verdict[] = ['forwarded', 'audit', 'unknown']
export const BELOW: readonly Verdict[] = ['dropped', 'error']

export type HistogramBar = { readonly verdict: Verdict; readonly bucket: number; readonly y: number; readonly height: number }

export type HistogramShape = {
  readonly bars: readonly HistogramBar[]
  readonly buckets: number
  readonly baseline: number
  /** Largest stack above and below, in flows: the two halves have a scale of their own. */
  readonly mostAbove: number
  readonly mostBelow: number
}

/** The smallest bar, so that one flow among thousands is still seen. */
const SMALLEST = 2

/** Bars of a histogram in a box `height` units high; a bucket is one unit wide. */
export function histogramShape(histogram: FlowHistogramDocument, height: number): HistogramShape {
  const buckets = histogram.verdicts.forwarded.length
  const mostAbove = mostIn(histogram, ABOVE, buckets)
  const mostBelow = mostIn(histogram, BELOW, buckets)
  const below = mostBelow === 0 ? 0 : mostAbove === 0 ? height : height * 0.4
  const baseline = height - below
  const bars: HistogramBar[] = []
  for (let bucket = 0; bucket < buckets; bucket++) {
    stack(ABOVE, mostAbove, baseline, bucket, (verdict, size, offset) =>
      bars.push({ verdict, bucket, y: baseline - offset - size, height: size }),
    )
    stack(BELOW, mostBelow, below, bucket, (verdict, size, offset) => bars.push({ verdict, bucket, y: baseline + offset, height: size }))
  }
  return { bars, buckets, baseline, mostAbove, mostBelow }

  function stack(
    verdicts: readonly Verdict[],
    most: number,
    room: number,
    bucket: number,
    draw: (verdict: Verdict, size: number, offset: number) => void,
  ): void {
    let offset = 0
    for (const verdict of verdicts) {
      const count = histogram.verdicts[verdict][bucket] ?? 0
      if (count === 0) continue
      const size = Math.max((count / most) * room, SMALLEST)
      draw(verdict, size, offset)
      offset += size
    }
  }
}

/** Sum of each verdict over the whole range. */
export function totalsOf(histogram: FlowHistogramDocument): Readonly<Record<Verdict, number>> {
  const totals = { forwarded: 0, dropped: 0, audit: 0, error: 0, unknown: 0 }
  for (const verdict of VERDICTS) for (const count of histogram.verdicts[verdict]) totals[verdict] += count
  return totals
}

function mostIn(histogram: FlowHistogramDocument, verdicts: readonly Verdict[], buckets: number): number {
  let most = 0
  for (let bucket = 0; bucket < buckets; bucket++) {
    let sum = 0
    for (const verdict of verdicts) sum += histogram.verdicts[verdict][bucket] ?? 0
    most = Math.max(most, sum)
  }
  return most
}
