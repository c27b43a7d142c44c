import { eventFrame, type Frame, HEARTBEAT_FRAME, RETRY_FRAME } from './event-frame'
import type { ViewFeed } from './view-feed'

/** Bytes that may wait in one connection before deltas are held back. */
const MAX_WAITING_BYTES = 512 * 1024
const HEARTBEAT_MS = 15_000

/** One open event stream. Never holds more than its waiting bytes: a viewer that reads slowly gets several deltas at once, or a snapshot. */
export class Viewer {
  readonly stream: ReadableStream<Uint8Array>
  readonly #feed: ViewFeed
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null
  #sentSeq: number | null
  #lastWrite = 0

  /** `lastEventId` is what a returning client saw last; null for a new one. */
  constructor(feed: ViewFeed, lastEventId: string | null, onClose: () => void) {
    this.#feed = feed
    this.#sentSeq = lastEventId === null ? null : feed.seqOf(lastEventId)
    this.stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller
        },
        cancel: () => {
          this.#controller = null
          onClose()
        },
      },
      new ByteLengthQueuingStrategy({ highWaterMark: MAX_WAITING_BYTES }),
    )
    this.#write(RETRY_FRAME, 0)
  }

  get isSlow(): boolean {
    return (this.#controller?.desiredSize ?? 0) <= 0
  }

  /** Sends what the viewer has not seen of the graph; says whether it had to start anew. */
  catchUp(now: number): 'current' | 'resynced' | 'held' {
    if (this.isSlow) return 'held'
    const missed = this.#sentSeq === null ? null : this.#feed.since(this.#sentSeq)
    if (missed !== null) {
      for (const frame of missed) this.#write(frame, now)
      this.#sentSeq = this.#feed.seq
      return 'current'
    }
    const isFirst = this.#sentSeq === null
    if (!isFirst) this.#write(eventFrame({ type: 'resync', data: { reason: 'too far behind' } }, null, null), now)
    this.#write(this.#feed.snapshot(), now)
    this.#sentSeq = this.#feed.seq
    return isFirst ? 'current' : 'resynced'
  }

  /** Sends an event that is worth nothing later; left out for a viewer that does not keep up. */
  tell(frame: Frame, now: number): void {
    if (!this.isSlow) this.#write(frame, now)
  }

  keepAlive(now: number): void {
    if (now - this.#lastWrite >= HEARTBEAT_MS && !this.isSlow) this.#write(HEARTBEAT_FRAME, now)
  }

  close(): void {
    this.#controller?.close()
    this.#controller = null
  }

  #write(frame: Frame, now: number): void {
    this.#controller?.enqueue(frame.bytes)
    this.#lastWrite = now
  }
}
