import type { FlowListDocument } from '@/lib/api/documents'
import { flowDocument } from '@/lib/api/flow-document'
import { DEFAULT_FLOW_PAGE, flowsQuery, ingestQuery } from '@/lib/api/schemas'
import { jsonAnswer } from '@/server/http/answer'
import { problemResponse } from '@/server/http/problem'
import { readRequest } from '@/server/http/read-request'
import { onCluster } from '@/server/on-cluster'
import { takePostedFlows } from '@/server/posted-flows'
import { withStore } from '@/server/with-store'

/** GET /api/v1/flows: flows, newest first. */
export const GET = onCluster(async (request, { history, measures, filters }) => {
  const query = readRequest(request, flowsQuery, measures.countUnknown)
  if (!query.ok) return query.error
  const { filter = '', from = null, to = null, cursor = null, limit = DEFAULT_FLOW_PAGE } = query.value
  const read = filters.read(filter)
  if (!read.ok) return problemResponse(read.error)
  return withStore(async () => {
    const page = await history.page({ filter: read.value, from, to, cursor, limit }, request.signal)
    const document: FlowListDocument = { apiVersion: 'sluice/v1', kind: 'FlowList', flows: page.flows.map(flowDocument), next: page.next }
    return jsonAnswer(document)
  })
})

/** POST /api/v1/flows: takes flow lines, when the server was started with `--flows ingest`. */
export const POST = onCluster(async (request, running) => {
  const query = readRequest(request, ingestQuery, running.measures.countUnknown)
  return query.ok ? takePostedFlows(request, query.value.format ?? null, running) : query.error
})
