import { createHash } from 'node:crypto'

/** Frames remembered: many times what senders have on their way at once. */
const REMEMBERED = 10_000

/**
 * Frames that were taken. A sender whose acknowledgement was lost sends the same bytes again, under the same chunk name; they
 * are acknowledged again and not counted again. Remembered while the server runs.
 */
export class RepeatedFrames {
  readonly #seen = new Set<string>()

  keyOf(frame: Buffer): string {
    return createHash('sha256').update(frame).digest('base64')
  }

  has(key: string): boolean {
    return this.#seen.has(key)
  }

  add(key: string): void {
    this.#seen.delete(key)
    this.#seen.add(key)
    if (this.#seen.size <= REMEMBERED) return
    const [oldest] = this.#seen
    if (oldest !== undefined) this.#seen.delete(oldest)
  }
}
