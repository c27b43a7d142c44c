import { readView } from '@/lib/api/read-view'
import { detailQuery, viewQuery } from '@/lib/api/schemas'
import type { TrafficWindow } from '@/lib/api/workload-document'
import { DEFAULT_WINDOW_MS, type TopologyView } from '@/lib/graph/view'
import type { Result } from '@/lib/model/problem'
import type { ClusterState } from './cluster-state'
import { problemResponse } from './http/problem'
import { readRequest } from './http/read-request'
import type { Runtime } from './running'

/** Reads the view that a request asks for, with a filter that can be used. */
export function readViewRequest(request: Request, { measures, filters }: Runtime): Result<TopologyView, Response> {
  const query = readRequest(request, viewQuery, measures.countUnknown)
  if (!query.ok) return query
  const view = readView(query.value)
  const filter = filters.read(view.filter)
  return filter.ok ? { ok: true, value: view } : { ok: false, error: problemResponse(filter.error) }
}

/** The cluster and its traffic at the moment that a request is about. */
export type Moment = { readonly state: ClusterState; readonly window: TrafficWindow }

/** Reads the time range of details, and makes ready what is asked of it. Rejects with a `StoreError`. */
export async function readMomentRequest(request: Request, running: Runtime): Promise<Result<Moment, Response>> {
  const query = readRequest(request, detailQuery, running.measures.countUnknown)
  return query.ok ? { ok: true, value: await momentOf(query.value, running, request.signal) } : query
}

/** The cluster and its traffic in the time range that a query asks for. Rejects with a `StoreError`. */
export async function momentOf(
  query: { readonly at?: number | undefined; readonly window?: number | undefined },
  running: Runtime,
  signal?: AbortSignal,
): Promise<Moment> {
  const windowMs = query.window ?? DEFAULT_WINDOW_MS
  await running.moments.prepare({ at: query.at ?? null, windowMs }, signal)
  const at = query.at ?? running.moments.resting(windowMs)
  return {
    state: running.moments.stateAt(query.at ?? null).state,
    window: { flowEdges: running.moments.flowEdges(at - windowMs, at), at, windowMs },
  }
}
