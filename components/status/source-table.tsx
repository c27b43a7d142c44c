import { Fragment } from 'react'
import type { SourceDocument } from '@/lib/api/documents'
import { isTroubled } from '@/lib/flows/quiet-sources'
import { PROOF_WORDS } from '@/lib/flows/source-about'
import { classNames } from '../ui/class-names'
import { formatCount, formatDateTime, formatMoment, formatRate } from '../ui/format'
import { Cell, HeaderCell, Table } from '../ui/table'
import { clockWords, delayWords } from './delay-words'
import { SourceState } from './source-state'
import styles from './source-table.module.css'

/** The flow sources: how each does, what it says of itself, how late it is, and how far its reading is proved. */
export function SourceTable({ sources }: { sources: readonly SourceDocument[] }) {
  return (
    <Table label="Flow sources">
      <thead>
        <tr>
          <HeaderCell>Source</HeaderCell>
          <HeaderCell>Kind</HeaderCell>
          <HeaderCell>State</HeaderCell>
          <HeaderCell numeric>Flows/s</HeaderCell>
          <HeaderCell numeric>Lost</HeaderCell>
          <HeaderCell numeric>Last record</HeaderCell>
          <HeaderCell numeric title="How long after their own time half of the flows of the last minute came, and 99 in 100">
            Delay
          </HeaderCell>
          <HeaderCell title="Whether flows come with times that are yet to be">Its clock</HeaderCell>
        </tr>
      </thead>
      <tbody>
        {sources.map((source) => (
          <Fragment key={source.name}>
            <tr>
              <HeaderCell scope="row" className={styles.name}>
                <bdi>{source.name}</bdi>
              </HeaderCell>
              <Cell className={styles.word}>{source.kind}</Cell>
              <Cell>
                <SourceState state={source.state} />
              </Cell>
              <Cell numeric>{formatRate(source.perSecond)}</Cell>
              <Cell numeric className={source.lost > 0 ? styles.trouble : undefined}>
                {source.lost > 0 ? <a href="#losses">{formatCount(source.lost)}</a> : '0'}
              </Cell>
              <Cell numeric>{source.lastAt === null ? 'none yet' : <Moment at={source.lastAt} />}</Cell>
              <Cell numeric>{delayWords(source.delay)}</Cell>
              <ClockCell delay={source.delay} />
            </tr>
            <About source={source} />
          </Fragment>
        ))}
      </tbody>
    </Table>
  )
}

/** What happened, what the source says of itself, and how far its reading is proved: where that hangs on each kind of record, facts say it. */
function About({ source }: { source: SourceDocument }) {
  const { message, facts } = source
  const proof = proofWords(source)
  if (message === null && facts.length === 0 && proof === null) return null
  return (
    <tr>
      <Cell colSpan={8} className={styles.about}>
        {message !== null && <p className={classNames(styles.message, isTroubled(source) && styles.trouble)}>{message}</p>}
        {facts.map(({ name, value }) => (
          <span key={name} className={styles.fact}>
            {name}: <b>{value}</b>
          </span>
        ))}
        {proof !== null && <span className={styles.fact}>{proof}</span>}
      </Cell>
    </tr>
  )
}

function ClockCell({ delay }: Pick<SourceDocument, 'delay'>) {
  const { text, isWrong } = clockWords(delay)
  return <Cell className={classNames(styles.word, isWrong && styles.trouble)}>{text}</Cell>
}

function Moment({ at }: { at: number }) {
  return (
    <time dateTime={new Date(at).toISOString()} title={formatDateTime(at)}>
      {formatMoment(at)}
    </time>
  )
}

function proofWords({ kind, proof }: SourceDocument): string | null {
  if (kind === 'demo') return 'made up by Sluice'
  return proof === null ? null : PROOF_WORDS[proof]
}
