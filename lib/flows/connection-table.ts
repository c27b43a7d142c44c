import { PROTOCOL_NUMBERS } from '../model/protocol'
import type { ObservedEndpoint, ObservedFlow } from './flow'
import { NumberTable } from './number-table'
import type { ConnectionNote } from './route'

export type ConnectionTableOptions = {
  readonly capacity: number
  /** What was not asked for in this time is forgotten, and kept for at least half of it while there is room. */
  readonly keepMs: number
  /** Forgetting for room sooner than this after it was last asked for is early. */
  readonly earlyMs: number
}

/** What was asked for in one stretch of time. */
class Generation<Value> {
  readonly places: NumberTable
  readonly values: (Value | null)[] = []
  /** Numbers of the names that the keys are made of. */
  readonly names = new Map<string, number>()

  /** @param expected about how many values come */
  constructor(expected: number) {
    this.places = new NumberTable(expected)
  }
}

const NAMELESS = -1
const NO_PORT = -1
const NO_REQUEST = 0

/**
 * Values by connection (two ends with ports and a protocol, whichever of them comes first) or by request on a connection.
 * Aim at one, then get or set it.
 *
 * What was not asked for in a while is forgotten in constant time: two generations, of which the older one is dropped as a
 * whole when the younger one is full or old. What is found in the older one moves up. Keys are numbers, because texts made for
 * every flow cost more than all the rest; the numbers of names age together with what they are used in.
 */
export class ConnectionTable<Value extends { touchedAt: number }> {
  readonly #options: ConnectionTableOptions
  #young = new Generation<Value>(0)
  #older = new Generation<Value>(0)
  #youngSince = Number.NEGATIVE_INFINITY
  #generation = 0
  #nextNumber = 1
  readonly #freeNumbers: number[] = []
  #first = 0
  #second = 0
  #firstPort = NO_PORT
  #secondPort = NO_PORT
  /** With the rank of the source: sources that count apart are told apart. */
  #protocol = 0
  #request = NO_REQUEST
  /** Values dropped for room less than `earlyMs` after they were last asked for. */
  forgottenEarly = 0
  /** True when the source of the connection aimed at comes first in the order of the numbers. */
  isSourceFirst = true

  constructor(options: ConnectionTableOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#young.places.size + this.#older.places.size
  }

  /** Chooses the connection of a record; false when one of its ends has no name. The note spares looking the names up. */
  aim({ source, sourcePort, destination, port, protocol }: ObservedFlow, note: ConnectionNote, rank: number, now: number): boolean {
    // Before any number is looked up, so that none of this connection's ages apart from it.
    this.#age(now)
    if (note.generation !== this.#generation) {
      note.generation = this.#generation
      note.source = this.#numberOfEnd(source)
      note.destination = this.#numberOfEnd(destination)
    }
    const from = note.source
    const to = note.destination
    if (from === NAMELESS || to === NAMELESS) return false
    const fromPort = sourcePort ?? NO_PORT
    const toPort = port ?? NO_PORT
    this.isSourceFirst = from < to || (from === to && fromPort <= toPort)
    this.#first = this.isSourceFirst ? from : to
    this.#second = this.isSourceFirst ? to : from
    this.#firstPort = this.isSourceFirst ? fromPort : toPort
    this.#secondPort = this.isSourceFirst ? toPort : fromPort
    this.#protocol = rank * 8 + PROTOCOL_NUMBERS[protocol]
    this.#request = NO_REQUEST
    return true
  }

  /** Chooses a request on the connection that was chosen last. */
  aimAtRequest(request: string): void {
    this.#request = this.#numberOf(request)
  }

  /** Chooses the connection again after its request. */
  aimAtConnection(): void {
    this.#request = NO_REQUEST
  }

  get(now: number): Value | null {
    const place = this.#placeIn(this.#young)
    let value = place === -1 ? null : (this.#young.values[place] ?? null)
    if (value === null) {
      value = this.#takeOlder()
      if (value === null) return null
      this.set(value)
    }
    value.touchedAt = now
    return value
  }

  set(value: Value): void {
    const { places, values } = this.#young
    const place = places.add(this.#first, this.#second, this.#firstPort, this.#secondPort, this.#last(), values.length)
    if (place === -1) values.push(value)
    else values[place] = value
  }

  #last(): number {
    return this.#request * 256 + this.#protocol
  }

  #placeIn({ places }: Generation<Value>): number {
    return places.find(this.#first, this.#second, this.#firstPort, this.#secondPort, this.#last())
  }

  #takeOlder(): Value | null {
    const { places, values } = this.#older
    const place = places.delete(this.#first, this.#second, this.#firstPort, this.#secondPort, this.#last())
    if (place === -1) return null
    const value = values[place] ?? null
    values[place] = null
    return value
  }

  /** One record adds a request and its connection at most. */
  #age(now: number): void {
    const { capacity, keepMs, earlyMs } = this.#options
    const isFull = this.#young.places.size > capacity / 2 - 2
    if (!isFull && now - this.#youngSince < keepMs / 2) return
    if (isFull) for (const old of this.#older.values) if (old !== null && now - old.touchedAt < earlyMs) this.forgottenEarly++
    for (const number of this.#older.names.values()) this.#freeNumbers.push(number)
    this.#older = this.#young
    this.#young = new Generation(this.#older.places.size)
    this.#youngSince = now
    this.#generation++
  }

  /** By address, by pod when the record has none. */
  #numberOfEnd({ ip, namespace, pod }: ObservedEndpoint): number {
    const name = ip ?? (pod === null ? null : `${namespace ?? ''}/${pod}`)
    return name === null ? NAMELESS : this.#numberOf(name)
  }

  #numberOf(name: string): number {
    const known = this.#young.names.get(name)
    if (known !== undefined) return known
    const older = this.#older.names.get(name)
    if (older !== undefined) this.#older.names.delete(name)
    const number = older ?? this.#freeNumbers.pop() ?? this.#nextNumber++
    this.#young.names.set(name, number)
    return number
  }
}
