import { type ClientHttp2Session, connect } from 'node:http2'
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { checkServerIdentity, connect as connectTls, type TLSSocket } from 'node:tls'
import { type Attempt, codeOf, explainFailure, tlsExpected } from './explain-failure'
import { GrpcError } from './grpc-error'
import { readTlsFiles, type TlsFiles, type TlsMaterial } from './tls-files'

/** Where a gRPC server is and how it is spoken to. */
export type GrpcTarget = {
  readonly host: string
  readonly port: number
  /** null for a server without TLS. */
  readonly tls: (TlsFiles & { readonly serverName: string | null }) | null
}

/** Half-open connections are probed by calls; the system's own probes find them where nobody calls. */
const KEEP_ALIVE_MS = 15_000
/** What a slow reader may have waiting: more than one message, far less than would hurt. */
const STREAM_WINDOW_BYTES = 1024 * 1024
/** More than one stream's, so that a slow one does not hold the others up. */
const SESSION_WINDOW_BYTES = 8 * 1024 * 1024
/** How long a server may take to tell what it dislikes, when it is asked a second time. */
const SECOND_LOOK_MS = 2_000

/**
 * Opens a connection and waits until the server speaks HTTP/2. No pings are ever sent on it: gRPC servers end
 * connections that ping more than once in five minutes. Throws `GrpcError`.
 */
export async function openSession(target: GrpcTarget, timeoutMs: number, signal: AbortSignal): Promise<ClientHttp2Session> {
  const { host, port, tls } = target
  const material = tls === null ? null : await readTlsFiles(tls)
  const attempt: Attempt = {
    address: addressOf(target),
    host,
    serverName: tls === null ? null : (tls.serverName ?? host),
    hasCertificate: material?.hasCertificate ?? false,
  }
  const opening = new Opening(attempt, timeoutMs, signal)
  try {
    const tcp = opening.watch(connectTcp({ host, port, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS, noDelay: true }))
    await opening.reached(tcp, 'connect')
    const socket = material === null ? tcp : await secured(tcp, attempt, material, opening)
    const session = connect(`${material === null ? 'http' : 'https'}://${attempt.address}`, {
      createConnection: () => socket,
      settings: { enablePush: false, initialWindowSize: STREAM_WINDOW_BYTES },
    })
    // Whoever waits for something hears of it there; without a listener Node ends the process.
    session.on('error', () => undefined)
    opening.end(() => session.destroy())
    await opening.reached(session, 'remoteSettings')
    session.setLocalWindowSize(SESSION_WINDOW_BYTES)
    return session
  } catch (cause) {
    opening.destroy()
    throw await whyNot(cause, opening, target, material)
  } finally {
    opening.settle()
  }
}

export function addressOf({ host, port }: Pick<GrpcTarget, 'host' | 'port'>): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

async function secured(tcp: Socket, attempt: Attempt, { context }: TlsMaterial, opening: Opening): Promise<TLSSocket> {
  const secure = opening.watch(secureOver(tcp, attempt, context))
  await opening.reached(secure, 'secureConnect')
  if (secure.alpnProtocol === 'h2') return secure
  throw new GrpcError('not-grpc', `${attempt.address}: it speaks TLS but not HTTP/2 behind it; is that the right port?`)
}

function secureOver(tcp: Socket, { host, serverName }: Attempt, secureContext: TlsMaterial['context']): TLSSocket {
  const name = serverName ?? host
  return connectTls({
    socket: tcp,
    // An address is never asked for by name (RFC 6066), but checked all the same.
    servername: isIP(name) === 0 ? name : '',
    checkServerIdentity: (_host, certificate) => checkServerIdentity(name, certificate),
    ALPNProtocols: ['h2'],
    secureContext,
  })
}

/** One attempt to connect: its sockets, its time limit, what a socket failed with. */
class Opening {
  readonly #attempt: Attempt
  readonly #signal: AbortSignal
  readonly #ends: (() => void)[] = []
  readonly #timer: NodeJS.Timeout
  readonly #abort: () => void
  /** What a socket failed with: a server that refuses our certificate tells only after the handshake. */
  fault: unknown = null

  constructor(attempt: Attempt, timeoutMs: number, signal: AbortSignal) {
    this.#attempt = attempt
    this.#signal = signal
    this.#timer = setTimeout(() => {
      const message = `${attempt.address}: it does not answer (nothing within ${timeoutMs / 1_000} s); does a firewall or network policy drop the connection?`
      this.fault ??= new GrpcError('timeout', message)
      this.destroy()
    }, timeoutMs)
    this.#abort = () => {
      this.fault = new GrpcError('cancelled', `${attempt.address}: given up`)
      this.destroy()
    }
    signal.addEventListener('abort', this.#abort, { once: true })
    if (signal.aborted) this.#abort()
  }

  watch<Each extends Socket>(socket: Each): Each {
    this.end(() => socket.destroy())
    socket.on('error', (error) => {
      this.fault ??= error
    })
    return socket
  }

  end(end: () => void): void {
    this.#ends.push(end)
    if (this.#signal.aborted) end()
  }

  reached(emitter: Socket | ClientHttp2Session, event: 'connect' | 'secureConnect' | 'remoteSettings'): Promise<void> {
    return new Promise((resolve, reject) => {
      emitter.once(event, () => resolve())
      emitter.once('error', reject)
      emitter.once('close', () => reject(this.fault ?? Object.assign(new Error('closed'), { code: 'ERR_STREAM_PREMATURE_CLOSE' })))
    })
  }

  /** From the inside out: Node 20 crashes when what lies below a TLS socket is destroyed first. */
  destroy(): void {
    for (const end of [...this.#ends].reverse()) end()
  }

  settle(): void {
    clearTimeout(this.#timer)
    this.#signal.removeEventListener('abort', this.#abort)
  }

  explain(cause: unknown): GrpcError {
    return explainFailure(this.fault ?? cause, this.#attempt)
  }
}

/** Codes that say that the connection ended and not why: a second look may tell. */
const WORDLESS: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'EPIPE',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_HTTP2_ERROR',
  'ERR_HTTP2_SESSION_ERROR',
])

async function whyNot(cause: unknown, opening: Opening, target: GrpcTarget, material: TlsMaterial | null): Promise<GrpcError> {
  const fault = opening.fault ?? cause
  if (fault instanceof GrpcError || !WORDLESS.has(codeOf(fault))) return opening.explain(fault)
  const seen = await secondLook(target, material)
  if (material === null && seen === null) return new GrpcError('tls-expected', tlsExpected(addressOf(target)), { cause })
  if (material !== null) return seen === null ? afterHandshake(target, material, cause) : opening.explain(seen)
  return new GrpcError('not-grpc', `${addressOf(target)}: it ended the connection before it spoke HTTP/2; is that the right port?`, {
    cause,
  })
}

/** It agreed on HTTP/2 and hung up without a word: what some servers do about a certificate that they miss or refuse. */
function afterHandshake(target: GrpcTarget, { hasCertificate }: TlsMaterial, cause: unknown): GrpcError {
  const words = hasCertificate
    ? 'it may refuse our client certificate; check the files of --flows-cert and --flows-key'
    : 'it may want a client certificate; name ours with --flows-cert and --flows-key'
  return new GrpcError('tls-certificate', `${addressOf(target)}: it ended the connection right after the TLS handshake; ${words}`, {
    cause,
  })
}

/**
 * Shakes hands once more, sends nothing and listens: an alert can get lost behind what is sent. Returns what the
 * handshake failed with, or null when it did not.
 */
function secondLook({ host, port, tls }: GrpcTarget, material: TlsMaterial | null): Promise<unknown> {
  return new Promise((resolve) => {
    const name = tls?.serverName ?? host
    const socket = connectTls({
      host,
      port,
      servername: isIP(name) === 0 ? name : '',
      ALPNProtocols: ['h2'],
      // Whose certificate it is does not matter here: nothing is sent.
      rejectUnauthorized: false,
      ...(material === null ? {} : { secureContext: material.context }),
    })
    const done = (result: unknown) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(result)
    }
    let hasShaken = false
    const timer = setTimeout(() => done(hasShaken ? null : new Error('no answer')), SECOND_LOOK_MS)
    socket.once('secureConnect', () => {
      hasShaken = true
      if (material === null) done(null)
    })
    socket.once('error', done)
    socket.once('close', () => done(hasShaken ? null : new Error('closed')))
    socket.resume()
  })
}
