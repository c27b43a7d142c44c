'use client'

import { STATE_WORDS } from '@/components/graph/edge-words'
import { LineSample } from '@/components/graph/line-sample'
import { PolicyLink } from '@/components/graph/policy-link'
import { plainName, refWords } from '@/components/graph/ref-words'
import { asSelection } from '@/components/live/selection'
import type { ViewState } from '@/components/live/url-state'
import { useViewState } from '@/components/live/use-view-state'
import type { ComparedConnection, ConnectionThen } from '@/lib/graph/compare-traffic'
import styles from './compare-panel.module.css'
import edgeStyles from './edge-list.module.css'

/** One connection that differs: its ends, and what it was at either time. A click shows it at a time at which it was seen. */
export function ComparedRow({ connection }: { connection: ComparedConnection }) {
  const [, changeView] = useViewState()
  const { source, target, protocol, port, before, after, flipped } = connection
  const deciding = flipped ? (after.policyVerdict === 'denied' ? after : before.policyVerdict === 'denied' ? before : null) : null
  return (
    <li>
      <button type="button" className={edgeStyles.edge} onClick={() => changeView((view) => viewOf(connection, view))}>
        <LineSample look={STATE_WORDS[after.state ?? before.state ?? 'unknown'].look} />
        <span className={edgeStyles.names}>
          <bdi>{plainName(source)}</bdi> → <bdi>{plainName(target)}</bdi>{' '}
          <span className={edgeStyles.port}>{port === null ? protocol : `${protocol} ${port}`}</span>
          <span className={styles.then}>
            {thenWords(before)} → {thenWords(after)}
          </span>
        </span>
      </button>
      {deciding !== null && deciding.policies.length > 0 && (
        <p className={styles.deciding}>
          {deciding === after ? 'refused since by ' : 'was refused by '}
          {deciding.policies.map(({ policy, rule }, index) => (
            <span key={`${policy} ${rule}`}>
              {index > 0 && ', '}
              <PolicyLink policy={policy} />
            </span>
          ))}
        </p>
      )}
    </li>
  )
}

/** What was seen, and what the policies of that time say where nothing was. */
function thenWords({ state, policyVerdict }: ConnectionThen): string {
  if (state !== null) return state === 'unknown' ? 'seen' : STATE_WORDS[state].word
  if (policyVerdict === 'denied') return 'not seen, policies deny it'
  return policyVerdict === 'allowed' ? 'not seen, policies allow it' : 'not seen'
}

/** The map of workloads at the later time if it was seen then, else at the earlier one; the other one stays the one compared with. */
function viewOf({ id, source, target, after }: ComparedConnection, view: ViewState): Partial<ViewState> {
  const { at, versus } = view
  const namespaces =
    view.namespaces.length === 0
      ? []
      : [...new Set([...view.namespaces, ...[source, target].flatMap((ref) => refWords(ref).namespace ?? [])])]
  const shown = { level: 'workload', open: [], namespaces, selection: asSelection(id, view) } as const
  const isLater = at === null || (versus !== null && at >= versus)
  if (versus === null || (after.state !== null) === isLater) return shown
  return { ...shown, at: versus, versus: at ?? Date.now() }
}
