'use client'

import { STATE_WORDS } from '@/components/graph/edge-words'
import { LineSample } from '@/components/graph/line-sample'
import { useGraphStore } from '@/components/live/live-provider'
import { useViewState } from '@/components/live/use-view-state'
import { formatCount } from '@/components/ui/format'
import { Popover } from '@/components/ui/popover'
import { EDGE_STATES, type EdgeState } from '@/lib/graph/topology'
import { LegendText } from './legend-text'
import styles from './state-legend.module.css'

/** The states of a connection: how each is drawn, how many are shown, and a switch to see only those. */
export function StateLegend() {
  const [view, changeView] = useViewState()
  const store = useGraphStore()
  const counts = countStates(store.edges.values())
  const toggle = (state: EdgeState) => {
    const chosen = new Set(view.states)
    if (!chosen.delete(state)) chosen.add(state)
    changeView({ states: EDGE_STATES.filter((one) => chosen.has(one)) })
  }
  const shown = EDGE_STATES.filter((state) => state !== 'unknown' || (counts.get('unknown') ?? 0) > 0 || view.states.includes('unknown'))
  return (
    <div className={styles.legend}>
      <fieldset className={styles.states}>
        <legend className={styles.name}>Show only connections that are</legend>
        {shown.map((state) => (
          <button
            key={state}
            type="button"
            className={styles.state}
            aria-pressed={view.states.includes(state)}
            title={STATE_WORDS[state].hint}
            onClick={() => toggle(state)}
          >
            <LineSample look={STATE_WORDS[state].look} />
            <span>{STATE_WORDS[state].word}</span>
            <span className={styles.count}>{formatCount(counts.get(state) ?? 0)}</span>
          </button>
        ))}
        {view.states.length > 0 && (
          <button type="button" className={styles.all} onClick={() => changeView({ states: [] })}>
            show all
          </button>
        )}
      </fieldset>
      <Popover label="Legend" buttonLabel="Legend" icon="info">
        {() => <LegendText />}
      </Popover>
    </div>
  )
}

/** Drawn connections by state. */
function countStates(edges: Iterable<{ readonly state: EdgeState | null }>): ReadonlyMap<EdgeState, number> {
  const counts = new Map<EdgeState, number>()
  for (const { state } of edges) if (state !== null) counts.set(state, (counts.get(state) ?? 0) + 1)
  return counts
}
