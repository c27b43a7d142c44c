import type { Flow } from './flow'

export type RecentQuery = {
  readonly matches: ((flow: Flow) => boolean) | null
  /** Milliseconds of `windowTime`; null leaves the side open. `to` is not included. */
  readonly from: number | null
  readonly to: number | null
  /** Id of the last flow of the page before; null starts with the newest. */
  readonly cursor: string | null
  readonly limit: number
}

export type RecentPage = {
  /** Newest first, by arrival. */
  readonly flows: readonly Flow[]
  /** Cursor of the next page; null when nothing older is kept. */
  readonly next: string | null
}

/** Flows looked at for one page, so that a filter that matches nothing cannot hold the process. */
const MAX_SCAN = 50_000

/** Moments kept at which flows came: the last ten seconds of a source that is never silent for a millisecond. */
const MAX_MARKS = 10_000

/** The last two of an id's ten digits. Every flow gets an id, so they are written once. */
const LAST_TWO = 36 * 36
const ENDINGS: readonly string[] = Array.from({ length: LAST_TWO }, (_, number) => number.toString(36).padStart(2, '0'))

/**
 * The newest flows, in a ring of fixed size. Pages are found by id, so flows that arrive or leave between two pages
 * neither repeat nor skip any.
 */
export class RecentFlows {
  private readonly ring: (Flow | undefined)[]
  private readonly firstSequence: number
  private nextSequence: number
  /** Sequence number of the first flow that came at a moment or later, oldest first. */
  private readonly marks: { readonly at: number; readonly sequence: number }[] = []
  /** The first digits of the next ids. */
  private beginning: string

  /** @param firstSequence number of the first flow, so that ids of later runs can be higher */
  constructor(capacity: number, firstSequence = 0) {
    this.ring = new Array<Flow | undefined>(capacity)
    this.firstSequence = firstSequence
    this.nextSequence = firstSequence
    this.beginning = beginningOf(firstSequence)
  }

  /** The id that the next added flow must carry. */
  nextId(): string {
    return this.beginning + (ENDINGS[this.nextSequence % LAST_TWO] ?? '')
  }

  /** What is added from here on comes at `now` (milliseconds, never less than before) or later. */
  mark(now: number): void {
    const last = this.marks.at(-1)
    if (last !== undefined && now <= last.at) return
    this.marks.push({ at: now, sequence: this.nextSequence })
    if (this.marks.length > 2 * MAX_MARKS) this.marks.splice(0, MAX_MARKS)
  }

  /** Hands over the flows that came in `[from, to)`, newest first; what came before the oldest mark is as old as anything. */
  visitBetween(from: number, to: number, visitor: (flow: Flow) => void): void {
    const oldest = Math.max(this.comeSince(from), this.oldestSequence)
    for (let sequence = this.comeSince(to) - 1; sequence >= oldest; sequence--) {
      const flow = this.ring[this.indexOf(sequence)]
      if (flow !== undefined) visitor(flow)
    }
  }

  /** Number of the first flow that came at a moment or later. Asked of the last seconds, so it looks from the end. */
  private comeSince(time: number): number {
    const before = this.marks.findLastIndex(({ at }) => at < time)
    if (before === -1) return this.firstSequence
    return this.marks[before + 1]?.sequence ?? this.nextSequence
  }

  add(flow: Flow): void {
    this.ring[this.indexOf(this.nextSequence)] = flow
    this.nextSequence++
    if (this.nextSequence % LAST_TWO === 0) this.beginning = beginningOf(this.nextSequence)
  }

  /** Puts a changed flow in the place of the one with its id; false when that one is no longer kept. */
  replace(flow: Flow): boolean {
    const sequence = sequenceOf(flow.id)
    if (sequence === null || !this.holds(sequence)) return false
    this.ring[this.indexOf(sequence)] = flow
    return true
  }

  get(id: string): Flow | null {
    const sequence = sequenceOf(id)
    if (sequence === null || !this.holds(sequence)) return null
    return this.ring[this.indexOf(sequence)] ?? null
  }

  page(query: RecentQuery): RecentPage {
    const before = query.cursor === null ? this.nextSequence : (sequenceOf(query.cursor) ?? 0)
    const oldest = this.oldestSequence
    const flows: Flow[] = []
    let sequence = Math.min(before, this.nextSequence) - 1
    for (let scanned = 0; sequence >= oldest && scanned < MAX_SCAN; sequence--, scanned++) {
      const flow = this.ring[this.indexOf(sequence)]
      if (flow === undefined || !isBetween(flow, query) || (query.matches !== null && !query.matches(flow))) continue
      flows.push(flow)
      if (flows.length >= query.limit) {
        sequence--
        break
      }
    }
    return { flows, next: sequence >= oldest ? idOf(sequence + 1) : null }
  }

  /** Number of the oldest flow that is kept; that of the next one when there is none. */
  get oldestSequence(): number {
    return Math.max(this.firstSequence, this.nextSequence - this.ring.length)
  }

  get size(): number {
    return Math.min(this.nextSequence - this.firstSequence, this.ring.length)
  }

  /** Of the difference, which is small: remainders of large numbers are slow. */
  private indexOf(sequence: number): number {
    return (sequence - this.firstSequence) % this.ring.length
  }

  private holds(sequence: number): boolean {
    return sequence < this.nextSequence && sequence >= Math.max(this.firstSequence, this.nextSequence - this.ring.length)
  }
}

function isBetween(flow: Flow, query: RecentQuery): boolean {
  return (query.from === null || flow.windowTime >= query.from) && (query.to === null || flow.windowTime < query.to)
}

/** Base 36 with a fixed width, so that ids sort as text in order of arrival. */
function idOf(sequence: number): string {
  return beginningOf(sequence) + (ENDINGS[sequence % LAST_TWO] ?? '')
}

function beginningOf(sequence: number): string {
  return Math.floor(sequence / LAST_TWO)
    .toString(36)
    .padStart(8, '0')
}

function sequenceOf(id: string): number | null {
  if (id.length !== 10) return null
  for (let index = 0; index < id.length; index++) {
    const code = id.charCodeAt(index)
    const isDigit = code >= 48 && code <= 57
    const isLetter = code >= 97 && code <= 122
    if (!isDigit && !isLetter) return null
  }
  const sequence = Number.parseInt(id, 36)
  return Number.isSafeInteger(sequence) ? sequence : null
}
