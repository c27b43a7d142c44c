/** A connection to one API server. All requests share one HTTP/2 session where the server speaks it. */
export interface ApiConnection {
  /**
   * Settles when the status and headers are there; the body follows. Rejects with `ApiConnectionError` when no answer
   * comes: refused, reset, TLS, time-out, credentials that cannot be had. Any HTTP status is an answer.
   */
  request(request: ApiRequest): Promise<ApiResponse>
  /** Ends the session and every request on it. */
  close(): void
}

export type ApiRequest = {
  /** Path with query, such as `/api/v1/pods?limit=500`. */
  readonly path: string
  /**
   * GET when left out. POST is for questions about rights. The only thing that is ever written, by POST and PUT, is the
   * Lease by which collectors take turns.
   */
  readonly method?: 'GET' | 'POST' | 'PUT'
  /** JSON for POST and PUT. */
  readonly body?: string
  /** `application/json` when left out. */
  readonly accept?: string
  /** How long to wait for the status; 30 s when left out. */
  readonly timeoutMs?: number
  /** How long nothing may come of a body that has begun; any time when left out, as for a watch. */
  readonly silenceMs?: number
  readonly signal?: AbortSignal
}

export type ApiResponse = {
  readonly status: number
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>
  /** Throws `ApiConnectionError` when the connection is lost half-way. Leaving the loop cancels the request. */
  readonly body: AsyncIterable<Uint8Array>
}
