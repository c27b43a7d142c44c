'use client'

import type { PolicyRow } from '@/lib/api/details'
import { FilterValue } from '../live/filter-value'
import { classNames } from '../ui/class-names'
import { formatCount, formatMoment } from '../ui/format'
import { SeverityMark } from '../ui/severity-mark'
import type { GridLineProps } from '../ui/sorted-grid'
import styles from './policy-table.module.css'
import { ENFORCEMENT_WORDS, ruleCell, showsUse } from './policy-words'

/** One policy in the grid. A click on its namespace filters, anywhere else it opens the policy. */
export function PolicyTableRow({
  policy,
  hasFlows,
  place,
}: {
  policy: PolicyRow
  /** Whether any connection was recorded: without one, no hits mean nothing. */
  hasFlows: boolean
  place: GridLineProps
}) {
  const { name, namespace, policyKind, ref, enforcement, subjectCount, hits, problems } = policy
  const [worst] = problems.items
  return (
    <div {...place}>
      <div role="gridcell" className={styles.name} title={ref}>
        <bdi>{name}</bdi>
        {enforcement !== 'enforced' && <span className={styles.state}>{ENFORCEMENT_WORDS[enforcement].word}</span>}
      </div>
      <div role="gridcell" title={namespace ?? undefined}>
        {namespace === null ? <span className={styles.muted}>whole cluster</span> : <FilterValue inGrid field="ns" value={namespace} />}
      </div>
      <div role="gridcell" title={policyKind}>
        {policyKind}
      </div>
      <div role="gridcell" className={classNames(styles.numeric, subjectCount === 0 && styles.noticed)}>
        {subjectCount === 0 ? 'none' : formatCount(subjectCount)}
      </div>
      {(['ingress', 'egress'] as const).map((direction) => (
        <div key={direction} role="gridcell" className={styles.numeric}>
          {ruleCell(policy, direction)}
        </div>
      ))}
      <div role="gridcell" className={styles.numeric} title={hits === null ? undefined : hitsTitle(hits)}>
        {hits === null ? <span className={styles.muted}>{hasFlows && showsUse(policy) ? '0' : '–'}</span> : formatCount(hits.total)}
        {hits !== null && hits.denied > 0 && <span className={styles.denied}> ✕ {formatCount(hits.denied)}</span>}
      </div>
      <div role="gridcell" className={styles.numeric}>
        {hits !== null && formatMoment(Date.parse(hits.lastSeen))}
        {hits === null && hasFlows && showsUse(policy) && <span className={styles.muted}>never used</span>}
      </div>
      <div role="gridcell" className={styles.problems} title={worst?.message}>
        {worst !== undefined && (
          <>
            <SeverityMark severity={worst.severity} />
            <span className={styles.message}>{worst.message}</span>
            {problems.total > 1 && <span className={styles.muted}>+{problems.total - 1}</span>}
          </>
        )}
      </div>
    </div>
  )
}

function hitsTitle({ total, denied, stated }: NonNullable<PolicyRow['hits']>): string {
  const own = total - stated
  const by =
    stated === 0
      ? 'found by our engine'
      : own === 0
        ? 'named by the records'
        : `${formatCount(stated)} named by the records, the others found by our engine`
  return `${formatCount(total)} connections, ${formatCount(denied)} of them denied; ${by}`
}
