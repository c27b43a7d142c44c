import type { Exchange, ObservedFlow } from './flow'
import { ATTEMPT_MS, changeBy, type FlowChange, type TrackedConnection, trackConnection } from './tracked-connection'

/** Requests of one key that wait for their other side; of more, the oldest are not waited for any longer. */
const MAX_WAITING = 64

type Waiting<Receipt> = { direction: ObservedFlow['direction']; readonly entries: TrackedConnection<Receipt>[] }

/** Null is a record of an exchange that is counted by nobody yet. */
export type Joined<Receipt> = { readonly entry: TrackedConnection<Receipt>; readonly change: FlowChange | null } | null

/**
 * Joins the records of one request: the two sides that log it (the client's proxy and the server's), and its answer where that
 * is a record of its own.
 *
 * The sides share a key that other requests between them may have too, so the first record of one side belongs to the oldest of
 * the other side that still waits: as many are counted as the side that logged more of them.
 *
 * Bounded: of each kind at most `capacity` keys, in two generations; the older one is forgotten when the newer is full.
 */
export class Exchanges<Receipt> {
  readonly #sides: Generations<Waiting<Receipt>>
  readonly #answers: Generations<TrackedConnection<Receipt>>

  constructor(capacity: number) {
    this.#sides = new Generations(capacity / 2)
    this.#answers = new Generations(capacity / 2)
  }

  /** What a request belongs to; null when it is the first of its exchange, which {@link remember} is then told of. */
  join(flow: ObservedFlow, { key, answer }: Exchange): Joined<Receipt> {
    const waiting = key === null ? undefined : this.#sides.get(key)
    if (waiting === undefined || flow.direction === null || waiting.direction === flow.direction) return null
    const at = waiting.entries.findIndex((entry) => Math.abs(entry.countedAt - flow.time) <= ATTEMPT_MS)
    const [entry] = at === -1 ? [] : waiting.entries.splice(at, 1)
    if (entry === undefined) return null
    if (answer !== null) this.#answers.set(answer, entry)
    return { entry, change: changeBy(flow, entry, entry.isClientFirst, false) }
  }

  /** What an answer belongs to, once; null for an answer whose request was not seen. */
  answer(flow: ObservedFlow, { answer }: Exchange): Joined<Receipt> {
    const entry = answer === null ? undefined : this.#answers.get(answer)
    if (entry === undefined) return null
    const change = changeBy(flow, entry, entry.isClientFirst, false)
    const open = entry.openRequest
    if (open === null || flow.l7 === null || flow.l7.code === null) return { entry, change }
    const l7 = { ...flow.l7, method: flow.l7.method ?? open.method, path: flow.l7.path ?? open.path }
    entry.openRequest = null
    return { entry, change: { outcome: null, policies: null, turned: null, ...change, l7 } }
  }

  remember(flow: ObservedFlow, { key, answer }: Exchange, now: number): TrackedConnection<Receipt> {
    const entry = trackConnection<Receipt>(flow, true, now)
    entry.openRequest = flow.l7?.code === null ? flow.l7 : null
    if (answer !== null) this.#answers.set(answer, entry)
    if (key === null || flow.direction === null) return entry
    const waiting = this.#sides.get(key) ?? { direction: flow.direction, entries: [] }
    if (waiting.entries.length === 0) waiting.direction = flow.direction
    if (waiting.direction !== flow.direction) return entry
    waiting.entries.push(entry)
    if (waiting.entries.length > MAX_WAITING) waiting.entries.shift()
    this.#sides.set(key, waiting)
    return entry
  }
}

class Generations<Value> {
  readonly #capacity: number
  #young = new Map<string, Value>()
  #older = new Map<string, Value>()

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get(key: string): Value | undefined {
    return this.#young.get(key) ?? this.#older.get(key)
  }

  set(key: string, value: Value): void {
    if (this.#young.size >= this.#capacity && !this.#young.has(key)) {
      this.#older = this.#young
      this.#young = new Map()
    }
    this.#young.set(key, value)
  }
}
