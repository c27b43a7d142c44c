import { openApiDocument } from '@/lib/api/openapi'
import { jsonAnswer } from '@/server/http/answer'
import { runtime } from '@/server/runtime'
import { SLUICE_VERSION } from '@/server/version'

/** GET /api/v1/openapi.json: this API, described. */
export function GET(_request: Request): Response {
  return jsonAnswer(openApiDocument(SLUICE_VERSION, runtime().config.basePath))
}
