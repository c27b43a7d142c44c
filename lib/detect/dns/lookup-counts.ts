import type { Flow } from '../../flows/flow'
import { OTHER_NAMES } from '../../flows/lookup-names'
import type { WorkloadRef } from '../../model/names'
import type { NameLookups } from './name-lookups'

/** Half of the time over which look-ups are counted. */
const GENERATION_MS = 7.5 * 60_000
/** Pairs of workload and name in half of that time; further ones are counted, and left out. */
const MAX_PAIRS = 5_000

type Count = { answered: number; missing: number }
type Generation = { readonly begins: number; readonly counts: Map<WorkloadRef, Map<string, Count>>; pairs: number }

/** Answers of DNS servers in the flows of the last minutes, by workload and name. Bounded: the newest of many names are left out. */
export class LookupCounts {
  #current: Generation = { begins: Number.NEGATIVE_INFINITY, counts: new Map(), pairs: 0 }
  #before: Generation | null = null
  #leftOut = 0

  /** Answers that were not counted because there were too many names. */
  get leftOut(): number {
    return this.#leftOut
  }

  /** `now` is the moment at which the flows were received. */
  see(flows: readonly Flow[], now: number): void {
    this.#turn(now)
    for (const { l7, source, count } of flows) {
      if (l7 === null || l7.protocol !== 'dns' || l7.type !== 'response' || l7.path === null || source.workload === null) continue
      if (l7.path === OTHER_NAMES) {
        this.#leftOut += count
        continue
      }
      const known = this.#countOf(source.workload, l7.path.toLowerCase().replace(/\.$/, ''))
      if (known === null) this.#leftOut += count
      else if (l7.code === 'NXDOMAIN') known.missing += count
      else if (l7.code === 'NOERROR') known.answered += count
    }
  }

  list(now: number): readonly NameLookups[] {
    this.#turn(now)
    const sums = new Map<string, { client: WorkloadRef; name: string; answered: number; missing: number }>()
    for (const generation of [this.#before, this.#current]) {
      for (const [client, names] of generation?.counts ?? []) {
        for (const [name, { answered, missing }] of names) {
          const key = `${client} ${name}`
          const sum = sums.get(key) ?? { client, name, answered: 0, missing: 0 }
          sums.set(key, sum)
          sum.answered += answered
          sum.missing += missing
        }
      }
    }
    return [...sums.values()]
  }

  #turn(now: number): void {
    const age = now - this.#current.begins
    if (age < GENERATION_MS) return
    this.#before = age < 2 * GENERATION_MS ? this.#current : null
    this.#current = { begins: now, counts: new Map(), pairs: 0 }
  }

  #countOf(client: WorkloadRef, name: string): Count | null {
    const generation = this.#current
    const names = generation.counts.get(client) ?? new Map<string, Count>()
    const known = names.get(name)
    if (known !== undefined) return known
    if (generation.pairs >= MAX_PAIRS) return null
    generation.pairs++
    const count = { answered: 0, missing: 0 }
    generation.counts.set(client, names.set(name, count))
    return count
  }
}
