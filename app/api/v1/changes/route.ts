import { changesDocument } from '@/lib/api/changes-document'
import { changesQuery, DEFAULT_CHANGES } from '@/lib/api/schemas'
import { WINDOW_MS } from '@/lib/flows/flow-window'
import { jsonAnswer } from '@/server/http/answer'
import { readRequest } from '@/server/http/read-request'
import { onCluster } from '@/server/on-cluster'

/** GET /api/v1/changes: what changed in the cluster, with the verdicts that it altered. */
export const GET = onCluster(async (request, { changes, changesSince, measures, moment }) => {
  const query = readRequest(request, changesQuery, measures.countUnknown)
  if (!query.ok) return query.error
  const { about = [], namespaces = [], topic = [], limit = DEFAULT_CHANGES } = query.value
  const to = query.value.to ?? moment
  const from = query.value.from ?? to - WINDOW_MS
  return jsonAnswer(changesDocument(changes.log, { from, to, about, namespaces, topics: topic, limit }, changesSince))
})
