import type { ObservedFlow } from '@/lib/flows/flow'

/**
 * Tells flows that came before from new ones, for servers that give them no id. Only flows of the time that is asked for
 * twice are looked at: within one millisecond a connection may well have several equal ones. Bounded by two generations.
 */
export class ReplayedFlows {
  readonly #limit: number
  #young = new Set<string>()
  #old = new Set<string>()
  /** Flows up to this time may come twice. */
  #until = Number.NEGATIVE_INFINITY
  #newest = Number.NEGATIVE_INFINITY

  constructor(limit: number) {
    this.#limit = limit / 2
  }

  /** Time of the newest flow so far; -Infinity before the first. */
  get newest(): number {
    return this.#newest
  }

  /** What was read so far is asked for again. */
  begin(): void {
    this.#until = this.#newest
  }

  /** True for a flow that came before. Flows with an id are left to whoever counts by it. */
  isRepeat(flow: ObservedFlow): boolean {
    if (flow.time > this.#newest) this.#newest = flow.time
    if (flow.uuid !== null) return false
    const key = keyOf(flow)
    const isKnown = this.#young.has(key) || this.#old.has(key)
    if (!isKnown) {
      if (this.#young.size >= this.#limit) {
        this.#old = this.#young
        this.#young = new Set()
      }
      this.#young.add(key)
    }
    return isKnown && flow.time <= this.#until
  }
}

function keyOf({ time, node, source, destination, port, sourcePort, verdict, event, phase, direction }: ObservedFlow): string {
  const ends = `${source.ip ?? source.pod}|${destination.ip ?? destination.pod}|${sourcePort}|${port}`
  return `${time}|${node}|${ends}|${verdict}|${event}|${phase}|${direction}`
}
