/** Why the store did not do what it was asked. */
export type StoreFailure =
  /** Not there at the moment; the same request may work later. */
  | 'unavailable'
  /** No room left on its disk. */
  | 'disk-full'
  /** Its folder is used by another process. */
  | 'in-use'
  /** It was written by a newer version of this program. */
  | 'newer-schema'
  /** The engine cannot run on this machine. */
  | 'unsupported'
  /** The query needed more time, memory or rows than it may. */
  | 'limit'
  /** Nobody waits for the answer any more. */
  | 'cancelled'
  /** Anything else, such as a request that the engine does not understand. */
  | 'failed'

/** The store did not answer. `message` is a sentence for the person who runs the server. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly failure: StoreFailure

  constructor(failure: StoreFailure, message: string, options: ErrorOptions = {}) {
    super(message, options)
    this.failure = failure
  }

  /** True when trying again later may work without anybody changing the request. */
  get isRetryable(): boolean {
    return this.failure === 'unavailable' || this.failure === 'disk-full' || this.failure === 'in-use'
  }
}
