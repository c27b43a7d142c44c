import { noQuery } from '@/lib/api/schemas'
import { jsonAnswer } from '@/server/http/answer'
import { countParameters } from '@/server/http/read-request'
import { runtime } from '@/server/runtime'
import { statusDocument } from '@/server/status'

/** GET /api/v1/status: the cluster, the sources with their ledgers, limits and versions. */
export function GET(request: Request): Response {
  const running = runtime()
  countParameters(request, noQuery, running.measures.countUnknown)
  return jsonAnswer(statusDocument(running))
}
