'use client'

import { useQuery } from '@tanstack/react-query'
import { edgeLook } from '@/components/graph/edge-look'
import { CLAIM_WORDS, edgePort, RELATION_WORDS, STATE_WORDS } from '@/components/graph/edge-words'
import { LineSample } from '@/components/graph/line-sample'
import { useGraphStore } from '@/components/live/live-provider'
import { asSelection } from '@/components/live/selection'
import { useViewState } from '@/components/live/use-view-state'
import type { GraphEdge, GraphNode } from '@/lib/graph/topology'
import { EdgeList } from './edge-list'
import styles from './edge-panel.module.css'
import { ObservedFacts } from './observed-facts'
import { workloadsOfOptions } from './panel-queries'
import { rankEdges, talkEdges } from './rank-edges'
import { RefName } from './ref-name'
import { PanelHead, Section } from './section'
import { WhyPanel } from './why-panel'

/** A connection: what it is, why it is allowed or denied, and what was seen of it. */
export function EdgePanel({ edge }: { edge: GraphEdge }) {
  const { nodes, edges } = useGraphStore()
  const source = nodes.get(edge.source)
  const target = nodes.get(edge.target)
  if (source === undefined || target === undefined) return null
  const others = talkEdges(edges.values()).filter((one) => one.id !== edge.id && one.source === edge.source && one.target === edge.target)
  const isBetweenNamespaces = source.kind === 'namespace' || target.kind === 'namespace'
  return (
    <>
      <PanelHead
        kind={
          <span className={styles.state}>
            <LineSample look={edgeLook(edge)} />
            {edge.state === null ? RELATION_WORDS[edge.relation] : STATE_WORDS[edge.state].word} · {edgePort(edge)}
          </span>
        }
      >
        <RefName refName={source.ref} side="from" /> → <RefName refName={target.ref} side="to" />
      </PanelHead>
      {edge.state === null && <Declared edge={edge} />}
      {edge.state !== null && isBetweenNamespaces && <Bundle edge={edge} source={source} target={target} />}
      {edge.state !== null && !isBetweenNamespaces && <WhyPanel edge={edge} source={source} target={target} />}
      {edge.state !== null && <ObservedFacts edge={edge} />}
      {others.length > 0 && (
        <Section title="Also between the two" count={others.length}>
          <EdgeList edges={rankEdges(others)} ends="target" />
        </Section>
      )}
    </>
  )
}

/** Something that was written down: it says what leads where, not that anything flowed. */
function Declared({ edge }: { edge: GraphEdge }) {
  return (
    <Section title="Declared">
      {edge.label !== '' && <p>{edge.label}</p>}
      <p className={edge.claim === 'broken' ? styles.broken : styles.muted}>{CLAIM_WORDS[edge.claim ?? 'stated']}</p>
      {edge.ports.length > 0 && <p className={styles.muted}>Port {edge.ports.join(', ')}</p>}
    </Section>
  )
}

/** The connections between workloads that one line between namespaces stands for. */
function Bundle({ edge, source, target }: { edge: GraphEdge; source: GraphNode; target: GraphNode }) {
  const [view, changeView] = useViewState()
  const namespaces = [source, target].flatMap((node) =>
    node.kind === 'namespace' ? [node.name] : node.namespace === null ? [] : [node.namespace],
  )
  const { data, error } = useQuery(workloadsOfOptions([...new Set(namespaces)], view.windowMs, view.at))
  const isEnd = (end: GraphNode, id: string) => {
    const node = data?.nodes.find((one) => one.id === id)
    return node !== undefined && (end.kind === 'namespace' ? node.namespace === end.name : node.ref === end.ref)
  }
  const inside = rankEdges(
    talkEdges(data?.edges ?? []).filter((one) => one.state === edge.state && isEnd(source, one.source) && isEnd(target, one.target)),
  )
  return (
    <Section title="Between workloads" {...(inside.length > 0 ? { count: inside.length } : {})}>
      {error !== null && <p className={styles.muted}>{error.message}</p>}
      {data === undefined && error === null && <p className={styles.muted}>Reading…</p>}
      {inside.length > 0 && (
        <EdgeList
          edges={inside}
          ends="both"
          limit={20}
          choose={(chosen) =>
            changeView((now) => ({
              level: 'workload',
              namespaces: [...new Set(namespaces)],
              open: [],
              selection: asSelection(chosen.id, now),
            }))
          }
        />
      )}
    </Section>
  )
}
