import { readView } from '@/lib/api/read-view'
import { viewQuery } from '@/lib/api/schemas'
import type { TopologyView } from '@/lib/graph/view'
import type { Result } from '@/lib/model/problem'
import { readRequest } from './read-request'

/** Reads the view that a request asks for. */
export function readViewRequest(request: Request, countUnknown: (count: number) => void): Result<TopologyView, Response> {
  const query = readRequest(request, viewQuery, countUnknown)
  return query.ok ? { ok: true, value: readView(query.value) } : query
}
