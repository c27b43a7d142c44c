import { ADDRESS_FAMILIES, type AddressFamily, type AddressRange, formatAddressRange, splitAtBounds } from '../address-set'
import type { Connectivity, OutsideCell } from '../connectivity/connectivity'
import type { Direction } from '../types'
import { areEqual, type ChangedPair, EMPTY, type JointGroup, type PairState } from './pair-change'

/** Outside ranges by the ends inside. */
type Table = ReadonlyMap<readonly string[], readonly OutsideCell[]>
type Merged = { range: AddressRange; readonly was: PairState; readonly is: PairState }

/** Every range of outside addresses about which the two say different things, for each end of the groups. */
export function diffOutside(before: Connectivity, after: Connectivity, groups: readonly JointGroup[]): readonly ChangedPair[] {
  const [old, now] = [tableOf(before.outside()), tableOf(after.outside())]
  return groups.flatMap(({ was: oldGroup, is: newGroup, names }) => {
    const [ranges, newRanges] = [(oldGroup === null ? null : old.get(oldGroup)) ?? [], (newGroup === null ? null : now.get(newGroup)) ?? []]
    return DIRECTIONS.flatMap((direction) =>
      ADDRESS_FAMILIES.flatMap((family) => {
        const isMeant = (cell: OutsideCell): boolean => cell.direction === direction && cell.family === family
        const [was, is] = [ranges.filter(isMeant), newRanges.filter(isMeant)]
        // Each apart, so that neither cuts the ranges of the other.
        const found = [...differing(was.map(allowed), is.map(allowed), family), ...differing(was.map(unknown), is.map(unknown), family)]
        return found.flatMap(({ range, ...states }) => {
          const outside = `ip:${formatAddressRange(family, range)}`
          return names.map((name) => {
            const [src, dst] = direction === 'ingress' ? [outside, name] : [name, outside]
            return { src, dst, before: states.was, after: states.is }
          })
        })
      }),
    )
  })
}

function allowed(cell: OutsideCell): OutsideCell {
  return { ...cell, unknown: 'none' }
}

function unknown(cell: OutsideCell): OutsideCell {
  return { ...cell, conns: 'none' }
}

const DIRECTIONS: readonly Direction[] = ['ingress', 'egress']

function tableOf(cells: Iterable<OutsideCell>): Table {
  const table = new Map<readonly string[], OutsideCell[]>()
  for (const cell of cells) {
    const sharing = table.get(cell.ends)
    if (sharing === undefined) table.set(cell.ends, [cell])
    else sharing.push(cell)
  }
  return table
}

/** Cuts the address space at the bounds of both sides, and joins neighbours with the same change again. */
function differing(before: readonly OutsideCell[], after: readonly OutsideCell[], family: AddressFamily): readonly Merged[] {
  const merged: Merged[] = []
  const bounds = [...before, ...after].map(({ range }) => ({ 4: [], 6: [], [family]: [range] }))
  for (const range of splitAtBounds(family, bounds)) {
    const [was, is] = [stateAt(before, range.first), stateAt(after, range.first)]
    const last = merged.at(-1)
    if (last !== undefined && areEqual(last.was, was) && areEqual(last.is, is)) last.range = { first: last.range.first, last: range.last }
    else merged.push({ range, was, is })
  }
  return merged.filter(({ was, is }) => !areEqual(was, is))
}

/** What holds for one address; `cells` are in order and do not overlap. */
function stateAt(cells: readonly OutsideCell[], address: bigint): PairState {
  let low = 0
  let high = cells.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((cells[middle] as OutsideCell).range.first <= address) low = middle
    else high = middle - 1
  }
  const found = cells[low]
  return found !== undefined && found.range.first <= address && address <= found.range.last ? found : EMPTY
}
