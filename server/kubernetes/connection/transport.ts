import type { ApiResponse } from './api-connection'

/** One request as it goes over the wire. */
export type WireRequest = {
  /** Host and port as the server knows itself. */
  readonly authority: string
  readonly method: 'GET' | 'POST' | 'PUT'
  /** With the path of the server in front. */
  readonly path: string
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: string | null
  /** Aborts with the reason that the caller is to see. */
  readonly signal: AbortSignal
}

/** Carries requests to one server over one kind of HTTP. */
export interface Transport {
  /** Settles with the status and headers. Throws `ApiConnectionError`, or `NotSentError` when another transport may try. */
  request(request: WireRequest): Promise<ApiResponse>
  /** False when no further request is to go this way; those that run are not touched. */
  readonly isOpen: boolean
  /** True when nothing runs any more and nothing will. */
  readonly hasEnded: boolean
  /** False while as many requests run as the server lets run at once. */
  readonly hasRoom: boolean
  /** Lets what runs finish and takes nothing new. */
  retire(): void
  /** Ends everything that runs. */
  destroy(fault: Error): void
}

/** The server has surely not seen the request. */
export class NotSentError extends Error {
  override readonly name = 'NotSentError'
}
