/** What an access log line of Envoy says, however it was written. Texts are null where it says that there is none. */
export type EnvoyRecord = {
  /** Milliseconds since the epoch; null when the line has no time that can be read. */
  readonly time: number | null
  readonly method: string | null
  readonly path: string | null
  /** Null for a TCP connection. */
  readonly protocol: string | null
  /** 0 when nothing was answered, and for TCP. */
  readonly code: number
  /** Response flags such as `UF` or `URX`. */
  readonly flags: readonly string[]
  /** `RESPONSE_CODE_DETAILS`: who answered, and why. */
  readonly details: string | null
  readonly terminationDetails: string | null
  readonly bytesReceived: number | null
  readonly bytesSent: number | null
  readonly durationMs: number | null
  readonly forwardedFor: string | null
  readonly isGrpc: boolean
  readonly requestId: string | null
  readonly authority: string | null
  readonly upstreamHost: string | null
  readonly upstreamCluster: string | null
  readonly upstreamLocalAddress: string | null
  readonly downstreamLocalAddress: string | null
  readonly downstreamRemoteAddress: string | null
  readonly requestedServerName: string | null
  readonly routeName: string | null
  /** Names in the certificates of the other sides; null where none was shown, or the layout of the log does not have them. */
  readonly downstreamPeer: string | null
  readonly upstreamPeer: string | null
}

/** True for a line about a TCP connection: no method, no path. */
export function isTcp(record: EnvoyRecord): boolean {
  return record.method === null && record.path === null
}

/** `UF,URX` as its flags. */
export function flagsOf(text: string | null): readonly string[] {
  return text === null ? NO_FLAGS : text.slice(0, 64).split(',', 8)
}

const NO_FLAGS: readonly string[] = []
