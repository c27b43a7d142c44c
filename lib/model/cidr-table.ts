import type { Address, Cidr } from './address'
import { cidrOf } from './address'

/** Longest-prefix look-up: one map access per prefix length in use, however many ranges there are. */
export class CidrTable<Value> {
  /** Per family, prefix lengths from long to short, each with its ranges by first address. */
  private readonly byPrefix = { 4: new Map<number, Map<bigint, Value>>(), 6: new Map<number, Map<bigint, Value>>() }

  /** The first value of a range stays. */
  add(cidr: Cidr, value: Value): void {
    const family = this.byPrefix[cidr.family]
    let ranges = family.get(cidr.prefix)
    if (ranges === undefined) {
      ranges = new Map()
      family.set(cidr.prefix, ranges)
      const sorted = [...family].sort(([a], [b]) => b - a)
      family.clear()
      for (const [prefix, known] of sorted) family.set(prefix, known)
    }
    if (!ranges.has(cidr.first)) ranges.set(cidr.first, value)
  }

  /** The value of the narrowest range that holds the address. */
  find(address: Address): Value | undefined {
    for (const [prefix, ranges] of this.byPrefix[address.family]) {
      const value = ranges.get(cidrOf(address, prefix).first)
      if (value !== undefined) return value
    }
    return undefined
  }
}
