'use client'

import type { FlowDocument } from '@/lib/api/documents'
import { FilterValue } from '../live/filter-value'
import { classNames } from '../ui/class-names'
import { VerdictMark } from '../ui/verdict-mark'
import { EndpointName, endpointFilter, endpointText } from './endpoint-name'
import styles from './flow-table.module.css'
import { formatFlowTime } from './flow-time'
import { l7Text } from './l7-text'
import { PolicyName } from './policy-name'

export const COLUMNS = [
  { name: 'time', title: 'Time' },
  { name: 'source', title: 'Source' },
  { name: 'destination', title: 'Destination' },
  { name: 'port', title: 'Port' },
  { name: 'protocol', title: 'Protocol' },
  { name: 'l7', title: 'L7' },
  { name: 'verdict', title: 'Verdict' },
  { name: 'policy', title: 'Policy' },
  { name: 'reason', title: 'Reason' },
  { name: 'reporter', title: 'Reporter' },
] as const

/** One flow in the grid. A click on a value filters, anywhere else it opens the details. */
export function FlowRow({
  id,
  flow,
  rowIndex,
  top,
  height,
  isNarrow,
  isOpen,
  isActive,
  onOpen,
}: {
  id: string
  flow: FlowDocument
  /** Counted from 1, the header included. */
  rowIndex: number
  /** Pixels from the top of the list. */
  top: number
  height: number
  isNarrow: boolean
  isOpen: boolean
  isActive: boolean
  onOpen: () => void
}) {
  const policy = flow.policies[0]
  return (
    <div
      id={id}
      role="row"
      aria-rowindex={rowIndex}
      aria-selected={isOpen}
      className={classNames(styles.row, isNarrow && styles.narrow, flow.verdict === 'dropped' && styles.denied, isActive && styles.active)}
      style={{ transform: `translateY(${top}px)`, height }}
      onClick={onOpen}
    >
      <span role="gridcell" className={styles.time}>
        {formatFlowTime(Date.parse(flow.time))}
      </span>
      <EndpointCell className={styles.source} direction="from" endpoint={flow.source} />
      <EndpointCell className={styles.destination} direction="to" endpoint={flow.destination} />
      <span role="gridcell" className={styles.port}>
        {flow.port !== null && <FilterValue inGrid field="port" value={String(flow.port)} />}
      </span>
      <span role="gridcell" className={styles.protocol}>
        <FilterValue inGrid field="protocol" value={flow.protocol} />
      </span>
      <span role="gridcell" className={styles.l7} title={flow.l7 === null ? undefined : l7Text(flow.l7)}>
        <bdi>{flow.l7 !== null && l7Text(flow.l7)}</bdi>
      </span>
      <span role="gridcell" className={styles.verdict}>
        <FilterValue inGrid field="verdict" value={flow.verdict}>
          <VerdictMark mark={flow.verdict} />
        </FilterValue>
      </span>
      <span role="gridcell" className={styles.policy}>
        {policy && (
          <>
            <FilterValue inGrid field="policy" value={policy.policy}>
              <PolicyName policy={policy.policy} />
            </FilterValue>
            {policy.confidence === 'inferred' && <span className={styles.muted}>inferred</span>}
            {flow.policies.length > 1 && <span className={styles.muted}>+{flow.policies.length - 1}</span>}
          </>
        )}
      </span>
      <span role="gridcell" className={styles.reason}>
        {flow.reason !== null && <FilterValue inGrid field="reason" value={flow.reason} />}
      </span>
      <span role="gridcell" className={styles.reporter}>
        {flow.reporter}
      </span>
    </div>
  )
}

function EndpointCell({
  className,
  direction,
  endpoint,
}: {
  className: string | undefined
  direction: 'from' | 'to'
  endpoint: FlowDocument['source']
}) {
  const { field, value } = endpointFilter(endpoint)
  const { namespace, name } = endpointText(endpoint)
  return (
    <span role="gridcell" className={className} title={namespace === null ? name : `${namespace}/${name}`}>
      <FilterValue inGrid side={direction} field={field} value={value}>
        <EndpointName endpoint={endpoint} />
      </FilterValue>
    </span>
  )
}
