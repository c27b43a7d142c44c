import type { FlowStore } from './flow-store'
import { JsonLines } from './rows/json-lines'
import { StoreError } from './store-error'

export type OutboxLimits = { readonly rows: number; readonly bytes: number }

/** Rows that are worth a batch of their own before the second is over. */
const FULL_BATCH_ROWS = 10_000
const FLUSH_MS = 1_000
/** Attempts at a batch that the store refuses for what it is; one that it cannot take now is kept. */
const MOST_REFUSALS = 3

/** What became of the rows of one source. */
export type Settled = (source: string, rows: number, outcome: 'stored' | 'refused') => void

type Batch = {
  readonly text: Buffer
  readonly rows: number
  readonly token: string
  readonly sources: ReadonlyMap<string, number>
}

/**
 * Rows of one table on their way to the store: they wait until they are sealed in a batch, and batches are sent one at a
 * time. A batch stays until the store has taken it; sent twice, it is taken once.
 */
export class Outbox {
  readonly table: string
  readonly #columns: readonly string[]
  readonly #limits: OutboxLimits
  readonly #run: string
  readonly #settled: Settled
  #lines = new JsonLines()
  #rows = 0
  #since = 0
  #sources = new Map<string, number>()
  readonly #batches: Batch[] = []
  #refusals = 0
  #nextToken = 1
  /** Rows that the store has taken. */
  written = 0
  /** Rows that it did not want. */
  refused = 0

  /** @param run unlike that of any other run: makes the tokens of its batches its own */
  constructor(table: string, columns: readonly string[], limits: OutboxLimits, run: string, settled: Settled = () => undefined) {
    this.table = table
    this.#columns = columns
    this.#limits = limits
    this.#run = run
    this.#settled = settled
  }

  get rows(): number {
    return this.#rows + this.sealedRows
  }

  /** Rows that are in a batch already. */
  get sealedRows(): number {
    return this.#batches.reduce((sum, { rows }) => sum + rows, 0)
  }

  get bytes(): number {
    return this.#batches.reduce((sum, { text }) => sum + text.length, this.#lines.length)
  }

  get isFull(): boolean {
    return this.rows >= this.#limits.rows || this.bytes >= this.#limits.bytes
  }

  /** Takes a row; look at `isFull` before. `source` is who gets to hear what became of it; null for nobody. */
  add(row: string, source: string | null, now: number): void {
    this.linesFor(source, now).text(row)
  }

  /** The same for a row that is not there as a text: it has to be written to the end of these lines at once. */
  linesFor(source: string | null, now: number): JsonLines {
    if (this.#rows === 0) this.#since = now
    this.#rows++
    if (source !== null) this.#sources.set(source, (this.#sources.get(source) ?? 0) + 1)
    return this.#lines
  }

  /** Rows that wait and are not on their way, by source; they are forgotten. */
  clear(): ReadonlyMap<string, number> {
    const sources = this.#sources
    this.#lines = new JsonLines()
    this.#rows = 0
    this.#sources = new Map()
    return sources
  }

  isDue(now: number): boolean {
    return this.#batches.length > 0 || this.#rows >= FULL_BATCH_ROWS || (this.#rows > 0 && now - this.#since >= FLUSH_MS)
  }

  /** Makes a batch of the rows that wait: those that come from now on are not in it. */
  seal(): void {
    if (this.#rows === 0) return
    const token = `${this.#run}-${this.#nextToken++}`
    this.#batches.push({ text: this.#lines.take(), rows: this.#rows, token, sources: this.#sources })
    this.clear()
  }

  /** Sends what is sealed. Throws the store's error when a batch was not taken, which then waits for the next call. */
  async send(store: Pick<FlowStore, 'append'>): Promise<void> {
    for (let [batch] = this.#batches; batch !== undefined; [batch] = this.#batches) {
      const { text, rows, token } = batch
      try {
        await store.append({ table: this.table, columns: this.#columns, text, rows, token })
      } catch (error) {
        if (error instanceof StoreError && error.isRetryable) throw error
        if (++this.#refusals >= MOST_REFUSALS) {
          this.refused += rows
          this.#done(batch, 'refused')
        }
        throw error
      }
      this.written += rows
      this.#done(batch, 'stored')
    }
  }

  #done({ sources }: Batch, outcome: 'stored' | 'refused'): void {
    this.#batches.shift()
    this.#refusals = 0
    for (const [source, rows] of sources) this.#settled(source, rows, outcome)
  }
}
