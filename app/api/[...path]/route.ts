import { aProblem, problemResponse } from '@/server/http/problem'

function notFound(): Response {
  return problemResponse(aProblem(404, 'There is no such route', 'Routes are listed at api/v1/openapi.json.'))
}

/** What no other route answers: a problem, not a page. */
export { notFound as GET, notFound as POST }
