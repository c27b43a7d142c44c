import type { ObservedEndpoint } from '@/lib/flows/flow'
import { ConnectionSightings } from './kernel/connection-sightings'
import { PartialLines } from './partial-lines'
import type { TimeZone } from './time-zone'

/** Ends of one source that share one object: a cluster of 5,000 pods has about twice as many with its neighbours outside. */
const MAX_ENDS = 20_000
/** Connections and counters remembered. */
const MAX_NUMBERS = 100_000
/** A machine that sees one packet of fifty may miss a flow for as long. */
const SILENT_MS = 300_000

/** `connections`: what several sources that are read as one have in common. */
export type MemoryOptions = {
  readonly isOneStream?: boolean
  readonly connections?: ConnectionSightings
  readonly zone?: TimeZone | null
}

/** `at`: milliseconds since the epoch. */
type Teller = { readonly teller: string; readonly at: number }

/**
 * What reading one source's lines remembers from line to line. A source makes one and hands it to every line; without it each
 * line is read on its own. Everything here is bounded: what is full starts afresh.
 */
export class LineMemory {
  readonly partials = new PartialLines()
  /** True when all lines are of one program, in its order: those of one file. */
  readonly isOneStream: boolean
  private readonly ends = new Map<string, ObservedEndpoint>()
  private numbers = new Map<string, number>()
  private olderNumbers = new Map<string, number>()
  private tellers = new Map<string, Teller>()
  private olderTellers = new Map<string, Teller>()

  /** Of conntrack, from all machines that tell of them. */
  readonly connections: ConnectionSightings

  /** What the clocks of the source's machines show; null for UTC. */
  readonly zone: TimeZone | null

  constructor({ isOneStream = false, connections = new ConnectionSightings(), zone = null }: MemoryOptions = {}) {
    this.zone = zone
    this.isOneStream = isOneStream
    this.connections = connections
  }

  /** The end of this name, always the same object, so that what is worked out of it can be kept with it. */
  end(name: string, make: () => ObservedEndpoint): ObservedEndpoint {
    const known = this.ends.get(name)
    if (known !== undefined) return known
    if (this.ends.size >= MAX_ENDS) this.ends.clear()
    const end = make()
    this.ends.set(name, end)
    return end
  }

  /**
   * True for the one of several that tell of the same thing whose word counts: the first that told of it, until it was silent for
   * {@link SILENT_MS}.
   */
  isTeller(thing: string, teller: string, time: number): boolean {
    const known = this.tellers.get(thing) ?? this.olderTellers.get(thing)
    if (known !== undefined && known.teller !== teller && time - known.at <= SILENT_MS) return false
    if (this.tellers.size >= MAX_NUMBERS / 2) {
      this.olderTellers = this.tellers
      this.tellers = new Map()
    }
    this.tellers.set(thing, { teller, at: time })
    return true
  }

  /** Remembers a number and gives the one that stood there before; null when none did, or it was forgotten for room. */
  exchange(key: string, value: number): number | null {
    const before = this.numbers.get(key) ?? this.olderNumbers.get(key) ?? null
    if (this.numbers.size >= MAX_NUMBERS / 2) {
      this.olderNumbers = this.numbers
      this.numbers = new Map()
    }
    this.numbers.set(key, value)
    return before
  }
}
