'use client'

import { useQuery } from '@tanstack/react-query'
import type { FlowDocument } from '@/lib/api/documents'
import { ChangeList } from '../graph/change-list'
import { changesOptions } from '../live/change-queries'

/** What decides about a connection and can have changed. */
const TOPICS = ['policy', 'labels', 'pods', 'network']
const SHOWN = 20

/** Changes around the two ends of a flow since it was taken, where the policies decide otherwise now. */
export function ChangesSince({ flow }: { flow: FlowDocument }) {
  const namespaces = [flow.source.namespace, flow.destination.namespace].flatMap((namespace) => namespace ?? [])
  const from = Date.parse(flow.time)
  const { data } = useQuery(changesOptions({ from, to: null, about: [], namespaces, topics: TOPICS, limit: SHOWN }))
  if (data === undefined || data.changes.length === 0) return null
  return (
    <section aria-label="What changed since">
      <h3>What changed since</h3>
      <ChangeList changes={data.changes} />
    </section>
  )
}
