'use client'

import Link from 'next/link'
import type { DiffDocument, ReplayedDocument } from '@/lib/api/diff-document'
import { decisionWords } from '@/lib/review/reason-words'
import { unknownWords } from '@/lib/review/unknown-words'
import { freshView } from '../live/fresh-view'
import { pageHref } from '../live/page-href'
import { useViewState } from '../live/use-view-state'
import { countWords, formatCount, formatMoment } from '../ui/format'
import { VerdictMark } from '../ui/verdict-mark'
import { Because } from './because'
import { ChangeHeading, HEADING_HEIGHT } from './change-heading'
import { Ends } from './end-name'
import { connectionFilter } from './end-words'
import styles from './flow-changes.module.css'
import { LongList } from './long-list'

type Entry =
  | {
      readonly kind: 'group'
      readonly id: string
      readonly title: string
      readonly mark: 'would-deny' | 'would-allow'
      readonly connections: number
      readonly flows: number
      readonly listed: number
    }
  | { readonly kind: 'flow'; readonly id: string; readonly flow: ReplayedDocument }
  | { readonly kind: 'rest'; readonly id: string }

/** Recorded traffic that the draft would deny or let through, with what decides, and how much of it there was. */
export function FlowChanges({ flows }: { flows: DiffDocument['flows'] }) {
  const { newlyDenied, newlyAllowed, totals } = flows
  const group = (
    id: 'newlyDenied' | 'newlyAllowed',
    title: string,
    mark: 'would-deny' | 'would-allow',
    listed: readonly ReplayedDocument[],
  ): Entry[] =>
    listed.length === 0
      ? []
      : [
          { kind: 'group', id, title, mark, ...totals[id], listed: listed.length },
          ...listed.map(
            (flow): Entry => ({ kind: 'flow', id: `${id} ${JSON.stringify([flow.src, flow.dst, flow.protocol, flow.port])}`, flow }),
          ),
        ]
  const entries: readonly Entry[] = [
    ...group('newlyDenied', 'Newly denied', 'would-deny', newlyDenied),
    ...group('newlyAllowed', 'Newly allowed', 'would-allow', newlyAllowed),
    { kind: 'rest', id: 'rest' },
  ]
  return (
    <LongList label="Recorded flows under the draft" items={entries} estimate={(entry) => (entry.kind === 'group' ? HEADING_HEIGHT : 104)}>
      {(entry) =>
        entry.kind === 'rest' ? <Rest flows={flows} /> : entry.kind === 'group' ? <GroupHead {...entry} /> : <Flow {...entry} />
      }
    </LongList>
  )
}

function GroupHead({ title, mark, connections, flows, listed }: Extract<Entry, { kind: 'group' }>) {
  const signed = (
    <>
      <VerdictMark mark={mark} wordless /> {title}
    </>
  )
  return (
    <ChangeHeading title={signed} count={connections}>
      {listed < connections ? `the busiest ${formatCount(listed)} are listed; ` : ''}
      {countWords(flows, 'flow')}
    </ChangeHeading>
  )
}

function Flow({ flow }: Extract<Entry, { kind: 'flow' }>) {
  const [view] = useViewState()
  const { src, dst, protocol, port, count, lastSeen, because, before, after } = flow
  const flowsPage = pageHref('/flows', { ...freshView(view), filter: connectionFilter(flow) })
  return (
    <div className={styles.flow}>
      <p>
        <Ends src={src} dst={dst} />{' '}
        <code className={styles.port}>
          {protocol} {port ?? ''}
        </code>
      </p>
      <p className={styles.facts}>
        <Link href={flowsPage} prefetch={false}>
          {countWords(count, 'flow')}
        </Link>
        <span>
          last <time dateTime={lastSeen}>{formatMoment(Date.parse(lastSeen))}</time>
        </span>
      </p>
      <Because label="now" text={decisionWords(because, 'before', before)} />
      <Because label="draft" text={decisionWords(because, 'after', after)} />
    </div>
  )
}

function Rest({ flows }: { flows: DiffDocument['flows'] }) {
  const { totals, unknownBecause } = flows
  return (
    <div className={styles.rest}>
      {totals.newlyDenied.connections === 0 && totals.unchanged.connections + totals.newlyAllowed.connections > 0 && (
        <p className={styles.fine}>No recorded connection would be newly denied.</p>
      )}
      <p>{countWords(totals.unchanged.connections, 'recorded connection gets', 'recorded connections get')} the same answer as now.</p>
      {unknownBecause.map(({ reason, at, connections, flows: count }) => (
        <p key={`${reason} ${at}`}>
          {formatCount(connections)} cannot be told ({countWords(count, 'flow')}): {unknownWords(reason, at)}.
        </p>
      ))}
    </div>
  )
}
