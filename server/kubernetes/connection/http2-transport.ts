import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2'
import type { Socket } from 'node:net'
import type { ApiResponse } from './api-connection'
import { ApiConnectionError } from './api-connection-error'
import { explainFault } from './explain-fault'
import type { OpenedSocket } from './open-socket'
import { NotSentError, type Transport, type WireRequest } from './transport'
import { type Watchdog, watchSession } from './watchdog'
import { headersOf, mutableHeaders } from './wire-headers'

const { NGHTTP2_CANCEL, NGHTTP2_NO_ERROR, NGHTTP2_REFUSED_STREAM } = constants

/** A list may run at full speed while the reader decodes: the default of 64 KiB costs a round trip for every 64 KiB. */
const STREAM_WINDOW_BYTES = 4 * 1024 * 1024
const SESSION_WINDOW_BYTES = 32 * 1024 * 1024
/** Above what the windows let in; Node refuses new streams when a session holds more than this. */
const SESSION_MEMORY_MB = 256

export type Http2Options = {
  /** As the settings have it, for messages. */
  readonly label: string
  readonly watchdog: Watchdog
  /** How long the server may take to begin speaking HTTP/2. */
  readonly timeoutMs: number
}

/** All requests to one server on one HTTP/2 session. */
export class Http2Transport implements Transport {
  readonly #session: ClientHttp2Session
  readonly #options: Http2Options
  readonly #stopWatching: () => void
  #running = 0
  #isRetired = false
  #fault: Error | null = null

  /** Settles when the server has said what it allows. */
  static async start({ socket, wire, failure }: OpenedSocket, server: URL, options: Http2Options): Promise<Http2Transport> {
    if (socket.destroyed) throw explainFault(failure() ?? closedEarly(), options.label)
    const session = connect(server.origin, {
      createConnection: () => socket,
      maxSessionMemory: SESSION_MEMORY_MB,
      settings: { enablePush: false, initialWindowSize: STREAM_WINDOW_BYTES },
    })
    await greeting(session, options, failure)
    return new Http2Transport(session, wire, options)
  }

  private constructor(session: ClientHttp2Session, wire: Socket, options: Http2Options) {
    this.#session = session
    this.#options = options
    session.setLocalWindowSize(SESSION_WINDOW_BYTES)
    session.on('goaway', () => {
      this.#isRetired = true
    })
    session.on('error', (error) => {
      this.#fault ??= error
    })
    session.on('close', () => {
      this.#isRetired = true
      this.#stopWatching()
    })
    this.#stopWatching = watchSession(session, wire, options.watchdog, (silentMs) => {
      const seconds = Math.round(silentMs / 1_000)
      this.destroy(new ApiConnectionError('lost', `the connection to ${options.label} was lost (no sign of life for ${seconds} s)`))
    })
  }

  get isOpen(): boolean {
    return !this.#isRetired && !this.#session.closed && !this.#session.destroyed
  }

  get hasEnded(): boolean {
    return this.#session.destroyed
  }

  get hasRoom(): boolean {
    return this.#running < (this.#session.remoteSettings.maxConcurrentStreams ?? Number.POSITIVE_INFINITY)
  }

  retire(): void {
    this.#isRetired = true
    this.#session.close()
  }

  destroy(fault: Error): void {
    this.#fault ??= fault
    this.#isRetired = true
    this.#session.destroy(this.#fault, NGHTTP2_CANCEL)
  }

  request(request: WireRequest): Promise<ApiResponse> {
    if (!this.isOpen) return Promise.reject(new NotSentError())
    const { authority, headers, method, path, body, signal } = request
    let stream: ClientHttp2Stream
    try {
      stream = this.#session.request(
        { ...mutableHeaders(headers), ':authority': authority, ':method': method, ':path': path },
        { endStream: body === null },
      )
    } catch (cause) {
      return Promise.reject(new NotSentError('the session takes no further request', { cause }))
    }
    this.#running++
    let isRunning = true
    const leave = () => {
      if (isRunning) this.#running--
      isRunning = false
    }
    // An ended stream makes room before Node has taken it apart.
    stream.once('end', leave).once('close', leave)
    const abort = () => stream.close(NGHTTP2_CANCEL)
    signal.addEventListener('abort', abort, { once: true })
    stream.once('close', () => signal.removeEventListener('abort', abort))
    // What went wrong is told by the promise and by the body.
    let problem: unknown = null
    stream.on('error', (error) => {
      problem ??= error
    })
    if (body !== null) stream.end(body)

    const fault = (): Error => {
      if (signal.aborted) return abortReason(signal)
      return explainFault(this.#fault ?? problem ?? closedEarly(), this.#options.label)
    }
    return new Promise((resolve, reject) => {
      stream.once('response', (received) => {
        resolve({ status: Number(received[':status']), headers: headersOf(received), body: bodyOf(stream, fault) })
      })
      stream.once('close', () => {
        reject(stream.rstCode === NGHTTP2_REFUSED_STREAM && !signal.aborted ? new NotSentError() : fault())
      })
    })
  }
}

/** The server speaks first of what it allows; until then nothing is known of it. */
function greeting(session: ClientHttp2Session, { label, timeoutMs }: Http2Options, failure: () => Error | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      session.off('error', fail).off('close', closed)
    }
    const fail = (cause: unknown) => {
      stop()
      session.on('error', () => undefined)
      session.destroy()
      reject(explainFault(failure() ?? cause, label))
    }
    const closed = () => fail(closedEarly())
    const timer = setTimeout(() => fail(new ApiConnectionError('timeout', `${label} does not begin to speak HTTP/2`)), timeoutMs)
    session.once('error', fail).once('close', closed)
    session.once('remoteSettings', () => {
      stop()
      resolve()
    })
  })
}

async function* bodyOf(stream: ClientHttp2Stream, fault: () => Error): AsyncGenerator<Uint8Array, void, undefined> {
  let hasEnded = false
  try {
    for await (const chunk of stream) yield chunk
    hasEnded = true
  } catch {
    throw fault()
  } finally {
    if (!hasEnded) stream.close(NGHTTP2_CANCEL)
  }
  // Node takes a stream that the server cancelled for one that has ended.
  if ((stream.rstCode ?? NGHTTP2_NO_ERROR) !== NGHTTP2_NO_ERROR) throw fault()
}

function closedEarly(): Error {
  return Object.assign(new Error('closed'), { code: 'ERR_STREAM_PREMATURE_CLOSE' })
}

export function abortReason(signal: AbortSignal): Error {
  return signal.reason instanceof ApiConnectionError ? signal.reason : new ApiConnectionError('aborted', 'the request was given up')
}
