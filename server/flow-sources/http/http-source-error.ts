/** Why a source that is asked over HTTP gave no answer that can be used. The message is a sentence: what happened, what to do. */
export class HttpSourceError extends Error {
  override name = 'HttpSourceError'
  /** Status of the answer; null when there was none. */
  readonly status: number | null
  /** True when the answer was longer than is read: asking for less may help. */
  readonly isTooLong: boolean

  constructor(message: string, options: { status?: number; isTooLong?: boolean; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.status = options.status ?? null
    this.isTooLong = options.isTooLong ?? false
  }
}
