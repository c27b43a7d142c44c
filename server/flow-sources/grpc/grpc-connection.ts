import { type ClientHttp2Session, type ClientHttp2Stream, constants, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2'
import { GrpcError } from './grpc-error'
import { readStatus, STATUS_DEADLINE_EXCEEDED, STATUS_OK, statusName } from './grpc-status'
import { MessageQueue } from './message-queue'
import { framed, MessageSplitter } from './message-splitter'
import { addressOf, type GrpcTarget, openSession } from './open-session'

const { NGHTTP2_CANCEL } = constants

export type GrpcOptions = {
  /** How long opening the connection may take. */
  readonly connectTimeoutMs?: number
  /** Longest message that is read; gRPC's default of 4 MiB when left out. */
  readonly maxMessageBytes?: number
}

export type GrpcCall = {
  /** Ends the call; it then throws `cancelled`. */
  readonly signal?: AbortSignal
  /** The whole call must be over within this time; without it there is no limit. */
  readonly deadlineMs?: number
  /** Headers of our own, for example `authorization`. */
  readonly metadata?: ReadonlyMap<string, string>
}

const CONNECT_TIMEOUT_MS = 10_000
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024

/**
 * One connection to a gRPC server, for unary and server-streaming calls, several at once. It is opened once: when it is
 * lost every call on it throws `GrpcError`, and whoever wants to go on opens another one, which reads the TLS files anew.
 */
export class GrpcConnection {
  /** `HOST:PORT`. */
  readonly address: string
  readonly #session: ClientHttp2Session
  readonly #maxMessageBytes: number
  #isGoing = false

  /** Opens a connection. Throws `GrpcError` with a sentence that says what to do; `cancelled` when the signal aborts. */
  static async open(target: GrpcTarget, signal: AbortSignal, options: GrpcOptions = {}): Promise<GrpcConnection> {
    const session = await openSession(target, options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS, signal)
    return new GrpcConnection(addressOf(target), session, options.maxMessageBytes ?? MAX_MESSAGE_BYTES)
  }

  private constructor(address: string, session: ClientHttp2Session, maxMessageBytes: number) {
    this.address = address
    this.#session = session
    this.#maxMessageBytes = maxMessageBytes
    session.on('goaway', () => {
      this.#isGoing = true
    })
  }

  /** False once it takes no further call: the server is going away, or it has ended. */
  get isOpen(): boolean {
    return !this.#isGoing && !this.#session.closed && !this.#session.destroyed
  }

  /** Ends the connection and every call on it at once. */
  close(): void {
    this.#session.destroy(undefined, NGHTTP2_CANCEL)
  }

  /**
   * One request, one answer.
   *
   * @param method path as gRPC has it, for example `/observer.Observer/ServerStatus`
   */
  async unary(method: string, request: Uint8Array, call: GrpcCall = {}): Promise<Uint8Array> {
    let answer: Uint8Array | null = null
    for await (const messages of this.serverStream(method, request, call)) {
      for (const message of messages) {
        if (answer !== null) throw new GrpcError('broken', `${this.address} sent more than one answer`)
        answer = message
      }
    }
    if (answer === null) throw new GrpcError('broken', `${this.address} sent no answer`)
    return answer
  }

  /**
   * One request, any number of answers: yields what arrived since the last time, at least one message each. A reader that
   * is slow makes the server wait. Ends when the server ends with status OK, throws `GrpcError` otherwise. Leaving the
   * loop ends the call.
   */
  async *serverStream(method: string, request: Uint8Array, call: GrpcCall = {}): AsyncGenerator<readonly Uint8Array[], void, undefined> {
    const running = this.#start(method, request, call)
    const { stream } = running
    const splitter = new MessageSplitter(this.#maxMessageBytes)
    const queue = new MessageQueue(stream, splitter)
    try {
      for (let messages = await queue.next(); messages !== null; messages = await queue.next()) yield messages
    } catch (cause) {
      throw running.failure() ?? (cause instanceof GrpcError ? cause : this.#lost(cause))
    } finally {
      running.end()
      queue.stop()
      if (!stream.readableEnded && !stream.closed) stream.close(NGHTTP2_CANCEL)
    }
    const failure = running.failure()
    if (failure !== null) throw failure
    // Node takes a stream that was cancelled for one that has ended.
    if (!running.hasEnded()) throw this.#lost(null)
    if (splitter.isWithin) throw new GrpcError('broken', `${this.address} ended within a message`)
  }

  #start(method: string, request: Uint8Array, { signal, deadlineMs, metadata }: GrpcCall): RunningCall {
    if (signal?.aborted === true) throw new GrpcError('cancelled', `the call to ${this.address} was given up`)
    if (!this.isOpen) throw this.#lost(null)
    const headers: Record<string, string> = {
      ':method': 'POST',
      ':path': method,
      'content-type': 'application/grpc+proto',
      te: 'trailers',
      'grpc-accept-encoding': 'identity',
      'user-agent': 'sluice',
    }
    if (deadlineMs !== undefined) headers['grpc-timeout'] = `${Math.min(99_999_999, Math.ceil(deadlineMs))}m`
    for (const [name, value] of metadata ?? []) headers[name] = value
    const stream = this.#request(headers)
    const running = new RunningCall(stream, this.address, signal, deadlineMs)
    stream.end(framed(request))
    return running
  }

  #request(headers: OutgoingHttpHeaders): ClientHttp2Stream {
    try {
      return this.#session.request(headers)
    } catch (cause) {
      throw this.#lost(cause)
    }
  }

  #lost(cause: unknown): GrpcError {
    const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
    return new GrpcError('lost', `the connection to ${this.address} was lost${code}`, { cause })
  }
}

/** One call: its stream, its time limit, and how the server says it ended. */
class RunningCall {
  readonly stream: ClientHttp2Stream
  readonly #address: string
  readonly #signal: AbortSignal | undefined
  readonly #timer: NodeJS.Timeout | null
  readonly #abort: () => void
  #fault: GrpcError | null = null
  #answered: IncomingHttpHeaders | null = null
  #trailers: IncomingHttpHeaders | null = null

  constructor(stream: ClientHttp2Stream, address: string, signal: AbortSignal | undefined, deadlineMs: number | undefined) {
    this.stream = stream
    this.#address = address
    this.#signal = signal
    this.#abort = () => this.#stop(new GrpcError('cancelled', `the call to ${address} was given up`))
    signal?.addEventListener('abort', this.#abort, { once: true })
    const late = () => this.#stop(new GrpcError('deadline', `${address} did not answer within ${(deadlineMs ?? 0) / 1_000} s`))
    this.#timer = deadlineMs === undefined ? null : setTimeout(late, deadlineMs)
    stream.on('response', (headers) => {
      this.#answered = headers
    })
    stream.on('trailers', (trailers) => {
      this.#trailers = trailers
    })
    // Told where the stream is read; without a listener Node ends the process.
    stream.on('error', () => undefined)
  }

  /** True when the server has said how the call ended. */
  hasEnded(): boolean {
    return this.#status() !== null
  }

  /** Why the call failed, as far as it is known: given up, too late, or what the server says. */
  failure(): GrpcError | null {
    if (this.#fault !== null) return this.#fault
    const status = this.#status()
    if (status !== null) {
      if (status.code === STATUS_OK) return null
      const words = status.message === '' ? '' : `: ${status.message}`
      const options = { status: status.code }
      // The server may notice the end of the time first.
      const fault = status.code === STATUS_DEADLINE_EXCEEDED && this.#timer !== null ? 'deadline' : 'status'
      return new GrpcError(fault, `${this.#address} answers ${statusName(status.code)}${words}`, options)
    }
    if (this.#answered === null) return null
    const { ':status': httpStatus, 'content-type': contentType } = this.#answered
    if (Number(httpStatus) === 200 && contentType?.startsWith('application/grpc') === true) return null
    return new GrpcError('not-grpc', `${this.#address} answers like a web server (HTTP status ${httpStatus}); is that the right port?`)
  }

  end(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#signal?.removeEventListener('abort', this.#abort)
  }

  #status() {
    return readStatus(this.#trailers ?? {}) ?? readStatus(this.#answered ?? {})
  }

  #stop(fault: GrpcError): void {
    this.#fault ??= fault
    this.stream.close(NGHTTP2_CANCEL)
    // A stream that is read ends with an error then, and not as if the server had ended it.
    this.stream.destroy()
  }
}
