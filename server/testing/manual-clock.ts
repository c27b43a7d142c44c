import type { Clock } from '../clock'

/** A clock that a test turns. */
export class ManualClock implements Clock {
  #now: number
  readonly #repeating = new Set<{ readonly ms: number; next: number; readonly task: () => void }>()

  constructor(now: number) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  every(ms: number, task: () => void): () => void {
    const entry = { ms, next: this.#now + ms, task }
    this.#repeating.add(entry)
    return () => this.#repeating.delete(entry)
  }

  after(ms: number, task: () => void): () => void {
    const stop = this.every(ms, () => {
      stop()
      task()
    })
    return stop
  }

  /** Lets time go by, second by second, with everything that is due in it. */
  advance(ms: number): void {
    const end = this.#now + ms
    while (this.#now < end) {
      this.#now = Math.min(end, this.#now + 1_000)
      for (const entry of [...this.#repeating]) {
        if (entry.next > this.#now || !this.#repeating.has(entry)) continue
        entry.next = this.#now + entry.ms
        entry.task()
      }
    }
  }
}
