/**
 * Why a call brought no answer. The caller decides by this, never by the message:
 * - `name`: the host's name cannot be looked up; `refused`: nobody listens; `unreachable`: no way there; `timeout`: no
 *   connection in time.
 * - `tls-authority`, `tls-server-name`, `tls-certificate` (ours is missing or refused), `tls-not-spoken` (the server speaks
 *   no TLS), `tls-expected` (it wants TLS), `tls-files` (ours cannot be read), `tls` (anything else of the handshake).
 * - `not-grpc`: something else than a gRPC server answers.
 * - `status`: the server answered with a status other than OK, which `status` holds.
 * - `deadline`: no answer in time on a connection that was open; `lost`: the connection ended; `cancelled`: the caller gave up.
 * - `too-large`: a message over the limit; `broken`: an answer that cannot be read.
 */
export type GrpcFault =
  | 'name'
  | 'refused'
  | 'unreachable'
  | 'timeout'
  | 'tls-authority'
  | 'tls-server-name'
  | 'tls-certificate'
  | 'tls-not-spoken'
  | 'tls-expected'
  | 'tls-files'
  | 'tls'
  | 'not-grpc'
  | 'status'
  | 'deadline'
  | 'lost'
  | 'cancelled'
  | 'too-large'
  | 'broken'

/** A call or connection that failed. The message is one sentence for people: what happened and what to do. */
export class GrpcError extends Error {
  override readonly name = 'GrpcError'
  readonly fault: GrpcFault
  /** Status that the server answered with (`grpc-status.ts`); null unless the fault is `status`. */
  readonly status: number | null

  constructor(fault: GrpcFault, message: string, options: ErrorOptions & { readonly status?: number } = {}) {
    super(message, options)
    this.fault = fault
    this.status = options.status ?? null
  }
}
