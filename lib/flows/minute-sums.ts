import type { RankedLane } from './window-lanes'

const MINUTE_MS = 60_000
/** Sums of a minute stay open this long after it began; what comes later goes into a new cell. */
const OPEN_MS = 3 * MINUTE_MS

/** One sum of one minute as it is now. Cells with the same lane and minute add up; of one cell, the highest version counts. */
export type MinuteSum = {
  readonly cell: number
  readonly version: number
  /** Start of the minute, milliseconds since the epoch. */
  readonly minute: number
  readonly lane: RankedLane
  /** Below zero when what was counted in an earlier cell was taken back. */
  readonly count: number
  readonly repeats: number
  /** How much of the two a better source counts as well. */
  readonly evidence: number
  readonly evidenceRepeats: number
  /** null where no record stated any. */
  readonly bytes: number | null
  readonly firstSeen: number
  readonly lastSeen: number
}

type Cell = { -readonly [Key in keyof MinuteSum]: MinuteSum[Key] } & { isWritten: boolean }

/**
 * The sums of the flow window once more, per minute, for writing them down as they grow. Writing a cell again replaces
 * what was written of it before, so a batch may be sent twice, and late records simply change a cell or open a new one.
 */
export class MinuteSums {
  readonly #limit: number
  readonly #minutes = new Map<number, Map<RankedLane, Cell>>()
  readonly #changed = new Set<Cell>()
  #size = 0
  #nextCell = 1
  /** Changes of sums that were not kept because there were too many cells. */
  lost = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Cells that are held. */
  get size(): number {
    return this.#size
  }

  /** Cells that must be written. */
  get changed(): number {
    return this.#changed.size
  }

  /** Takes one change of the flow window's sums. `at` is a moment of the bucket that was changed, `time` that of the record. */
  add(at: number, lane: RankedLane, count: number, repeats: number, bytes: number | null, time: number): void {
    const cell = this.#cellOf(at, lane, time)
    if (cell === null) return
    cell.count += count
    cell.repeats += repeats
    if (bytes !== null) cell.bytes = (cell.bytes ?? 0) + bytes
  }

  /** Takes a change of how much of a minute's sums a better source counts as well. `time` is one at which the lane was seen. */
  addEvidence(at: number, lane: RankedLane, count: number, repeats: number, time: number): void {
    const cell = this.#cellOf(at, lane, time)
    if (cell === null) return
    cell.evidence += count
    cell.evidenceRepeats += repeats
  }

  /** The cell that a change goes into; null when there is no room. */
  #cellOf(at: number, lane: RankedLane, time: number): Cell | null {
    const minute = Math.floor(at / MINUTE_MS) * MINUTE_MS
    let cells = this.#minutes.get(minute)
    const known = cells?.get(lane)
    if (known !== undefined) {
      if (time < known.firstSeen) known.firstSeen = time
      if (time > known.lastSeen) known.lastSeen = time
      known.isWritten = false
      this.#changed.add(known)
      return known
    }
    if (this.#size >= this.#limit) {
      this.lost++
      return null
    }
    if (cells === undefined) {
      cells = new Map()
      this.#minutes.set(minute, cells)
    }
    const cell: Cell = {
      cell: this.#nextCell++,
      version: 0,
      minute,
      lane,
      count: 0,
      repeats: 0,
      evidence: 0,
      evidenceRepeats: 0,
      bytes: null,
      firstSeen: time,
      lastSeen: time,
      isWritten: false,
    }
    cells.set(lane, cell)
    this.#size++
    this.#changed.add(cell)
    return cell
  }

  /** The cells that changed since they were last taken, as they are now; at most `limit` of them, the oldest first. */
  take(limit: number): readonly MinuteSum[] {
    const taken: MinuteSum[] = []
    for (const cell of this.#changed) {
      if (taken.length >= limit) break
      this.#changed.delete(cell)
      cell.version++
      cell.isWritten = true
      const { isWritten: _, ...sum } = cell
      taken.push(sum)
    }
    return taken
  }

  /** Lets go of the cells that are written and whose minute is long over. */
  close(now: number): void {
    for (const [minute, cells] of this.#minutes) {
      if (minute + OPEN_MS > now) continue
      for (const [lane, { isWritten }] of cells) {
        if (!isWritten) continue
        cells.delete(lane)
        this.#size--
      }
      if (cells.size === 0) this.#minutes.delete(minute)
    }
  }
}
