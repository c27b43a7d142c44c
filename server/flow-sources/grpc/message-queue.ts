import type { Readable } from 'node:stream'
import type { MessageSplitter } from './message-splitter'

/** Bytes that wait for the reader before the server has to. */
const MOST_WAITING = 256 * 1024

/**
 * The messages of one stream on their way to its reader. Servers send each message in a frame of its own, and a reader that is
 * woken for each pays more for that than for the message: here it is woken once for all that came with one
 * read of the socket, and gets all that came since it asked last.
 */
export class MessageQueue {
  readonly #stream: Readable
  readonly #splitter: MessageSplitter
  #messages: Uint8Array[] = []
  #bytes = 0
  #hasEnded = false
  #fault: unknown = null
  #wake: () => void = () => undefined
  #isWaking = false

  constructor(stream: Readable, splitter: MessageSplitter) {
    this.#stream = stream
    this.#splitter = splitter
    stream.on('data', this.#take).on('end', this.#end).on('close', this.#end).on('error', this.#fail)
  }

  /** The messages that have come, at least one; null at the end of the stream. Throws what the stream or the splitter failed with. */
  async next(): Promise<readonly Uint8Array[] | null> {
    while (this.#messages.length === 0) {
      if (this.#fault !== null) throw this.#fault
      if (this.#hasEnded) return null
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    const messages = this.#messages
    this.#messages = []
    this.#bytes = 0
    if (this.#stream.isPaused()) this.#stream.resume()
    return messages
  }

  /** Lets go of the stream; what still comes is nobody's. */
  stop(): void {
    this.#stream.off('data', this.#take).off('end', this.#end).off('close', this.#end).off('error', this.#fail)
    this.#stream.resume()
  }

  readonly #take = (chunk: Uint8Array): void => {
    try {
      this.#splitter.push(chunk, this.#messages)
    } catch (error) {
      this.#fail(error)
      return
    }
    this.#bytes += chunk.length
    // A message that is not whole yet needs what follows.
    if (this.#messages.length === 0) return
    if (this.#bytes > MOST_WAITING) this.#stream.pause()
    if (this.#isWaking) return
    this.#isWaking = true
    setImmediate(this.#wakeOnce)
  }

  readonly #wakeOnce = (): void => {
    this.#isWaking = false
    this.#wake()
  }

  readonly #end = (): void => {
    this.#hasEnded = true
    this.#wake()
  }

  readonly #fail = (error: unknown): void => {
    this.#fault ??= error
    this.#wake()
  }
}
