'use client'

import { Fragment } from 'react'
import { FilterValue } from '@/components/live/filter-value'
import { formatCount, formatDateTime, formatRate } from '@/components/ui/format'
import { Facts } from '@/components/ui/table'
import { VerdictMark } from '@/components/ui/verdict-mark'
import { VERDICTS } from '@/lib/flows/flow'
import type { GraphEdge } from '@/lib/graph/topology'
import styles from './observed-facts.module.css'
import { Section } from './section'

/** As the logs and counters of proxies state it. */
const TLS_SEEN = {
  all: 'seen: both ends showed certificates',
  some: 'seen on some connections, and not on others',
  none: 'not used, as the proxies say',
} as const

/** What the flow sources saw of a connection in the window; nothing computed. */
export function ObservedFacts({ edge }: { edge: GraphEdge }) {
  const seen = VERDICTS.filter((verdict) => edge.verdicts[verdict] > 0)
  if (edge.lastSeen === null) {
    return (
      <Section title="Observed">
        <p className={styles.none}>Nothing in this time.</p>
      </Section>
    )
  }
  return (
    <Section title="Observed">
      {seen.length === 0 && <p className={styles.none}>Nothing began in this time: what was open before is still in use.</p>}
      <Facts
        facts={[
          ...seen.map((verdict) => ({
            name: verdict,
            value: (
              <span className={styles.verdict}>
                <VerdictMark mark={verdict} wordless />
                <FilterValue field="verdict" value={verdict}>
                  {formatCount(edge.verdicts[verdict])} flows
                </FilterValue>
              </span>
            ),
          })),
          { name: 'Rate', value: `${formatRate(edge.rate)} flows/s` },
          { name: 'Last seen', value: formatDateTime(edge.lastSeen) },
          { name: 'Reported by', value: <Reporters names={edge.reporters} /> },
          ...(edge.mutualTls === null ? [] : [{ name: 'Mutual TLS', value: TLS_SEEN[edge.mutualTls] }]),
          ...(edge.label === '' ? [] : [{ name: 'Reason', value: edge.label }]),
          ...(edge.service === null
            ? []
            : [
                {
                  name: 'Through',
                  value: (
                    <>
                      <FilterValue field="service" value={edge.service.ref.replace(/^svc:/, '')} />{' '}
                      {edge.service.basis === 'inferred' ? '(inferred)' : ''}
                    </>
                  ),
                },
              ]),
          ...edge.policies.map((policy) => ({
            name: policy.confidence === 'stated' ? 'Policy named by the source' : 'Policy inferred',
            value: (
              <>
                <FilterValue field="policy" value={policy.policy} /> {policy.rule}
              </>
            ),
          })),
        ]}
      />
    </Section>
  )
}

function Reporters({ names }: { names: readonly string[] }) {
  return (
    <>
      {names.map((name, index) => (
        <Fragment key={name}>
          {index > 0 && ', '}
          <FilterValue field="reporter" value={name} />
        </Fragment>
      ))}
      {names.length > 1 && <span className={styles.none}> (the best kind of source counts, the others add what it does not say)</span>}
    </>
  )
}
