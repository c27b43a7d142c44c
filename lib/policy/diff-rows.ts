import { parseAddress } from '../model/address'
import { ADDRESS_FAMILIES, type AddressFamily, type AddressRange, formatAddressRange, splitAtBounds } from './address-set'
import type { ConnectionRow } from './connectivity'

/** A pair with what two lists of rows say about it; null where one has no row of it. */
export type DiffCell<Row> = { readonly src: string; readonly dst: string; readonly before: Row | null; readonly after: Row | null }

type Range = AddressRange & { readonly family: AddressFamily }
type Outside<Row> = Range & { readonly row: Row }

/** Every pair of which the lists say different things, by source and destination. Outside ranges are compared by their addresses. */
export function diffRows<Row extends ConnectionRow>(
  before: readonly Row[],
  after: readonly Row[],
  isEqual: (before: Row | null, after: Row | null) => boolean,
): readonly DiffCell<Row>[] {
  const [old, now] = [tableOf(before), tableOf(after)]
  const cells: DiffCell<Row>[] = []
  for (const key of new Set([...old.pairs.keys(), ...now.pairs.keys()])) {
    const [was, is] = [old.pairs.get(key) ?? null, now.pairs.get(key) ?? null]
    const named = is ?? was
    if (named !== null && !isEqual(was, is)) cells.push({ src: named.src, dst: named.dst, before: was, after: is })
  }
  for (const key of new Set([...old.outside.keys(), ...now.outside.keys()])) {
    cells.push(...diffOutside(old.outside.get(key) ?? [], now.outside.get(key) ?? [], isEqual))
  }
  return cells.sort((a, b) => compare(a.src, b.src) || compare(a.dst, b.dst))
}

/** Rows between ends of the cluster by pair, the others by the end inside and the direction. */
function tableOf<Row extends ConnectionRow>(
  rows: readonly Row[],
): { readonly pairs: ReadonlyMap<string, Row>; readonly outside: ReadonlyMap<string, readonly Outside<Row>[]> } {
  const pairs = new Map<string, Row>()
  const outside = new Map<string, Outside<Row>[]>()
  for (const row of rows) {
    const [from, to] = [parseRange(row.src), parseRange(row.dst)]
    const range = from ?? to
    if (range === null) {
      pairs.set(`${row.src} ${row.dst}`, row)
      continue
    }
    const key = from === null ? `${row.src} ` : ` ${row.dst}`
    const sharing = outside.get(key)
    if (sharing === undefined) outside.set(key, [{ ...range, row }])
    else sharing.push({ ...range, row })
  }
  return { pairs, outside }
}

/** `ip:A-B` or `ip:A`, as rows name the outside; null for an end of the cluster. */
function parseRange(name: string): Range | null {
  if (!name.startsWith('ip:')) return null
  const [start = '', end = start] = name.slice(3).split('-')
  const [first, last] = [parseAddress(start), parseAddress(end)]
  return first === null || last === null ? null : { family: first.family, first: first.value, last: last.value }
}

/** Cuts the address space at the bounds of both sides, and joins neighbours with the same change again. */
function diffOutside<Row extends ConnectionRow>(
  before: readonly Outside<Row>[],
  after: readonly Outside<Row>[],
  isEqual: (before: Row | null, after: Row | null) => boolean,
): readonly DiffCell<Row>[] {
  return ADDRESS_FAMILIES.flatMap((family) => {
    const [old, now] = [inOrder(before, family), inOrder(after, family)]
    const merged: { range: AddressRange; was: Row | null; is: Row | null }[] = []
    const bounds = [...old, ...now].map(({ first, last }) => ({ 4: [], 6: [], [family]: [{ first, last }] }))
    for (const range of splitAtBounds(family, bounds)) {
      const [was, is] = [rowAt(old, range.first), rowAt(now, range.first)]
      const last = merged.at(-1)
      if (last !== undefined && isEqual(last.was, was) && isEqual(last.is, is)) last.range = { first: last.range.first, last: range.last }
      else merged.push({ range, was, is })
    }
    return merged.flatMap(({ range, was, is }) => {
      const row = is ?? was
      if (row === null || isEqual(was, is)) return []
      const name = `ip:${formatAddressRange(family, range)}`
      const [src, dst] = row.src.startsWith('ip:') ? [name, row.dst] : [row.src, name]
      return [{ src, dst, before: was, after: is }]
    })
  })
}

function inOrder<Row>(ranges: readonly Outside<Row>[], family: AddressFamily): readonly Outside<Row>[] {
  return ranges.filter((range) => range.family === family).sort((a, b) => (a.first < b.first ? -1 : 1))
}

/** The row of the range that holds the address; `ranges` do not overlap. */
function rowAt<Row>(ranges: readonly Outside<Row>[], address: bigint): Row | null {
  let low = 0
  let high = ranges.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((ranges[middle] as Outside<Row>).first <= address) low = middle
    else high = middle - 1
  }
  const found = ranges[low]
  return found !== undefined && found.first <= address && address <= found.last ? found.row : null
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
