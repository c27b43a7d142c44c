import { Fragment } from 'react'
import type { SourceDocument } from '@/lib/api/documents'
import type { SourceProof } from '@/lib/flows/source-about'
import { formatRate } from '../ui/format'
import { Cell, HeaderCell, Table } from '../ui/table'
import { SourceState } from './source-state'
import styles from './source-table.module.css'

const PROOFS: Readonly<Record<SourceProof, string>> = {
  'real-server': 'tested on the real server',
  recorded: 'tested on recorded data',
  specification: 'written from the specification',
}

/** The flow sources: how each does, what it says of itself, and how far its reading is proved. */
export function SourceTable({ sources }: { sources: readonly SourceDocument[] }) {
  return (
    <Table label="Flow sources">
      <thead>
        <tr>
          <HeaderCell>Source</HeaderCell>
          <HeaderCell>Kind</HeaderCell>
          <HeaderCell>State</HeaderCell>
          <HeaderCell numeric>Flows/s</HeaderCell>
          <HeaderCell>What happened, and what to do</HeaderCell>
        </tr>
      </thead>
      <tbody>
        {sources.map((source) => (
          <Fragment key={source.name}>
            <tr>
              <HeaderCell scope="row" className={styles.name}>
                <bdi>{source.name}</bdi>
              </HeaderCell>
              <Cell>{source.kind}</Cell>
              <Cell>
                <SourceState state={source.state} />
              </Cell>
              <Cell numeric>{formatRate(source.perSecond)}</Cell>
              <Cell>{source.message ?? ''}</Cell>
            </tr>
            {(source.proof !== null || source.facts.length > 0) && (
              <tr>
                <Cell colSpan={5} className={styles.facts}>
                  {source.facts.map(({ name, value }) => (
                    <span key={name} className={styles.fact}>
                      {name} <b>{value}</b>
                    </span>
                  ))}
                  {source.proof !== null && <span className={styles.fact}>{PROOFS[source.proof]}</span>}
                </Cell>
              </tr>
            )}
          </Fragment>
        ))}
      </tbody>
    </Table>
  )
}
