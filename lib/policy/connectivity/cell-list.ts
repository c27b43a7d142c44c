import type { ConnectionSetId, ConnectionSets } from '../connection-sets'
import { idAt } from './connectivity-row'

/** Cells by place, of which most are empty: only the others are listed. One list is filled again and again. */
export class CellList {
  /** The places that are not empty, in no order. */
  readonly places: number[] = []
  private readonly allowed: Int32Array
  private readonly unknown: Int32Array

  constructor(
    size: number,
    private readonly sets: ConnectionSets,
  ) {
    this.allowed = new Int32Array(size)
    this.unknown = new Int32Array(size)
  }

  allowedAt(place: number): ConnectionSetId {
    return idAt(this.allowed, place)
  }

  unknownAt(place: number): ConnectionSetId {
    return idAt(this.unknown, place)
  }

  /** Adds to what is there: of what is surely allowed in some way nothing is unknown. */
  unite(place: number, allowed: ConnectionSetId, unknown: ConnectionSetId): void {
    const { sets } = this
    if (allowed === sets.none && unknown === sets.none) return
    const [before, perhaps] = [this.allowedAt(place), this.unknownAt(place)]
    if (before === sets.none && perhaps === sets.none) this.places.push(place)
    const all = sets.union(before, allowed)
    this.allowed[place] = all
    this.unknown[place] = sets.subtract(sets.union(perhaps, unknown), all)
  }

  clear(): void {
    for (const place of this.places) {
      this.allowed[place] = this.sets.none
      this.unknown[place] = this.sets.none
    }
    this.places.length = 0
  }
}
