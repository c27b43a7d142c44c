import { setMaxListeners } from 'node:events'
import { Agent, type IncomingMessage, request as send } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ApiResponse } from './api-connection'
import { explainFault } from './explain-fault'
import { abortReason } from './http2-transport'
import type { OpenedSocket } from './open-socket'
import { NotSentError, type Transport, type WireRequest } from './transport'
import { headersOf, mutableHeaders } from './wire-headers'

/** Requests to a server that speaks HTTP/1.1 only: each has a connection of its own while it runs. */
export class Http1Transport implements Transport {
  readonly hasRoom = true
  readonly #agent: SocketAgent
  readonly #label: string
  readonly #ends = new AbortController()
  #isRetired = false
  #running = 0
  #fault: Error | null = null

  /**
   * @param first the connection on which the server showed what it speaks
   * @param open opens a further one
   */
  constructor(first: OpenedSocket, open: () => Promise<OpenedSocket>, label: string) {
    this.#agent = new SocketAgent(first, open)
    this.#label = label
    // Every running request listens.
    setMaxListeners(0, this.#ends.signal)
  }

  get isOpen(): boolean {
    return !this.#isRetired
  }

  get hasEnded(): boolean {
    return this.#isRetired && this.#running === 0
  }

  retire(): void {
    this.#isRetired = true
    this.#agent.closeIdle()
  }

  destroy(fault: Error): void {
    this.#fault ??= fault
    this.#isRetired = true
    this.#ends.abort()
    this.#agent.destroy()
  }

  request({ authority, headers, method, path, body, signal }: WireRequest): Promise<ApiResponse> {
    const fault = (cause: unknown): Error => {
      if (signal.aborted) return abortReason(signal)
      return explainFault(this.#fault ?? cause, this.#label)
    }
    return new Promise((resolve, reject) => {
      const lengths = body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) }
      const sent = send({ agent: this.#agent, method, path, headers: { ...mutableHeaders(headers), ...lengths, host: authority } })
      const end = () => sent.destroy()
      this.#running++
      for (const reason of [signal, this.#ends.signal]) reason.addEventListener('abort', end, { once: true })
      sent.once('close', () => {
        this.#running--
        for (const reason of [signal, this.#ends.signal]) reason.removeEventListener('abort', end)
      })
      sent.on('response', (answer) => {
        answer.on('error', () => undefined)
        resolve({ status: answer.statusCode ?? 0, headers: headersOf(answer.headers), body: bodyOf(answer, fault) })
      })
      let hasAnswered = false
      sent.once('response', () => {
        hasAnswered = true
      })
      sent.on('error', (cause) => {
        if (cause instanceof NotSentError) this.retire()
        // The server closed a connection that was kept for the next request just when that came.
        const isStale = sent.reusedSocket && !hasAnswered && 'code' in cause && cause.code === 'ECONNRESET'
        const isAnothers = cause instanceof NotSentError || (isStale && !signal.aborted && this.#fault === null)
        reject(isAnothers ? new NotSentError() : fault(cause))
      })
      sent.end(body ?? undefined)
    })
  }
}

/** Takes its connections from us rather than from Node, which knows nothing of our proxies and certificates. */
class SocketAgent extends Agent {
  #first: OpenedSocket | null
  readonly #open: () => Promise<OpenedSocket>

  constructor(first: OpenedSocket, open: () => Promise<OpenedSocket>) {
    super({ keepAlive: true })
    this.#first = first
    this.#open = open
  }

  override createConnection(_options: unknown, done?: (error: Error | null, socket: Duplex) => void): Duplex | undefined {
    const first = this.#first
    this.#first = null
    const next = first === null ? this.#open() : Promise.resolve(first)
    next.then(
      ({ socket, failure }) => {
        if (socket.destroyed) fail(failure() ?? Object.assign(new Error('closed'), { code: 'ECONNRESET' }))
        else done?.(null, socket)
      },
      (error: unknown) => fail(error),
    )
    const fail = done as (error: unknown) => void
    return undefined
  }

  closeIdle(): void {
    this.#first?.socket.destroy()
    for (const sockets of Object.values(this.freeSockets)) for (const socket of sockets ?? []) socket.destroy()
  }
}

async function* bodyOf(answer: IncomingMessage, fault: (cause: unknown) => Error): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const chunk of answer) yield chunk
  } catch (cause) {
    throw fault(cause)
  }
  if (!answer.complete) throw fault(Object.assign(new Error('closed'), { code: 'ERR_STREAM_PREMATURE_CLOSE' }))
}
