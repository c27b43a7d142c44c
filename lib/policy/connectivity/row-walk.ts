import type { CompiledRule } from '../compiled-policy'
import type { ConnectionSetId, ConnectionSets } from '../connection-sets'
import type { Truth } from '../truth'
import { type ConnectivityRow, idAt } from './connectivity-row'

/**
 * The sets of one row on their way through the tiers. For each place four sets travel: what is still undecided, what
 * may be allowed, what may be denied, and what passes on. Sets may overlap: then it is uncertain.
 *
 * Places 0 to n-1 are the columns that some rule singles out; place n is the rest.
 */
export class RowWalk {
  readonly undecided: Int32Array
  /** Places of the row that is being computed. */
  size = 0
  private readonly allowed: Int32Array
  private readonly denied: Int32Array
  private readonly passed: Int32Array
  private hasPassed = false

  /** `capacity`: the most places that a row can have. */
  constructor(
    capacity: number,
    private readonly sets: ConnectionSets,
  ) {
    this.undecided = new Int32Array(capacity)
    this.allowed = new Int32Array(capacity)
    this.denied = new Int32Array(capacity)
    this.passed = new Int32Array(capacity)
  }

  /** Begins another row, with everything undecided. */
  start(size: number): void {
    this.size = size
    this.undecided.fill(this.sets.all, 0, size)
    for (const ids of [this.allowed, this.denied, this.passed]) ids.fill(this.sets.none, 0, size)
    this.hasPassed = false
  }

  target(action: CompiledRule['action']): Int32Array {
    if (action === 'pass') this.hasPassed = true
    return action === 'allow' ? this.allowed : action === 'deny' ? this.denied : this.passed
  }

  /** What deny rules of a union take away before any rule may allow. */
  deny(place: number, sure: ConnectionSetId, perhaps: ConnectionSetId): void {
    const { sets } = this
    const undecided = idAt(this.undecided, place)
    this.denied[place] = sets.union(idAt(this.denied, place), sets.intersect(undecided, sets.union(sure, perhaps)))
    this.undecided[place] = sets.subtract(undecided, sure)
  }

  endUnion(place: number, sure: ConnectionSetId, perhaps: ConnectionSetId, isolates: Truth): void {
    const { sets } = this
    const undecided = idAt(this.undecided, place)
    if (undecided === sets.none) return
    const allowed = sets.intersect(undecided, sets.union(sure, perhaps))
    const rest = sets.subtract(undecided, sure)
    this.allowed[place] = sets.union(idAt(this.allowed, place), allowed)
    if (isolates !== 'no') this.denied[place] = sets.union(idAt(this.denied, place), rest)
    this.undecided[place] = isolates === 'yes' ? sets.none : rest
  }

  endFirstMatch(isolates: Truth): void {
    if (isolates === 'no' && !this.hasPassed) return
    this.hasPassed = false
    for (let place = 0; place < this.size; place++) {
      const rest = idAt(this.undecided, place)
      if (isolates !== 'no') this.denied[place] = this.sets.union(idAt(this.denied, place), rest)
      this.undecided[place] = this.sets.union(isolates === 'yes' ? this.sets.none : rest, idAt(this.passed, place))
      this.passed[place] = this.sets.none
    }
  }

  /** What no tier decided is allowed. `columns` are those of the places before the rest. */
  finish(columns: readonly number[]): ConnectivityRow {
    const { sets, allowed, denied, undecided, passed: unknown } = this
    for (let place = 0; place < this.size; place++) {
      const allow = sets.union(idAt(allowed, place), idAt(undecided, place))
      const deny = idAt(denied, place)
      allowed[place] = sets.subtract(allow, deny)
      unknown[place] = sets.intersect(allow, deny)
    }
    const rest = { allowed: idAt(allowed, columns.length), unknown: idAt(unknown, columns.length) }
    const places: number[] = []
    for (let place = 0; place < columns.length; place++) {
      if (allowed[place] !== rest.allowed || unknown[place] !== rest.unknown) places.push(place)
    }
    const isCertain = places.every((place) => unknown[place] === sets.none)
    return {
      columns: Int32Array.from(places, (place) => columns[place] ?? 0),
      allowed: Int32Array.from(places, (place) => idAt(allowed, place)),
      unknown: isCertain ? NOTHING : Int32Array.from(places, (place) => idAt(unknown, place)),
      rest,
      core: {},
    }
  }
}

const NOTHING = new Int32Array(0)
