export type ApiConnectionFault =
  /** Nobody listens, no route, no such name. */
  | 'unreachable'
  | 'tls'
  /** Reset, closed, no answer to a ping. */
  | 'lost'
  | 'timeout'
  /** A token, certificate or plugin that cannot be had. */
  | 'credentials'
  | 'aborted'

/** No answer came from the API server. The message says in one sentence what happened, for people. */
export class ApiConnectionError extends Error {
  override readonly name = 'ApiConnectionError'
  readonly fault: ApiConnectionFault

  constructor(fault: ApiConnectionFault, message: string, options?: ErrorOptions) {
    super(message, options)
    this.fault = fault
  }
}
