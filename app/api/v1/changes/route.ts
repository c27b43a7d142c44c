import { changesDocument } from '@/lib/api/changes-document'
import { changesQuery, DEFAULT_CHANGES } from '@/lib/api/schemas'
import { WINDOW_MS } from '@/lib/flows/flow-window'
import { jsonAnswer } from '@/server/http/answer'
import { readRequest } from '@/server/http/read-request'
import { onCluster } from '@/server/on-cluster'
import { knownChanges } from '@/server/past/known-changes'
import { withStore } from '@/server/with-store'

/** GET /api/v1/changes: what changed in the cluster, with the verdicts that it altered. */
export const GET = onCluster(async (request, running) => {
  const query = readRequest(request, changesQuery, running.measures.countUnknown)
  if (!query.ok) return query.error
  const { about = [], namespaces = [], topic = [], limit = DEFAULT_CHANGES } = query.value
  const to = query.value.to ?? running.moment
  const from = query.value.from ?? to - WINDOW_MS
  const wanted = { from, to, about, namespaces, topics: topic, limit }
  return withStore(async () =>
    jsonAnswer(changesDocument(await knownChanges(running.changeSources, wanted, request.signal), wanted, running.changesSince)),
  )
})
