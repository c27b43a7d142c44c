import { openApiDocument } from '@/lib/api/openapi'
import { noQuery } from '@/lib/api/schemas'
import { jsonAnswer } from '@/server/http/answer'
import { countParameters } from '@/server/http/read-request'
import { runtime } from '@/server/runtime'
import { SLUICE_VERSION } from '@/server/version'

/** GET /api/v1/openapi.json: this API, described. */
export function GET(request: Request): Response {
  const { config, measures } = runtime()
  countParameters(request, noQuery, measures.countUnknown)
  return jsonAnswer(openApiDocument(SLUICE_VERSION, config.basePath))
}
