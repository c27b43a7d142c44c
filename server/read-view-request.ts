import { readView } from '@/lib/api/read-view'
import { detailQuery, viewQuery } from '@/lib/api/schemas'
import type { TrafficWindow } from '@/lib/api/workload-document'
import { DEFAULT_WINDOW_MS, type TopologyView } from '@/lib/graph/view'
import type { Result } from '@/lib/model/problem'
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

/** Reads the time range of details; the traffic of it comes with it. */
export function readWindowRequest(request: Request, running: Runtime): Result<TrafficWindow, Response> {
  const query = readRequest(request, detailQuery, running.measures.countUnknown)
  return query.ok ? { ok: true, value: trafficWindow(query.value, running) } : query
}

/** The traffic of the time range that a query asks for. */
export function trafficWindow(
  query: { readonly at?: number | undefined; readonly window?: number | undefined },
  running: Runtime,
): TrafficWindow {
  const windowMs = query.window ?? DEFAULT_WINDOW_MS
  const at = query.at ?? running.restingMoment(windowMs)
  return { flowEdges: running.flowEdges(at - windowMs, at), at, windowMs }
}
