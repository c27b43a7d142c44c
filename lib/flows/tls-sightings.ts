/** Whether the records of an edge state mutual TLS: all of those that say anything about it, some, or none of them. */
export type SeenMutualTls = 'all' | 'some' | 'none'

type Span = { first: number; last: number }

/** When records of one edge stated that a connection had mutual TLS, and when that it had none. Evidence, never a guess. */
export class TlsSightings {
  readonly #with: Span = { first: Number.POSITIVE_INFINITY, last: Number.NEGATIVE_INFINITY }
  readonly #without: Span = { first: Number.POSITIVE_INFINITY, last: Number.NEGATIVE_INFINITY }

  /** `time` in milliseconds since the epoch, by the window. */
  see(isMutual: boolean, time: number): void {
    const span = isMutual ? this.#with : this.#without
    span.first = Math.min(span.first, time)
    span.last = Math.max(span.last, time)
  }

  /** What was stated in `[from, to)`, as far as the first and the last sighting of each kind tell; null for nothing. */
  between(from: number, to: number): SeenMutualTls | null {
    const [has, lacks] = [this.#with, this.#without].map(({ first, last }) => first < to && last >= from)
    if (has === true) return lacks === true ? 'some' : 'all'
    return lacks === true ? 'none' : null
  }
}

/** Of several edges together. */
export function mergeSeenTls(a: SeenMutualTls | null, b: SeenMutualTls | null): SeenMutualTls | null {
  if (a === null || b === null) return a ?? b
  return a === b ? a : 'some'
}
