'use client'

import { badge } from '@/components/graph/node-facts'
import { OfCluster } from '@/components/graph/of-cluster'
import { useGraphStore } from '@/components/live/live-provider'
import { selectionOf } from '@/components/live/selection'
import { useViewState } from '@/components/live/use-view-state'
import { formatCount, formatMoment } from '@/components/ui/format'
import { Facts } from '@/components/ui/table'
import type { GraphNode } from '@/lib/graph/topology'
import { durationWords } from '@/lib/model/duration-words'
import { EdgeList } from './edge-list'
import { rankEdges, talkEdges } from './rank-edges'
import { PanelHead, Section } from './section'
import styles from './summary-panel.module.css'

/** The view in numbers, what is denied in it, what passed although it is denied, and who talks most. */
export function SummaryPanel() {
  const [view, changeView] = useViewState()
  const store = useGraphStore()
  if (store.header === null) return null
  const edges = rankEdges(talkEdges(store.edges.values()))
  const denied = edges.filter((edge) => edge.state === 'denied-tried')
  const through = edges.filter((edge) => edge.state === 'seen-though-denied')
  const talkers = edges
    .filter((edge) => edge.relation === 'traffic' && edge.state !== 'denied-tried' && edge.rate > 0)
    .toSorted((a, b) => b.rate - a.rate)
  const open = [...store.nodes.values()].filter(isOpen)
  return (
    <>
      <PanelHead kind={seenWhen(store.header)}>
        {view.namespaces.length > 0 ? view.namespaces.join(', ') : view.clusters.length > 1 ? view.clusters.join(', ') : 'Whole cluster'}
      </PanelHead>
      <Section title="Denied by a policy" count={denied.length}>
        {denied.length === 0 ? (
          <p className={styles.calm}>No policy refused anything in this time.</p>
        ) : (
          <EdgeList edges={denied} ends="both" limit={12} />
        )}
      </Section>
      {through.length > 0 && (
        <Section title="Seen although a policy denies it" count={through.length}>
          <EdgeList edges={through} ends="both" />
        </Section>
      )}
      <Section title="Busiest">
        {talkers.length === 0 ? (
          <p className={styles.calm}>No {denied.length > 0 && 'other '}traffic seen in this time.</p>
        ) : (
          <EdgeList edges={talkers} ends="both" limit={6} />
        )}
      </Section>
      {open.length > 0 && (
        <Section title="Without any policy" count={open.length}>
          <ul className={styles.open}>
            {open.slice(0, 10).map((node) => (
              <li key={node.id}>
                <button type="button" onClick={() => changeView({ selection: selectionOf(node) })}>
                  <OfCluster id={node.id} />
                  <bdi>{node.kind === 'namespace' || node.namespace === null ? node.name : `${node.namespace}/${node.name}`}</bdi>
                </button>
              </li>
            ))}
          </ul>
          {open.length > 10 && <p className={styles.calm}>and {formatCount(open.length - 10)} more</p>}
        </Section>
      )}
      <Section title="In this view">
        <Facts facts={counts(store.nodes.values(), edges.length)} />
      </Section>
    </>
  )
}

/** Nothing limits what enters or leaves it. */
function isOpen(node: GraphNode): boolean {
  return (node.kind === 'workload' || node.kind === 'namespace') && badge(node, 'isolated') === 'none'
}

function counts(nodes: Iterable<GraphNode>, connections: number): readonly { name: string; value: string }[] {
  const kinds = new Map<GraphNode['kind'], number>()
  for (const node of nodes) kinds.set(node.kind, (kinds.get(node.kind) ?? 0) + 1)
  const facts = KINDS.flatMap(([kind, name]) => {
    const count = kinds.get(kind) ?? 0
    return count === 0 ? [] : [{ name, value: formatCount(count) }]
  })
  return [...facts, { name: 'Connections', value: formatCount(connections) }]
}

const KINDS: readonly (readonly [GraphNode['kind'], string])[] = [
  ['namespace', 'Namespaces'],
  ['workload', 'Workloads'],
  ['pod', 'Pods'],
  ['service', 'Services'],
  ['entry', 'Ways in'],
  ['external', 'Outside'],
]

/** The time that the view covers: the last minutes, or the minutes before a moment that is past. */
function seenWhen({ at, windowMs }: { readonly at: number; readonly windowMs: number }): string {
  const duration = durationWords(windowMs)
  return Date.now() - at > PAST_MS ? `Seen in the ${duration} before ${formatMoment(at)}` : `Seen in the last ${duration}`
}

const PAST_MS = 60_000
