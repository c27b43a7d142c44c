/** Why a source that is asked over HTTP gave no answer that can be used. The message is a sentence: what happened, what to do. */
export class HttpSourceError extends Error {
  override name = 'HttpSourceError'
  /** Status of the answer; null when there was none. */
  readonly status: number | null

  constructor(message: string, options: { status?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.status = options.status ?? null
  }
}
