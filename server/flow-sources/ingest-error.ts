/** Why a posted body was refused as a whole; nothing of it was taken. */
export type IngestRefusal =
  /** Over a limit on bytes, lines or inflation. */
  | 'too-large'
  /** A content encoding that is not read. */
  | 'unsupported-encoding'
  /** As many bodies are being read as may be; come back later. */
  | 'busy'
  /** Not what its encoding says. */
  | 'malformed'

export class IngestError extends Error {
  override name = 'IngestError'
  readonly refusal: IngestRefusal
  /** Seconds after which trying again makes sense; null when it never does. */
  readonly retryAfterSeconds: number | null

  constructor(refusal: IngestRefusal, message: string, options: { cause?: unknown; retryAfterSeconds?: number } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.refusal = refusal
    this.retryAfterSeconds = options.retryAfterSeconds ?? null
  }
}
