'use client'

import { connectionsText } from '@/lib/api/report/connections-text'
import type { ReviewSide } from '../live/url-state'
import { classNames } from '../ui/class-names'
import { countWords, formatCount } from '../ui/format'
import { Because } from './because'
import { ChangeHeading, HEADING_HEIGHT } from './change-heading'
import styles from './connection-changes.module.css'
import { Ends } from './end-name'
import { LongList } from './long-list'
import type { PairSign, ReviewRow } from './review-rows'

const HEIGHTS = { group: HEADING_HEIGHT, decision: 64, pair: 24 } as const

/** Which connections open and close, under the rules that decide before and after. */
export function ConnectionChanges({ rows, side }: { rows: readonly ReviewRow[]; side: ReviewSide }) {
  return (
    <LongList label="Connections opened and closed" items={rows} estimate={({ kind }) => HEIGHTS[kind]}>
      {(row) => <Row row={row} side={side} />}
    </LongList>
  )
}

function Row({ row, side }: { row: ReviewRow; side: ReviewSide }) {
  switch (row.kind) {
    case 'group':
      return <GroupHead row={row} />
    case 'decision':
      return <Decision row={row} side={side} />
    case 'pair':
      return <Pair row={row} side={side} />
  }
}

function GroupHead({ row }: { row: Extract<ReviewRow, { kind: 'group' }> }) {
  return (
    <ChangeHeading title={row.title} count={row.total}>
      {row.listed < row.total ? `the first ${formatCount(row.listed)} are listed; ` : ''}
      {row.hint}
    </ChangeHeading>
  )
}

function Decision({ row, side }: { row: Extract<ReviewRow, { kind: 'decision' }>; side: ReviewSide }) {
  const { before, after, now, draft, pairs } = row
  return (
    <div className={styles.decision}>
      <p className={styles.ports}>
        <code>
          {connectionsText(before)}
          {side === 'draft' && (
            <>
              <span role="img" aria-label="becomes">
                {' → '}
              </span>
              {connectionsText(after)}
            </>
          )}
        </code>
        <span className={styles.pairs}>{countWords(pairs, 'pair')}</span>
      </p>
      <Because label="now" text={now} />
      {side === 'draft' && <Because label="draft" text={draft} />}
    </div>
  )
}

const SIGNS: Readonly<Record<PairSign, { readonly sign: string; readonly word: string }>> = {
  closes: { sign: '✕', word: 'closes' },
  opens: { sign: '+', word: 'opens' },
  altered: { sign: '±', word: 'other ports' },
  unknown: { sign: '?', word: 'unknown' },
  same: { sign: '=', word: 'unchanged' },
}

const NOW = {
  open: { sign: '+', word: 'allowed now', tone: 'opens' },
  closed: { sign: '✕', word: 'denied now', tone: 'closes' },
} as const

function Pair({ row, side }: { row: Extract<ReviewRow, { kind: 'pair' }>; side: ReviewSide }) {
  const { src, dst, conns, isOpenNow } = row
  const shown = side === 'draft' || row.sign === 'unknown' ? { ...SIGNS[row.sign], tone: row.sign } : NOW[isOpenNow ? 'open' : 'closed']
  const { sign: text, word, tone } = shown
  return (
    <p className={styles.pair}>
      <span className={classNames(styles.sign, styles[tone])} role="img" aria-label={word} title={word}>
        {text}
      </span>
      <span className={styles.what}>
        <Ends src={src} dst={dst} /> {conns !== null && <code>{connectionsText(conns)}</code>}
      </span>
    </p>
  )
}
