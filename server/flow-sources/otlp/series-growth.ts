/** One number of one series, as an exporter sent it. Times are milliseconds since the epoch. */
export type SeriesPoint = {
  /** What tells the series from others: metric, resource, attributes. */
  readonly key: string
  readonly value: number
  /** When the counter began, or the interval of a delta; null when it is not said. */
  readonly startMs: number | null
  readonly timeMs: number
  readonly isDelta: boolean
}

/** How much a series grew, over which time; or why nothing can be said. */
export type SeriesGrowth =
  | { readonly kind: 'growth'; readonly value: number; readonly overMs: number }
  /** The first of a counter that began before anybody listened. */
  | { readonly kind: 'first' }
  /** Sent again, or overtaken by a later one. */
  | { readonly kind: 'repeat' }
  /** The counter stands where it stood. */
  | { readonly kind: 'still' }

type Remembered = { value: number; startMs: number | null; timeMs: number }

/** Series remembered; those longest unheard of are forgotten first, and begin anew when they come back. */
export const MAX_SERIES = 50_000

/** Follows counters from point to point. */
export class SeriesFollower {
  private readonly listeningSince: number
  private readonly series = new Map<string, Remembered>()
  private readonly capacity: number
  /** Series that were forgotten for room. */
  forgotten = 0

  /** @param listeningSince milliseconds since the epoch */
  constructor(listeningSince: number, capacity = MAX_SERIES) {
    this.listeningSince = listeningSince
    this.capacity = capacity
  }

  get size(): number {
    return this.series.size
  }

  /** Takes the next point of a series. Growth is never negative, and no piece of it is told twice. */
  take({ key, value, startMs, timeMs, isDelta }: SeriesPoint): SeriesGrowth {
    const before = this.series.get(key)
    if (before !== undefined && timeMs <= before.timeMs) return { kind: 'repeat' }
    this.remember(key, { value, startMs, timeMs })
    if (isDelta) return growth(value, timeMs - (startMs ?? before?.timeMs ?? timeMs))
    if (before === undefined) {
      // A counter that began since somebody listens has all of its growth in its first point.
      const isNew = startMs !== null && startMs >= this.listeningSince && startMs <= timeMs
      return isNew ? growth(value, timeMs - startMs) : { kind: 'first' }
    }
    const hasRestarted = value < before.value || (startMs !== null && before.startMs !== null && startMs > before.startMs)
    return growth(hasRestarted ? value : value - before.value, timeMs - before.timeMs)
  }

  private remember(key: string, point: Remembered): void {
    this.series.delete(key)
    this.series.set(key, point)
    if (this.series.size <= this.capacity) return
    const [oldest] = this.series.keys()
    if (oldest !== undefined) this.series.delete(oldest)
    this.forgotten++
  }
}

function growth(value: number, overMs: number): SeriesGrowth {
  return value > 0 ? { kind: 'growth', value, overMs: Math.max(0, overMs) } : { kind: 'still' }
}
