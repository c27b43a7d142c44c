import { type ClustersDocument, MAX_CONNECTED } from '@/lib/api/clusters-document'
import { readBodyValue } from '@/lib/api/read-query'
import { clusterChange, noQuery } from '@/lib/api/schemas'
import { jsonAnswer } from '@/server/http/answer'
import { aProblem, problemResponse } from '@/server/http/problem'
import { readJson } from '@/server/http/read-json'
import { countParameters } from '@/server/http/read-request'
import { absence } from '@/server/on-cluster'
import { fleet, runtime } from '@/server/runtime'

const MAX_BODY_BYTES = 4_096

/** GET /api/v1/clusters: the clusters that this server could show, and how each stands. */
export function GET(request: Request): Response {
  countParameters(request, noQuery, runtime().measures.countUnknown)
  return jsonAnswer(clustersDocument())
}

/** POST /api/v1/clusters: connects a cluster, or forgets it. */
export async function POST(request: Request): Promise<Response> {
  const body = await readJson(request, MAX_BODY_BYTES)
  if (!body.ok) return problemResponse(body.error)
  const change = readBodyValue(clusterChange, body.value)
  if (!change.ok) {
    const detail = change.error.map(({ path, message }) => `${path}: ${message}`).join('; ')
    return problemResponse(aProblem(400, 'The change cannot be read', detail, change.error))
  }
  const { name, connected } = change.value
  if (!connected) {
    fleet().disconnect(name)
    return jsonAnswer(clustersDocument())
  }
  const found = fleet().connect(name)
  if (found.kind === 'connected') return jsonAnswer(clustersDocument())
  if (found.kind !== 'full') return problemResponse(absence(name, found))
  return problemResponse(
    aProblem(429, 'Too many clusters', `At most ${MAX_CONNECTED} clusters are connected at once; disconnect one first.`),
  )
}

function clustersDocument(): ClustersDocument {
  return { apiVersion: 'sluice/v1', kind: 'Clusters', clusters: fleet().entries(), limit: MAX_CONNECTED }
}
