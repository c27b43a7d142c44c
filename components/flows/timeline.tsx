'use client'

import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react'
import type { ChangesDocument } from '@/lib/api/changes-document'
import type { FlowHistogramDocument } from '@/lib/api/documents'
import { VERDICTS, type Verdict } from '@/lib/flows/flow'
import { durationWords } from '@/lib/model/duration-words'
import { altersVerdicts } from '../graph/change-words'
import { classNames } from '../ui/class-names'
import { countWords, formatCount, formatMoment } from '../ui/format'
import { Icon } from '../ui/icon'
import { VerdictMark } from '../ui/verdict-mark'
import { histogramShape, totalsOf } from './histogram-shape'
import styles from './timeline.module.css'

/** Units of the drawing; the box stretches it. */
const HEIGHT = 48

type Span = { readonly first: number; readonly last: number }

/**
 * Flows over time by verdict. Drag, or use the arrow keys with Shift, to choose a range; Enter takes it, Esc lets go.
 * A word with its count is a switch that shows only that verdict. Changes of the cluster are marked at their time.
 */
export function Timeline({
  histogram,
  verdicts,
  changes,
  areChangesOpen,
  onRange,
  onVerdict,
  onChanges,
}: {
  histogram: FlowHistogramDocument
  /** Changes of the cluster in that time; null while they are not known. */
  changes: ChangesDocument | null
  areChangesOpen: boolean
  onChanges: () => void
  /** Verdicts the view is limited to; empty is all. */
  verdicts: readonly Verdict[]
  onRange: (from: number, to: number) => void
  onVerdict: (verdict: Verdict) => void
}) {
  const [span, setSpan] = useState<Span | null>(null)
  const anchor = useRef<number | null>(null)
  const shape = histogramShape(histogram, HEIGHT)
  const totals = totalsOf(histogram)
  const start = Date.parse(histogram.from)
  const timeOf = (bucket: number) => start + bucket * histogram.bucketMs

  const take = (chosen: Span) => {
    setSpan(null)
    onRange(timeOf(Math.min(chosen.first, chosen.last)), timeOf(Math.max(chosen.first, chosen.last) + 1))
  }
  const bucketAt = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    const share = (event.clientX - box.left) / Math.max(box.width, 1)
    return Math.min(Math.max(Math.floor(share * shape.buckets), 0), Math.max(shape.buckets - 1, 0))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const next = spanAfterKey(event.key, event.shiftKey, span, shape.buckets)
    if (next !== undefined) setSpan(next)
    else if (event.key === 'Enter' && span !== null) take(span)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  const unknown = unknownFields(histogram.unapplied)

  return (
    <div className={styles.timeline}>
      <div className={styles.totals}>
        {VERDICTS.filter(
          (verdict) => totals[verdict] > 0 || verdicts.includes(verdict) || verdict === 'forwarded' || verdict === 'dropped',
        ).map((verdict) => (
          <button
            key={verdict}
            type="button"
            className={styles.total}
            aria-pressed={verdicts.includes(verdict)}
            onClick={() => onVerdict(verdict)}
          >
            <VerdictMark mark={verdict} /> <span className={styles.count}>{formatCount(totals[verdict])}</span>
          </button>
        ))}
        {changes !== null && changes.total > 0 && (
          <button type="button" className={styles.total} aria-expanded={areChangesOpen} onClick={onChanges}>
            <Icon name={areChangesOpen ? 'down' : 'right'} size={12} /> {countWords(changes.total, 'change')} of the cluster
          </button>
        )}
        {unknown.length > 0 && (
          <span className={styles.unapplied} role="status" title={`Counted without ${histogram.unapplied.join(' ')}`}>
            the timeline does not know {unknown.join(', ')}
          </span>
        )}
        <span className={styles.scale}>
          {durationWords(histogram.bucketMs)} a bar · highest {formatCount(shape.mostAbove)} above, {formatCount(shape.mostBelow)} below
        </span>
      </div>
      <div
        className={styles.plot}
        role="slider"
        tabIndex={0}
        aria-label="Time range by flows"
        aria-valuemin={0}
        aria-valuemax={Math.max(shape.buckets - 1, 0)}
        aria-valuenow={span?.last ?? Math.max(shape.buckets - 1, 0)}
        aria-valuetext={span === null ? 'Whole range' : spanText(histogram, span, timeOf)}
        onKeyDown={onKeyDown}
        onBlur={() => setSpan(null)}
        onPointerDown={(event) => {
          if (event.button !== 0) return
          event.currentTarget.setPointerCapture(event.pointerId)
          const bucket = bucketAt(event)
          anchor.current = bucket
          setSpan({ first: bucket, last: bucket })
        }}
        onPointerMove={(event) => {
          if (anchor.current !== null) setSpan({ first: anchor.current, last: bucketAt(event) })
        }}
        onPointerUp={(event) => {
          const first = anchor.current
          anchor.current = null
          if (first === null) return
          const last = bucketAt(event)
          if (last === first) setSpan({ first, last })
          else take({ first, last })
        }}
        onPointerCancel={() => {
          anchor.current = null
          setSpan(null)
        }}
      >
        <svg className={styles.bars} viewBox={`0 0 ${Math.max(shape.buckets, 1)} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
          {span !== null && (
            <rect
              className={styles.span}
              x={Math.min(span.first, span.last)}
              y={0}
              width={Math.abs(span.last - span.first) + 1}
              height={HEIGHT}
            />
          )}
          {shape.bars.map((bar) => (
            <rect
              key={`${bar.bucket}-${bar.verdict}`}
              className={styles[bar.verdict]}
              x={bar.bucket + 0.1}
              y={bar.y}
              width={0.8}
              height={bar.height}
            />
          ))}
          {(changes?.changes ?? []).map((change) => {
            const x = (Date.parse(change.time) - start) / histogram.bucketMs
            return (
              <line key={change.id} className={altersVerdicts(change) ? styles.altering : styles.change} x1={x} x2={x} y1={0} y2={HEIGHT} />
            )
          })}
          <line className={styles.baseline} x1={0} x2={shape.buckets} y1={shape.baseline} y2={shape.baseline} />
        </svg>
      </div>
      <div className={styles.axis} aria-hidden="true">
        <span>{formatMoment(start)}</span>
        <span className={classNames(styles.chosen, span === null && styles.quiet)}>
          {span === null ? 'drag to choose a range' : spanText(histogram, span, timeOf)}
        </span>
        <span>{formatMoment(Date.parse(histogram.to))}</span>
      </div>
    </div>
  )
}

/** `path:` for `path:/api/*`; words without a field as they are. */
function unknownFields(terms: readonly string[]): readonly string[] {
  return [...new Set(terms.map((term) => /^(?:(?:from|to):)?[a-z0-9]+:/.exec(term)?.[0] ?? term))]
}

function spanText(histogram: FlowHistogramDocument, span: Span, timeOf: (bucket: number) => number): string {
  const first = Math.min(span.first, span.last)
  const last = Math.max(span.first, span.last)
  const parts = VERDICTS.map((verdict) => {
    let sum = 0
    for (let bucket = first; bucket <= last; bucket++) sum += histogram.verdicts[verdict][bucket] ?? 0
    return sum === 0 ? '' : `${formatCount(sum)} ${verdict}`
  }).filter((part) => part !== '')
  return `${formatMoment(timeOf(first))} – ${formatMoment(timeOf(last + 1))}: ${parts.length === 0 ? 'no flows' : parts.join(', ')}`
}

/** undefined: not a key of the timeline. */
function spanAfterKey(key: string, extend: boolean, span: Span | null, buckets: number): Span | null | undefined {
  if (key === 'Escape') return span === null ? undefined : null
  const move = key === 'ArrowLeft' ? -1 : key === 'ArrowRight' ? 1 : 0
  if (move === 0 && key !== 'Home' && key !== 'End') return undefined
  const highest = Math.max(buckets - 1, 0)
  const from = span?.last ?? highest
  const last = key === 'Home' ? 0 : key === 'End' ? highest : span === null ? from : Math.min(Math.max(from + move, 0), highest)
  return { first: extend && span !== null ? span.first : last, last }
}
