import { jsonAnswer } from '@/server/http/answer'
import { runtime } from '@/server/runtime'
import { statusDocument } from '@/server/status'

/** GET /api/v1/status: the cluster, the sources with their ledgers, limits and versions. */
export function GET(): Response {
  return jsonAnswer(statusDocument(runtime()))
}
