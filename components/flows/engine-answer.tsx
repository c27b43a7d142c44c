'use client'

import { useQuery } from '@tanstack/react-query'
import type { FlowDocument } from '@/lib/api/documents'
import type { EvaluateAnswer, Reason, SideAnswer } from '@/lib/policy/types'
import { FilterValue } from '../live/filter-value'
import { classNames } from '../ui/class-names'
import { Icon } from '../ui/icon'
import { type Mark, VerdictMark } from '../ui/verdict-mark'
import { compareVerdicts } from './compare-verdicts'
import styles from './engine-answer.module.css'
import { type Connection, evaluateOptions } from './flow-queries'

/** Three columns of truth: what was observed, what the record named, what the policies say now; then whether they fit. */
export function EngineAnswer({ flow }: { flow: FlowDocument }) {
  const connection = connectionOf(flow)
  return (
    <section className={styles.answer} aria-label="Observed and computed">
      <h3>Observed</h3>
      <p>
        <VerdictMark mark={flow.verdict} /> {flow.policies.length === 0 && <span className={styles.muted}>no policy named</span>}
      </p>
      {flow.policies.length > 0 && (
        <ul className={styles.policies}>
          {flow.policies.map((policy) => (
            <li key={`${policy.policy} ${policy.rule}`}>
              <FilterValue field="policy" value={policy.policy} /> {policy.rule}{' '}
              <span className={styles.muted}>{policy.confidence === 'stated' ? 'named by the record' : 'inferred by our engine'}</span>
            </li>
          ))}
        </ul>
      )}
      <h3>The policies now</h3>
      {connection === null ? <p>Policies do not decide about {flow.protocol}.</p> : <Computed flow={flow} connection={connection} />}
    </section>
  )
}

function Computed({ flow, connection }: { flow: FlowDocument; connection: Connection }) {
  const { data, error, isPending } = useQuery(evaluateOptions(connection))
  if (isPending) return <p className={styles.muted}>Asking…</p>
  if (error !== null) return <p>No answer: {error.message}</p>
  const answer = data.answers[0]
  if (answer === undefined) return <p>No answer.</p>
  const comparison = compareVerdicts(flow.verdict, answer.verdict, data.enforcer)
  return (
    <>
      <p>
        <VerdictMark mark={computedMark(answer)} />
        {answer.reason !== null && <span className={styles.name}> {answer.reason}</span>}
      </p>
      <Side name="Egress" side={answer.egress} />
      <Side name="Ingress" side={answer.ingress} />
      <p className={classNames(styles.comparison, comparison.kind === 'differs' && styles.differs)}>
        <Icon name={comparison.kind === 'differs' ? 'warning' : comparison.kind === 'agrees' ? 'check' : 'info'} />
        {comparison.sentence}
      </p>
    </>
  )
}

const MOST_MISSES = 2

function Side({ name, side }: { name: string; side: SideAnswer }) {
  return (
    <div className={styles.side}>
      <span className={styles.muted}>{name}</span>
      <div>
        <p>{side.isolated ? side.verdict : 'allowed, no policy selects this side'}</p>
        {side.isolated &&
          side.by.map((reason) => (
            <p key={`${reason.policy} ${reason.rule} ${reason.effect}`}>
              <span className={styles.name}>
                <FilterValue field="policy" value={reason.policy} />
              </span>{' '}
              {reasonText(reason)}
            </p>
          ))}
        {side.verdict === 'denied' && side.nearMisses.length > 0 && (
          <>
            <p className={styles.muted}>Almost:</p>
            <ul className={styles.misses}>
              {side.nearMisses.slice(0, MOST_MISSES).map((miss) => (
                <li key={`${miss.policy} ${miss.rule} ${miss.message}`}>
                  <span className={styles.name}>{miss.rule}</span> {miss.message}
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </div>
  )
}

const DETAILS: Readonly<Record<NonNullable<Reason['detail']>, string>> = {
  'no-rules': 'isolates and has no rules',
  'no-rule-selects-peer': 'isolates, and no rule selects the peer',
  'rule-selects-peer-but-not-ports': 'isolates; a rule selects the peer, but not this port',
  'named-port-unresolved': 'isolates; its named port does not exist here',
}

function reasonText(reason: Reason): string {
  if (reason.detail !== null) return DETAILS[reason.detail]
  return reason.rule === null ? reason.effect : `${reason.effect} ${reason.rule}`
}

function computedMark(answer: EvaluateAnswer): Mark {
  if (answer.verdict === 'allowed') return 'would-allow'
  return answer.verdict === 'denied' ? 'would-deny' : 'unknown'
}

/** null for protocols that policies do not cover. */
function connectionOf(flow: FlowDocument): Connection | null {
  if (flow.protocol !== 'TCP' && flow.protocol !== 'UDP' && flow.protocol !== 'SCTP') return null
  const { source, destination, port, protocol } = flow
  return { from: source.pod ?? source.ref, to: destination.pod ?? destination.ref, port, protocol }
}
