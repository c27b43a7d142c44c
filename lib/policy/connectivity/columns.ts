import { type AddressFamily, type AddressRange, partOf } from '../address-set'
import { ClassFinder } from '../class-finder'
import type { End, EndMatcher } from '../end'
import type { Condition, EndTerm } from '../end-term'
import type { PodClass } from '../pod-classes'
import type { Truth } from '../truth'

/** The columns that a condition surely or perhaps holds for. */
export type Matching = {
  readonly sure: readonly number[]
  readonly perhaps: readonly number[]
  /** True when it surely holds for every column. */
  readonly isEverywhere: boolean
}

/** The possible other ends of a connection, as columns of the connectivity matrix. */
export interface Columns {
  readonly size: number
  matching(condition: Condition, family: AddressFamily | null): Matching
  /** The class behind a column; null for outside addresses. */
  classAt(column: number): PodClass | null
  /** Columns that resolve port names in a way of their own. */
  readonly withNamedPorts: readonly number[]
}

/** One column for each class of pods, by id. Columns of ids without a class match nothing. */
export class PodColumns implements Columns {
  readonly withNamedPorts: readonly number[]
  private readonly byId: (PodClass | undefined)[] = []
  private readonly finder: ClassFinder
  private readonly matchings = new MatchingTable()

  /** `size`: more than every id. */
  constructor(
    private readonly classes: readonly PodClass[],
    readonly size: number,
    private readonly matcher: EndMatcher,
  ) {
    this.finder = new ClassFinder(classes)
    for (const podClass of classes) this.byId[podClass.id] = podClass
    this.withNamedPorts = classes.flatMap(({ id, namedPorts }) => (namedPorts.size > 0 ? [id] : []))
  }

  matching(condition: Condition, family: AddressFamily | null): Matching {
    return this.matchings.get(condition, dependsOnFamily(condition) ? family : null, () => {
      const sure: number[] = []
      for (const podClass of this.finder.candidates(condition)) {
        if (condition.every((term) => this.matcher.holdsForClass(term, podClass, family))) sure.push(podClass.id)
      }
      return { sure, perhaps: [], isEverywhere: sure.length === this.classes.length }
    })
  }

  /** The columns that have a class. */
  get ids(): readonly number[] {
    return this.classes.map(({ id }) => id)
  }

  classAt(column: number): PodClass | null {
    return this.byId[column] ?? null
  }
}

export type OutsidePart = { readonly family: AddressFamily; readonly range: AddressRange }

/** One column for each part of the address space between which no policy tells addresses apart. */
export class OutsideColumns implements Columns {
  readonly size: number
  readonly withNamedPorts: readonly number[] = []
  private readonly ends: readonly End[]
  private readonly ranges: Readonly<Record<AddressFamily, readonly AddressRange[]>>
  private readonly matchings = new MatchingTable()

  /** `parts` cover the space of each family in order, IPv4 first. */
  constructor(
    parts: readonly OutsidePart[],
    private readonly matcher: EndMatcher,
  ) {
    this.size = parts.length
    this.ends = parts.map(outsideEnd)
    const rangesOf = (family: AddressFamily): readonly AddressRange[] =>
      parts.flatMap((part) => (part.family === family ? [part.range] : []))
    this.ranges = { 4: rangesOf(4), 6: rangesOf(6) }
  }

  matching(condition: Condition): Matching {
    return this.matchings.get(condition, null, () => {
      const [term] = condition
      return condition.length === 1 && term?.kind === 'addresses' ? this.inside(term) : this.asked(condition)
    })
  }

  classAt(): null {
    return null
  }

  /** Each part lies wholly inside or outside of a set that policies name. */
  private inside({ addresses }: Extract<EndTerm, { kind: 'addresses' }>): Matching {
    const sure: number[] = []
    for (const family of [4, 6] as const) {
      const offset = family === 4 ? 0 : this.ranges[4].length
      for (const { first, last } of addresses[family]) {
        for (let part = partOf(this.ranges[family], first); part <= partOf(this.ranges[family], last); part++) sure.push(offset + part)
      }
    }
    return { sure, perhaps: [], isEverywhere: sure.length === this.size }
  }

  private asked(condition: Condition): Matching {
    const sure: number[] = []
    const perhaps: number[] = []
    this.ends.forEach((end, column) => {
      const truth: Truth = this.matcher.holds(condition, end, null)
      if (truth === 'yes') sure.push(column)
      else if (truth !== 'no') perhaps.push(column)
    })
    return { sure, perhaps, isEverywhere: sure.length === this.size }
  }
}

export function outsideEnd({ family, range }: OutsidePart): End {
  const possible = family === 4 ? { 4: [range], 6: [] } : { 4: [], 6: [range] }
  return { kind: 'address', possible, because: 'unknown-endpoint', node: null, domain: null, isApiServer: false }
}

/** True when the terms may hold for a pod over one address family and not over the other. */
export function dependsOnFamily(condition: Condition): boolean {
  return condition.some((term) => (term.kind === 'addresses' ? term.matchesPods : term.kind === 'expression' && term.addresses !== null))
}

/** Matchings by condition: equal conditions of different rules are asked once. */
class MatchingTable {
  private readonly byCondition: ReadonlyMap<AddressFamily | null, Map<Condition, Matching>> = new Map([
    [null, new Map()],
    [4, new Map()],
    [6, new Map()],
  ])
  private readonly byKey = new Map<string, Matching>()

  get(condition: Condition, family: AddressFamily | null, find: () => Matching): Matching {
    const known = this.byCondition.get(family)?.get(condition)
    if (known !== undefined) return known
    const key = `${family}|${condition.map((term) => term.key).join('&')}`
    const matching = this.byKey.get(key) ?? find()
    this.byKey.set(key, matching)
    this.byCondition.get(family)?.set(condition, matching)
    return matching
  }
}
