'use client'

import { edgeLook } from '@/components/graph/edge-look'
import { edgePort } from '@/components/graph/edge-words'
import { LineSample } from '@/components/graph/line-sample'
import { OfCluster } from '@/components/graph/of-cluster'
import { plainName, refWords } from '@/components/graph/ref-words'
import { useGraphStore } from '@/components/live/live-provider'
import { asSelection, withoutCluster } from '@/components/live/selection'
import type { ViewState } from '@/components/live/url-state'
import { useViewState } from '@/components/live/use-view-state'
import { formatCount, formatRate } from '@/components/ui/format'
import type { EdgeFacts } from '@/lib/graph/topology'
import styles from './edge-list.module.css'

/**
 * Connections as lines that can be chosen. `ends` says which names to show: both, or only the other one when the list is about
 * one thing. `choose` overrides what a click does.
 */
export function EdgeList({
  edges,
  ends,
  limit = 8,
  choose,
}: {
  edges: readonly EdgeFacts[]
  ends: 'both' | 'source' | 'target'
  limit?: number
  choose?: (edge: EdgeFacts) => void
}) {
  const [view, changeView] = useViewState()
  const { edges: drawn } = useGraphStore()
  const shown = edges.slice(0, limit)
  return (
    <>
      <ul className={styles.list}>
        {shown.map((edge) => (
          <li key={edge.id}>
            <button
              type="button"
              className={styles.edge}
              aria-pressed={view.selection === asSelection(edge.id, view)}
              onClick={() => (choose ? choose(edge) : changeView((now) => showEdge(now, edge, drawn)))}
            >
              <LineSample look={edgeLook(edge)} />
              <span className={styles.names}>
                <OfCluster id={edge.source} />
                {ends !== 'target' && <bdi>{plainName(stripped(edge.source))}</bdi>}
                {ends === 'both' && ' → '}
                {ends !== 'source' && <bdi>{plainName(stripped(edge.target))}</bdi>}
                <span className={styles.port}> {edgePort(edge)}</span>
              </span>
              <span className={styles.amount}>{amount(edge)}</span>
            </button>
          </li>
        ))}
      </ul>
      {edges.length > shown.length && <p className={styles.more}>and {formatCount(edges.length - shown.length)} more</p>}
    </>
  )
}

/** The view in which an edge can be seen: this one when it is drawn, else the workloads of the namespaces of both its ends. */
function showEdge(view: ViewState, edge: EdgeFacts, drawn: ReadonlyMap<string, unknown>): Partial<ViewState> {
  const selection = asSelection(edge.id, view)
  if (drawn.has(selection)) return { selection }
  const ends = [edge.source, edge.target].flatMap((id) => {
    const words = refWords(stripped(id))
    return words.namespace ?? (words.kind === 'Namespace' ? words.name : [])
  })
  const namespaces = view.namespaces.length === 0 ? [] : [...new Set([...view.namespaces, ...ends])]
  return { level: 'workload', namespaces, open: [], selection }
}

/** The reference in an id, which may begin with a cluster; an outside end that is drawn twice has its own id. */
function stripped(id: string): string {
  const own = withoutCluster(id)
  return own.startsWith('from:') ? own.slice(5) : own
}

function amount(edge: EdgeFacts): string {
  if (edge.verdicts.dropped > 0) return `${formatCount(edge.verdicts.dropped)} denied`
  return edge.rate > 0 ? `${formatRate(edge.rate)}/s` : ''
}
