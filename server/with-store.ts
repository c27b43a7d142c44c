import { storeProblem } from './http/store-problem'
import { StoreError } from './store/store-error'

/** An answer that may need the store; what is wrong with the store is the answer where there is no other. */
export async function withStore(answer: () => Promise<Response>): Promise<Response> {
  try {
    return await answer()
  } catch (error) {
    if (error instanceof StoreError) return storeProblem(error)
    throw error
  }
}
