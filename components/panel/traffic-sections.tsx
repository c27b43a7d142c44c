'use client'

import { useGraphStore } from '@/components/live/live-provider'
import { EdgeList } from './edge-list'
import { rankEdges, talkEdges } from './rank-edges'
import { Section } from './section'

/** What the map shows going into and out of some nodes. */
export function TrafficSections({ nodeIds }: { nodeIds: readonly string[] }) {
  const { edges } = useGraphStore()
  const ids = new Set(nodeIds)
  const talk = rankEdges(talkEdges(edges.values()))
  const into = talk.filter((edge) => ids.has(edge.target))
  const out = talk.filter((edge) => ids.has(edge.source) && !ids.has(edge.target))
  return (
    <>
      {into.length > 0 && (
        <Section title="In" count={into.length}>
          <EdgeList edges={into} ends="source" limit={10} />
        </Section>
      )}
      {out.length > 0 && (
        <Section title="Out" count={out.length}>
          <EdgeList edges={out} ends="target" limit={10} />
        </Section>
      )}
    </>
  )
}
