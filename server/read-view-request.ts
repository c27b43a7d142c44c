import { readView } from '@/lib/api/read-view'
import { viewQuery } from '@/lib/api/schemas'
import type { TopologyView } from '@/lib/graph/view'
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
