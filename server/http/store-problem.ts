import { aProblem, problemResponse } from './problem'

/** What a failure of the store says of itself. */
type StoreFailed = { readonly failure: string; readonly message: string }

/** The answer to a request that needs the store, when the store did not give one. */
export function storeProblem({ failure, message }: StoreFailed): Response {
  if (failure === 'limit') {
    return problemResponse(aProblem(422, 'Too much at once', 'The store gave up on this query; ask for less time or fewer things.'))
  }
  if (failure === 'cancelled') return problemResponse(aProblem(499, 'Cancelled', 'Nobody waits for this answer any more.'))
  return problemResponse(aProblem(503, 'The store does not answer', message), { 'retry-after': '5' })
}
