import { Fragment } from 'react'
import type { LedgerEntry } from '@/lib/flows/window-types'
import { formatCount } from '../ui/format'
import { Icon } from '../ui/icon'
import { Cell, HeaderCell, Table } from '../ui/table'
import { ledgerRow } from './ledger-rows'
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
            {row.reasons.length > 0 && (
              <tr>
                <Cell colSpan={9} className={styles.reasons}>
                  {row.reasons.map(({ what, reason, count }) => (
                    <span key={`${what} ${reason}`} className={styles.reason}>
                      {what} <bdi>{reason}</bdi> <b>{formatCount(count)}</b>
                    </span>
                  ))}
                </Cell>
              </tr>
            )}
          </Fragment>
        ))}
      </tbody>
    </Table>
  )
}
