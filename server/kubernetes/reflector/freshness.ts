import type { WatchState } from '@/lib/model/watched-kind'
import type { ReflectorClock } from './reflector-clock'

/** How long a watch that ended as it should may take to be open again before what is held counts as old. */
const GRACE_MS = 1_000
/** A connection that was lost may have been dead for as long before it was noticed. */
const NOTICE_MS = 20_000
/** What was missed while a watch was not open comes at once; when nothing more has come for this long, it has all come. */
const SETTLED_MS = 150
/** A timer that comes later than this says nothing: what has arrived meanwhile was not looked at either. */
const LATE_MS = 50
/** On a list that always changes there is no such pause. */
const SETTLED_AT_LAST_MS = 2_000

/** How old what a feed holds is: keeps its state and tells of every change of it. */
export class Freshness {
  readonly #clock: ReflectorClock
  readonly #onChange: () => void
  #state: WatchState = { kind: 'syncing', read: 0, total: null }
  /** Until when what is held was certainly right. */
  #heardAt: number
  #openedAt = 0
  #cancel: (() => void) | null = null

  constructor(clock: ReflectorClock, onChange: () => void) {
    this.#clock = clock
    this.#onChange = onChange
    this.#heardAt = clock.now()
  }

  get state(): WatchState {
    return this.#state
  }

  progress(read: number, total: number | null): void {
    this.#become({ kind: 'syncing', read, total })
  }

  /** A watch that goes on where the last one ended was opened. */
  resumed(): void {
    this.#openedAt = this.#clock.now()
    this.#heardAt = this.#openedAt
    this.#settle()
  }

  /** Something came on an open watch. */
  heard(): void {
    this.#heardAt = this.#clock.now()
    if (this.#state.kind === 'stale') this.#settle()
  }

  /** What is held is what the server holds. */
  live(): void {
    this.#cancelTimer()
    this.#heardAt = this.#clock.now()
    if (this.#state.kind !== 'live') this.#become({ kind: 'live', since: this.#heardAt })
  }

  /** The watch ended as it should; the next one will be open in a moment, or else what is held is old. */
  ended(reason: string): void {
    this.#cancelTimer()
    if (this.#state.kind !== 'live') return
    const since = this.#clock.now()
    this.#cancel = this.#clock.after(GRACE_MS, () => this.#become({ kind: 'stale', since, reason }))
  }

  stale(reason: string): void {
    this.#cancelTimer()
    const state = this.#state
    const since = this.#ageOf(state)
    if (state.kind !== 'stale' || state.reason !== reason) this.#become({ kind: 'stale', since, reason })
  }

  /** Nothing is held any more, and why. */
  without(state: Extract<WatchState, { readonly kind: 'not-permitted' | 'absent' }>): void {
    this.#cancelTimer()
    this.#become(state)
  }

  stop(): void {
    this.#cancelTimer()
  }

  #ageOf(state: WatchState): number | null {
    if (state.kind === 'stale') return state.since
    return state.kind === 'live' ? Math.max(this.#heardAt, this.#clock.now() - NOTICE_MS) : null
  }

  #settle(): void {
    this.#cancelTimer()
    const isCaughtUp = this.#state.kind !== 'stale' || this.#clock.now() - this.#openedAt >= SETTLED_AT_LAST_MS
    if (isCaughtUp) this.live()
    else this.#settleAfter(this.#clock.now() + SETTLED_MS)
  }

  #settleAfter(due: number): void {
    this.#cancel = this.#clock.after(SETTLED_MS, () => {
      if (this.#clock.now() - due > LATE_MS) this.#settle()
      else this.live()
    })
  }

  #cancelTimer(): void {
    this.#cancel?.()
    this.#cancel = null
  }

  #become(state: WatchState): void {
    this.#state = state
    this.#onChange()
  }
}
