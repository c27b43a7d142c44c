import { type ComparisonDocument, comparisonDocument } from '@/lib/api/comparison-document'
import { type CompareQuery, DEFAULT_COMPARED } from '@/lib/api/schemas'
import type { CompiledFilter } from '@/lib/flows/filter-match'
import { compareTraffic } from '@/lib/graph/compare-traffic'
import { DEFAULT_WINDOW_MS } from '@/lib/graph/view'
import type { ClusterState } from './cluster-state'
import { Filters } from './filters'
import type { Runtime } from './running'

/** Compares the cluster and its traffic at two times. Rejects with a `StoreError`. */
export async function compareTimes(query: CompareQuery, running: Runtime, signal: AbortSignal): Promise<ComparisonDocument> {
  const { before, after, window = DEFAULT_WINDOW_MS, namespaces = [], filter = '', limit = DEFAULT_COMPARED } = query
  // Each is read as soon as it is ready: making the other one ready may push it out.
  await running.moments.prepare({ at: after ?? null, windowMs: window }, signal)
  const later = timeOf(after ?? null, window, running)
  await running.moments.prepare({ at: before, windowMs: window }, signal)
  const earlier = timeOf(before, window, running)
  const comparison = compareTraffic(
    { index: earlier.state.index, isKnown: earlier.objectsKnown, flowEdges: earlier.flowEdges },
    { index: later.state.index, isKnown: later.objectsKnown, flowEdges: later.flowEdges },
    { namespaces, before: filterAt(filter, earlier.state), after: filterAt(filter, later.state) },
  )
  return comparisonDocument(comparison, { before: earlier, after: later, windowMs: window, limit })
}

function timeOf(asked: number | null, windowMs: number, running: Runtime) {
  const at = asked ?? running.moments.resting(windowMs)
  const from = at - windowMs
  const { state, isKnown } = running.moments.stateAt(asked)
  const { flowsFrom } = running.summary()
  return {
    at,
    state,
    objectsKnown: isKnown,
    trafficKnown: flowsFrom !== null && from >= flowsFrom,
    flowEdges: running.moments.flowEdges(from, at),
  }
}

/** Names and labels are those of then. A filter that cannot be read was refused before. */
function filterAt(text: string, { cluster }: ClusterState): CompiledFilter | null {
  const filter = new Filters(cluster).read(text)
  return filter.ok ? filter.value : null
}
