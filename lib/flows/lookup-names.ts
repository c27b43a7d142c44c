import type { ObservedEndpoint, ObservedFlow } from './flow'

/** Names that one client may ask for in a while: programs ask for dozens, those that make names up (a scanner, a tunnel) for millions. */
export const MAX_NAMES = 500
/** Names of all clients together. */
const MAX_ALL_NAMES = 100_000
/** The while: half of it at least, all of it at most. */
const KEEP_MS = 600_000

/** What stands for the names that a client asked for beyond that. */
export const OTHER_NAMES = '(other)'

/**
 * Keeps the names that logs of DNS servers bring within bounds: what a client asks for beyond {@link MAX_NAMES} names is counted
 * under one. Names are remembered in two generations.
 */
export class LookupNames {
  #young = new Map<string, Set<string>>()
  #older = new Map<string, Set<string>>()
  #size = 0
  #since = Number.NEGATIVE_INFINITY

  /** The record as it is, or with its name replaced. `now` is our clock in milliseconds. */
  limit(flow: ObservedFlow, now: number): ObservedFlow {
    const { l7 } = flow
    if (l7 === null || l7.protocol !== 'dns' || l7.path === null || flow.event !== 'flow') return flow
    return this.#isWithin(clientOf(flow.source), l7.path, now) ? flow : { ...flow, l7: { ...l7, path: OTHER_NAMES } }
  }

  #isWithin(client: string, name: string, now: number): boolean {
    if (now - this.#since >= KEEP_MS / 2) {
      this.#older = this.#young
      this.#young = new Map()
      this.#size = 0
      this.#since = now
    }
    const names = this.#young.get(client) ?? new Set<string>()
    if (names.has(name)) return true
    const isFull = names.size >= MAX_NAMES || this.#size >= MAX_ALL_NAMES
    // A name of before goes on having one.
    if (isFull) return this.#older.get(client)?.has(name) === true
    this.#young.set(client, names.add(name))
    this.#size++
    return true
  }
}

function clientOf({ ip, namespace, pod }: ObservedEndpoint): string {
  return ip ?? `${namespace ?? ''}/${pod ?? ''}`
}
