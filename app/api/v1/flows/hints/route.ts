import { DEFAULT_HINTS, hintsDocument } from '@/lib/api/hints-document'
import { hintsQuery } from '@/lib/api/schemas'
import { jsonAnswer } from '@/server/http/answer'
import { readRequest } from '@/server/http/read-request'
import { onCluster } from '@/server/on-cluster'

/** GET /api/v1/flows/hints: values that are really there, for completion and search. */
export const GET = onCluster(async (request, running) => {
  const query = readRequest(request, hintsQuery, running.measures.countUnknown)
  if (!query.ok) return query.error
  const { field = '', prefix = '', limit = DEFAULT_HINTS } = query.value
  const { cluster, engine } = running.state
  return jsonAnswer(hintsDocument({ field, prefix, limit }, running.moments.knownValues(), cluster, engine.policies))
})
