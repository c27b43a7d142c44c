import { type Address, type Cidr, formatAddress, lastAddress, parseAddress } from '../model/address'

/** Inclusive range of addresses of one family. */
export type AddressRange = { readonly first: bigint; readonly last: bigint }
export type AddressFamily = 4 | 6
export const ADDRESS_FAMILIES: readonly AddressFamily[] = [4, 6]

/** Sorted, merged ranges of each family. */
export type AddressSet = { readonly 4: readonly AddressRange[]; readonly 6: readonly AddressRange[] }

export const NO_ADDRESSES: AddressSet = { 4: [], 6: [] }
export const ALL_ADDRESSES: AddressSet = { 4: [{ first: 0n, last: lastAddress(4) }], 6: [{ first: 0n, last: lastAddress(6) }] }

export function addressSetOf(cidrs: readonly Cidr[]): AddressSet {
  return { 4: merge(cidrs.filter((cidr) => cidr.family === 4)), 6: merge(cidrs.filter((cidr) => cidr.family === 6)) }
}

/** The addresses that can be read; texts that are none are left out. */
export function addressSetOfTexts(texts: readonly string[]): AddressSet {
  const addresses = texts.flatMap((text) => parseAddress(text) ?? [])
  const of = (family: AddressFamily): readonly AddressRange[] =>
    merge(addresses.filter((address) => address.family === family).map(({ value }) => ({ first: value, last: value })))
  return { 4: of(4), 6: of(6) }
}

export function singleAddress(address: Address): AddressSet {
  const range = [{ first: address.value, last: address.value }]
  return address.family === 4 ? { 4: range, 6: [] } : { 4: [], 6: range }
}

export function uniteAddresses(a: AddressSet, b: AddressSet): AddressSet {
  return { 4: merge([...a[4], ...b[4]]), 6: merge([...a[6], ...b[6]]) }
}

export function subtractAddresses(a: AddressSet, b: AddressSet): AddressSet {
  return { 4: subtract(a[4], b[4]), 6: subtract(a[6], b[6]) }
}

export function isEmptyAddressSet(set: AddressSet): boolean {
  return set[4].length === 0 && set[6].length === 0
}

export function hasAddress(set: AddressSet, family: AddressFamily, value: bigint): boolean {
  const ranges = set[family]
  let low = 0
  let high = ranges.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const range = ranges[middle] as AddressRange
    if (value < range.first) high = middle - 1
    else if (value > range.last) low = middle + 1
    else return true
  }
  return false
}

/** How much of `part` (not empty) lies in `whole`. */
export function coverage(whole: AddressSet, part: AddressSet): 'all' | 'some' | 'none' {
  let anyInside = false
  let anyOutside = false
  for (const family of ADDRESS_FAMILIES) {
    for (const range of part[family]) {
      const rest = subtract([range], whole[family])
      if (rest.length > 0) anyOutside = true
      const only = rest[0]
      if (rest.length !== 1 || only?.first !== range.first || only.last !== range.last) anyInside = true
    }
  }
  if (!anyInside) return 'none'
  return anyOutside ? 'some' : 'all'
}

/** `10.0.0.1-10.0.0.9`, or the one address. */
export function formatAddressRange(family: AddressFamily, range: AddressRange): string {
  const first = formatAddress({ family, value: range.first })
  return range.first === range.last ? first : `${first}-${formatAddress({ family, value: range.last })}`
}

/** One string per set, equal for equal sets. */
export function addressSetKey(set: AddressSet): string {
  return ADDRESS_FAMILIES.map((family) => set[family].map((range) => `${range.first}-${range.last}`).join()).join('|')
}

/** Splits a family's whole space wherever one of the sets begins or ends, so that each part is inside or outside every set. */
export function splitAtBounds(family: AddressFamily, sets: Iterable<AddressSet>): readonly AddressRange[] {
  const starts = new Set<bigint>([0n])
  const end = lastAddress(family)
  for (const set of sets) {
    for (const range of set[family]) {
      starts.add(range.first)
      if (range.last < end) starts.add(range.last + 1n)
    }
  }
  const sorted = [...starts].sort(compare)
  return sorted.map((first, index) => ({ first, last: (sorted[index + 1] ?? end + 1n) - 1n }))
}

/** Index of the part that holds an address; `parts` cover the whole space in order. */
export function partOf(parts: readonly AddressRange[], value: bigint): number {
  let low = 0
  let high = parts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((parts[middle] as AddressRange).first <= value) low = middle
    else high = middle - 1
  }
  return low
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function merge(ranges: readonly AddressRange[]): readonly AddressRange[] {
  const sorted = [...ranges].sort((a, b) => compare(a.first, b.first))
  const merged: AddressRange[] = []
  for (const { first, last } of sorted) {
    const previous = merged.at(-1)
    if (previous !== undefined && first <= previous.last + 1n) {
      if (last > previous.last) merged[merged.length - 1] = { first: previous.first, last }
    } else {
      merged.push({ first, last })
    }
  }
  return merged
}

function subtract(ranges: readonly AddressRange[], holes: readonly AddressRange[]): readonly AddressRange[] {
  const rest: AddressRange[] = []
  for (const range of ranges) {
    let first = range.first
    for (const hole of holes) {
      if (hole.last < first) continue
      if (hole.first > range.last) break
      if (hole.first > first) rest.push({ first, last: hole.first - 1n })
      first = hole.last + 1n
    }
    if (first <= range.last) rest.push({ first, last: range.last })
  }
  return rest
}
