'use client'

import { useQuery } from '@tanstack/react-query'
import type { FlowDocument } from '@/lib/api/documents'
import type { EvaluateAnswer } from '@/lib/policy/types'
import { MeshReasons, meshTitle } from '../graph/mesh-reasons'
import { plainName } from '../graph/ref-words'
import { SideReasons } from '../graph/side-reasons'
import { unknownWords } from '../graph/why-sentence'
import { FilterValue } from '../live/filter-value'
import { classNames } from '../ui/class-names'
import { Icon } from '../ui/icon'
import { type Mark, VerdictMark } from '../ui/verdict-mark'
import { ChangesSince } from './changes-since'
import { compareAnswer } from './compare-verdicts'
import styles from './engine-answer.module.css'
import { type Connection, flowConnections } from './flow-connections'
import { evaluateOptions } from './flow-queries'

/** Three truths: what was observed, what the record named, what the policies say now with the rules that decide; and whether they fit. */
export function EngineAnswer({ flow }: { flow: FlowDocument }) {
  const connections = flowConnections(flow)
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
      {flow.computed !== null && (
        <>
          <h3>The policies when it was taken</h3>
          <p>
            <VerdictMark mark={markOf(flow.computed)} />
          </p>
        </>
      )}
      <h3>The policies now</h3>
      {connections.length === 0 ? <p>Policies do not decide about {flow.protocol}.</p> : <Computed flow={flow} connections={connections} />}
    </section>
  )
}

function Computed({ flow, connections }: { flow: FlowDocument; connections: readonly Connection[] }) {
  const { data, error, isPending } = useQuery(evaluateOptions(connections))
  if (isPending) return <p className={styles.muted}>Asking…</p>
  if (error !== null) return <p>No answer: {error.message}</p>
  const answer = data.answers[0]
  if (answer === undefined) return <p>No answer.</p>
  const [asSeen] = connections
  const standIns = [answer.from === asSeen?.from ? [] : answer.from, answer.to === asSeen?.to ? [] : answer.to].flat()
  const comparison = compareAnswer(flow.verdict, flow.computed, answer, data.enforcer)
  return (
    <>
      <p>
        <VerdictMark mark={markOf(answer.verdict)} />
        {answer.reason !== null && <span className={styles.muted}> {unknownWords(answer.reason)}</span>}
      </p>
      {standIns.length > 0 && answer.reason !== 'unknown-endpoint' && (
        <p className={styles.muted}>Its pod is gone: this is the answer for the pods of {standIns.map(plainName).join(' and ')} now.</p>
      )}
      <p className={classNames(styles.comparison, comparison.kind === 'differs' && styles.differs)}>
        <Icon name={comparison.kind === 'differs' ? 'warning' : comparison.kind === 'agrees' ? 'check' : 'info'} />
        {comparison.sentence}
      </p>
      {flow.computed !== null && flow.computed !== answer.verdict && answer.verdict !== 'partial' && <ChangesSince flow={flow} />}
      <section className={styles.side} aria-label="What leaves the source (egress)">
        <h4>What leaves the source (egress)</h4>
        <SideReasons side={answer.egress} policies={data.policies} />
      </section>
      <section className={styles.side} aria-label="What enters the destination (ingress)">
        <h4>What enters the destination (ingress)</h4>
        <SideReasons side={answer.ingress} policies={data.policies} />
      </section>
      {answer.mesh !== null && (
        <section className={styles.side} aria-label={meshTitle(answer.mesh)}>
          <h4>{meshTitle(answer.mesh)}</h4>
          <MeshReasons mesh={answer.mesh} policies={data.policies} seenTls={seenTlsOf(flow)} />
        </section>
      )}
    </>
  )
}

function seenTlsOf({ mutualTls }: FlowDocument): 'all' | 'none' | null {
  if (mutualTls === undefined) return null
  return mutualTls ? 'all' : 'none'
}

function markOf(verdict: EvaluateAnswer['verdict']): Mark {
  if (verdict === 'allowed') return 'would-allow'
  return verdict === 'denied' ? 'would-deny' : 'unknown'
}
