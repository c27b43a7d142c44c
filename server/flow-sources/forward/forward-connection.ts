import { once } from 'node:events'
import type { Socket } from 'node:net'
import { encode } from '@msgpack/msgpack'
import { MsgpackError } from '../msgpack/msgpack-error'
import type { ByteBudget } from './byte-budget'
import { chooseSplitter, type Wire } from './choose-splitter'
import { ForwardError } from './forward-error'
import type { ForwardLimits } from './forward-limits'
import type { FrameSplitter } from './frame-splitter'
import type { Greeting } from './greeting'

/** Whole frames as they came on one connection. */
export type Delivery = { readonly encoding: Wire['encoding']; readonly frames: readonly Buffer[] }

/** What came of a delivery: the chunk names to acknowledge, and why the connection must end; null when it goes on. */
export type Receipt = { readonly chunks: readonly string[]; readonly fault: ForwardError | null }

export type ConnectionOptions = {
  /** Unique in the server. */
  readonly id: number
  readonly socket: Socket
  readonly limits: ForwardLimits
  /** null when senders need not show a key. */
  readonly greeting: Greeting | null
  readonly budget: ByteBudget
  /** Resolves when the pipeline has taken what the delivery held; null when the server stops. */
  readonly deliver: (delivery: Delivery) => Promise<Receipt | null>
  /** Milliseconds; only differences count. */
  readonly now: () => number
}

/** Acknowledgements that a sender does not read end its connection after this. */
const UNREAD_ACKS_MS = 30_000
const LAST_ANSWER_MS = 1_000

/**
 * One sender. Reads its frames one chunk at a time: the next chunk is read when the pipeline has taken the last one, so that a
 * sender is slowed down and not buffered for. Acknowledges after that and never before.
 */
export class ForwardConnection {
  /** What the sender calls itself; null until it said so. */
  hostname: string | null = null
  readonly #options: ConnectionOptions
  #isGreeted: boolean
  #wire: Wire | null = null
  readonly #openedAt: number
  /** When the last byte came; null while the sender waits for us. */
  #lastByteAt: number | null
  /** When the frame began that is not whole yet. */
  #frameBeganAt: number | null = null

  constructor(options: ConnectionOptions) {
    this.#options = options
    this.#isGreeted = options.greeting === null
    this.#openedAt = options.now()
    this.#lastByteAt = this.#openedAt
  }

  get id(): number {
    return this.#options.id
  }

  get address(): string {
    return this.#options.socket.remoteAddress ?? 'a sender'
  }

  /** Reads until the sender leaves or the server stops. Throws ForwardError when it is the sender's fault that it ends. */
  async run(): Promise<void> {
    const { socket, greeting, budget, now } = this.#options
    // Errors come out of the loop; one that comes after it is of no use.
    socket.on('error', () => undefined)
    try {
      if (greeting !== null) socket.write(greeting.helo)
      for await (const chunk of socket) {
        this.#lastByteAt = null
        if (!(await this.#take(chunk))) return
        await budget.hold(this, this.#wire?.splitter.heldBytes ?? 0)
        this.#lastByteAt = now()
        this.#frameBeganAt = this.#wire?.splitter.isWaiting === true ? (this.#frameBeganAt ?? this.#lastByteAt) : null
      }
      if (this.#wire?.splitter.isWaiting === true) throw new ForwardError('cut-off', 'left in the middle of a frame')
    } catch (error) {
      if (error instanceof ForwardError) throw error
      if (!isNetworkError(error)) throw new ForwardError('malformed', 'made us fail unexpectedly', { cause: error })
      if (this.#wire?.splitter.isWaiting === true) throw new ForwardError('cut-off', 'the connection broke in the middle of a frame')
    } finally {
      budget.release(this)
      socket.destroySoon()
      // A sender that does not read its last answer is not waited for.
      setTimeout(() => socket.destroy(), LAST_ANSWER_MS).unref()
    }
  }

  /** Why the connection must end, by the clock; null when it may go on. */
  overdue(now: number): ForwardError | null {
    const { limits } = this.#options
    if (this.#lastByteAt === null) return null
    if (!this.#isGreeted && now - this.#openedAt > limits.greetingMs)
      return new ForwardError('timeout', `did not show the shared key within ${limits.greetingMs / 1000} s; set it in the sender, too`)
    if (this.#frameBeganAt === null) return null
    if (now - this.#lastByteAt > limits.stallMs)
      return new ForwardError('timeout', `sent nothing for ${limits.stallMs / 1000} s in the middle of a frame`)
    if (now - this.#frameBeganAt > limits.frameMs) return new ForwardError('timeout', `took over ${limits.frameMs / 1000} s for one frame`)
    return null
  }

  /** Ends the connection from our side. */
  close(reason: ForwardError | null): void {
    this.#options.budget.release(this)
    this.#options.socket.destroy(reason ?? undefined)
  }

  /** False when the server stops. */
  async #take(chunk: Buffer): Promise<boolean> {
    this.#wire ??= this.#begin(chunk)
    const wire = this.#wire
    const frames: Buffer[] = []
    let fault: ForwardError | null = null
    try {
      for (const frame of wire.splitter.push(chunk)) {
        if (frame === null) continue
        if (this.#isGreeted) frames.push(frame)
        else this.#greet(frame, wire.splitter)
      }
    } catch (error) {
      fault = faultOf(error)
    }
    // What was whole before the fault counts.
    if (frames.length > 0) {
      const receipt = await this.#options.deliver({ encoding: wire.encoding, frames })
      if (receipt === null) return false
      await this.#acknowledge(receipt.chunks, wire.encoding)
      fault = receipt.fault ?? fault
    }
    if (fault !== null) throw fault
    return true
  }

  #begin(chunk: Buffer): Wire {
    const { limits } = this.#options
    const wire = chooseSplitter(chunk[0] ?? 0, this.#isGreeted ? limits.maxFrameBytes : limits.maxGreetingBytes)
    if (!this.#isGreeted && wire.encoding === 'json')
      throw new ForwardError('refused', 'sends JSON, with which the shared key cannot be shown')
    return wire
  }

  #greet(ping: Buffer, splitter: FrameSplitter): void {
    const { greeting, limits, socket } = this.#options
    if (greeting === null) return
    const { pong, hostname, refusal } = greeting.answer(ping)
    socket.write(pong)
    if (refusal !== null) throw new ForwardError('refused', `${quoted(hostname)}: ${refusal}`)
    this.hostname = hostname === '' ? null : hostname.slice(0, 253)
    this.#isGreeted = true
    splitter.maxValueBytes = limits.maxFrameBytes
  }

  async #acknowledge(chunks: readonly string[], encoding: Wire['encoding']): Promise<void> {
    const { socket } = this.#options
    if (chunks.length === 0 || !socket.writable) return
    const answers = chunks.map((ack) => (encoding === 'json' ? Buffer.from(JSON.stringify({ ack })) : encode({ ack })))
    if (socket.write(Buffer.concat(answers))) return
    try {
      const signal = AbortSignal.timeout(UNREAD_ACKS_MS)
      await Promise.race([once(socket, 'drain', { signal }), once(socket, 'close', { signal })])
    } catch (error) {
      throw new ForwardError('timeout', 'does not read its acknowledgements', { cause: error })
    }
  }
}

function faultOf(error: unknown): ForwardError {
  if (error instanceof ForwardError) return error
  if (error instanceof MsgpackError)
    return new ForwardError(error.fault === 'too-large' ? 'too-large' : 'malformed', `a frame is broken: ${error.message}`, {
      cause: error,
    })
  throw error
}

/** Node's errors of sockets have a code. */
function isNetworkError(error: unknown): boolean {
  return error instanceof Error && 'code' in error
}

function quoted(name: string): string {
  return JSON.stringify(name.slice(0, 80))
}
