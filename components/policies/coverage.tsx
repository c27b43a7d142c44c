'use client'

import Link from 'next/link'
import type { CoverageRow, PolicyListDocument } from '@/lib/api/details'
import type { Protection } from '@/lib/graph/isolation-coverage'
import { freshView } from '../live/fresh-view'
import { pageHref } from '../live/page-href'
import { useViewState } from '../live/use-view-state'
import { classNames } from '../ui/class-names'
import { countWords, formatCount } from '../ui/format'
import { Empty } from '../ui/notice'
import { Cell, HeaderCell, Table } from '../ui/table'
import styles from './coverage.module.css'
import { WorkloadList } from './workload-list'

type ProtectionWords = { readonly id: Protection; readonly word: string; readonly about: string }

const PROTECTIONS: readonly ProtectionWords[] = [
  { id: 'both', word: 'Both ways', about: 'only what a rule allows comes in and goes out' },
  { id: 'ingress', word: 'Coming in', about: 'only what a rule allows comes in; everything may go out' },
  { id: 'egress', word: 'Going out', about: 'only what a rule allows goes out; everyone may come in' },
  { id: 'none', word: 'Open', about: 'no policy isolates it: everyone may come in, everything may go out' },
  { id: 'unknown', word: 'Cannot tell', about: 'policies that Sluice may not read could isolate it' },
  { id: 'beyond', word: 'Machine network', about: 'uses the network of its machine, where policies for pods do not stand' },
]

const UNISOLATING_TIERS: ReadonlySet<string> = new Set(['Admin', 'Baseline'])

/** Which workloads the policies isolate, in which directions, and which are open: in all, and by namespace. */
export function Coverage({ list }: { list: PolicyListDocument }) {
  const { coverage } = list
  if (coverage.length === 0) return <Empty title="There are no workloads here." />
  const own = coverage.filter(({ isSystem }) => !isSystem)
  const system = coverage.filter(({ isSystem }) => isSystem)
  const isKnown = coverage.every(({ workloads }) => workloads.unknown.total === 0)
  const columns = PROTECTIONS.filter(({ id }) => !isKnown || id !== 'unknown')
  return (
    <div className={styles.page}>
      {list.policies.some(({ tier }) => UNISOLATING_TIERS.has(tier)) && (
        <p className={styles.muted}>
          Policies of the tiers Admin and Baseline allow and deny as well, and isolate nobody: they are not counted here.
        </p>
      )}
      <Totals columns={columns} rows={own.length > 0 ? own : coverage} hasSystem={own.length > 0 && system.length > 0} />
      <Table label="Isolation by namespace">
        <thead>
          <tr>
            <HeaderCell>Namespace</HeaderCell>
            <HeaderCell numeric>Workloads</HeaderCell>
            {columns.map(({ id, word, about }) => (
              <HeaderCell key={id} numeric title={about}>
                {word}
              </HeaderCell>
            ))}
            <HeaderCell>Open workloads</HeaderCell>
          </tr>
        </thead>
        <Rows columns={columns} rows={own} />
        {system.length > 0 && <Rows columns={columns} rows={system} title="System namespaces" />}
      </Table>
    </div>
  )
}

/** How many workloads there are of each kind, as numbers and as one bar. */
function Totals({ columns, rows, hasSystem }: { columns: readonly ProtectionWords[]; rows: readonly CoverageRow[]; hasSystem: boolean }) {
  const counts = columns.map((one) => ({ ...one, count: rows.reduce((sum, { workloads }) => sum + workloads[one.id].total, 0) }))
  const all = counts.reduce((sum, { count }) => sum + count, 0)
  return (
    <section className={styles.totals} aria-label="Isolation of all workloads">
      <h2>
        {formatCount(all - countOf(counts, 'none') - countOf(counts, 'unknown') - countOf(counts, 'beyond'))} of{' '}
        {countWords(all, 'workload')} are isolated
        {hasSystem && <span className={styles.muted}> without the system namespaces</span>}
      </h2>
      <div className={styles.bar} aria-hidden="true">
        {counts.map(
          ({ id, count }) => count > 0 && <span key={id} className={classNames(styles.part, styles[id])} style={{ flexGrow: count }} />,
        )}
      </div>
      <ul className={styles.legend}>
        {counts.map(({ id, word, about, count }) => (
          <li key={id}>
            <span className={classNames(styles.sample, styles[id])} aria-hidden="true" />
            <strong className={styles.number}>{formatCount(count)}</strong>
            <span>
              {word.toLowerCase()}: <span className={styles.muted}>{about}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function countOf(counts: readonly { readonly id: Protection; readonly count: number }[], id: Protection): number {
  return counts.find((one) => one.id === id)?.count ?? 0
}

function Rows({ columns, rows, title }: { columns: readonly ProtectionWords[]; rows: readonly CoverageRow[]; title?: string }) {
  const [view] = useViewState()
  return (
    <tbody>
      {title !== undefined && (
        <tr>
          <th scope="rowgroup" colSpan={columns.length + 3} className={styles.group}>
            {title}
          </th>
        </tr>
      )}
      {rows.map(({ namespace, workloads }) => (
        <tr key={namespace}>
          <Cell>
            <Link
              href={pageHref('/map', { ...freshView(view), level: 'workload', namespaces: [namespace] })}
              prefetch={false}
              className={styles.namespace}
              title={`Show ${namespace} on the map`}
            >
              <bdi>{namespace}</bdi>
            </Link>
          </Cell>
          <Cell numeric>{formatCount(PROTECTIONS.reduce((sum, { id }) => sum + workloads[id].total, 0))}</Cell>
          {columns.map(({ id }) => (
            <Cell key={id} numeric className={classNames(workloads[id].total === 0 ? styles.muted : id === 'none' && styles.open)}>
              {workloads[id].total === 0 ? '–' : formatCount(workloads[id].total)}
            </Cell>
          ))}
          <Cell className={styles.names}>
            {workloads.none.total === 0 ? <span className={styles.muted}>none</span> : <WorkloadList workloads={workloads.none} most={8} />}
          </Cell>
        </tr>
      ))}
    </tbody>
  )
}
