import { Fragment } from 'react'
import type { LedgerEntry } from '@/lib/flows/window-types'
import { formatCount } from '../ui/format'
import { Icon } from '../ui/icon'
import { Cell, HeaderCell, Table } from '../ui/table'
import { type LedgerReason, ledgerRow } from './ledger-rows'
import styles from './ledger-table.module.css'

/**
 * What became of every flow that was received, per source. The columns between the signs add up to the first one, and
 * the last column says whether they do.
 */
export function LedgerTable({ entries }: { entries: readonly LedgerEntry[] }) {
  return (
    <Table label="Loss ledger">
      <thead>
        <tr>
          <HeaderCell>Source</HeaderCell>
          <HeaderCell numeric>Received</HeaderCell>
          <HeaderCell numeric>= Stored</HeaderCell>
          <HeaderCell numeric>+ Sampled out</HeaderCell>
          <HeaderCell numeric>+ Dropped</HeaderCell>
          <HeaderCell numeric>+ Ignored</HeaderCell>
          <HeaderCell numeric>+ Queued</HeaderCell>
          <HeaderCell>Balance</HeaderCell>
          <HeaderCell numeric>Lost at source</HeaderCell>
        </tr>
      </thead>
      <tbody>
        {entries.map(ledgerRow).map((row) => (
          <Fragment key={row.source}>
            <tr>
              <HeaderCell scope="row" className={styles.source}>
                <bdi>{row.source}</bdi>
              </HeaderCell>
              <Cell numeric>{formatCount(row.received)}</Cell>
              <Cell numeric>{formatCount(row.stored)}</Cell>
              <Cell numeric>{formatCount(row.sampled)}</Cell>
              <Cell numeric className={row.dropped > 0 ? styles.loss : undefined}>
                {formatCount(row.dropped)}
              </Cell>
              <Cell numeric>{formatCount(row.ignored)}</Cell>
              <Cell numeric>{formatCount(row.queued)}</Cell>
              <Cell>
                {row.balances ? (
                  <span className={styles.balance}>
                    <Icon name="check" /> balances
                  </span>
                ) : (
                  <span className={styles.loss}>
                    <Icon name="warning" /> off by {formatCount(row.received - row.accounted)}
                  </span>
                )}
              </Cell>
              <Cell numeric className={row.lostAtSource > 0 ? styles.loss : undefined}>
                {formatCount(row.lostAtSource)}
              </Cell>
            </tr>
            {row.losses.length + row.leftOut.length > 0 && (
              <tr>
                <Cell colSpan={9} className={styles.reasons}>
                  {row.losses.length > 0 && <Reasons label={`What ${row.source} lost`} reasons={row.losses} />}
                  {row.leftOut.length > 0 && (
                    <details>
                      <summary>{formatCount(row.ignored)} ignored by design: nothing is lost with them</summary>
                      <Reasons label={`What is ignored of ${row.source}`} reasons={row.leftOut} />
                    </details>
                  )}
                </Cell>
              </tr>
            )}
          </Fragment>
        ))}
      </tbody>
    </Table>
  )
}

function Reasons({ label, reasons }: { label: string; reasons: readonly LedgerReason[] }) {
  return (
    <ul aria-label={label} className={styles.list}>
      {reasons.map(({ reason, count, words, remedy }) => (
        <li key={reason} className={styles.reason}>
          <b className={styles.count}>{formatCount(count)}</b>
          <span>
            <bdi>{words}</bdi>
            {remedy !== null && <span className={styles.remedy}> {remedy}</span>}
          </span>
        </li>
      ))}
    </ul>
  )
}
