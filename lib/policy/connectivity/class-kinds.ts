import { ADDRESS_FAMILIES, type AddressFamily } from '../address-set'
import { MAX_SETS } from '../connection-sets'
import type { PodClass, PodClasses } from '../pod-classes'
import { type ConnectivityRow, idAt } from './connectivity-row'
import type { RowTable } from './row-table'

/** Address families as bits: what an end speaks, or what two ends can speak with each other. */
export type Families = number & { readonly brand: 'Families' }
export const BITS = { 4: 2, 6: 4 } as const
/** Without a known address an end speaks whatever the other one does; bit 0 is for two such ends. */
const ANY_FAMILY = 7 as Families
/** The one family of everybody where no policy names addresses. */
const NOT_APART = 1 as Families

/** Each family over which rows are asked, with its bit. */
export const FAMILY_BITS: readonly (readonly [family: AddressFamily | null, bit: 1 | 2 | 4])[] = [
  [null, 1],
  [4, BITS[4]],
  [6, BITS[6]],
]

/** Classes that have the same rows and the same columns: for the whole connectivity they are one. */
export type ClassKind = {
  readonly id: number
  /** Any class of the kind. */
  readonly podClass: PodClass
  /** The families it has addresses of. */
  readonly speaks: Families
  /** The same where policies can tell families apart. */
  readonly families: Families
}

export type ClassKinds = {
  readonly all: readonly ClassKind[]
  /** By class id. */
  readonly byClass: ReadonlyMap<number, ClassKind>
  /** By class id, the kind for which the class stands; -1 for the other classes of a kind. */
  readonly kindAt: Int32Array
  /** Rows of ingress, each once. */
  readonly ingressRows: readonly ConnectivityRow[]
}

/** Sorts classes into kinds, by their rows first and then by what every row says of them. `otherKindOf` keeps more apart. */
export function findKinds(
  { all: classes, capacity }: Pick<PodClasses, 'all' | 'capacity'>,
  table: RowTable,
  tellsFamiliesApart: boolean,
  otherKindOf: (podClass: PodClass) => number,
): ClassKinds {
  const numbers = new Map<ConnectivityRow, number>()
  const ingressRows = new Set<ConnectivityRow>()
  const blocks = new Map<string, number>()
  const areApart = areFamiliesApart(classes, tellsFamiliesApart)
  const pairFamiliesOf = (podClass: PodClass): Families => pairFamilies(podClass, areApart)
  const blockOf = new Int32Array(capacity).fill(-1)
  for (const podClass of classes) {
    const key: number[] = [familiesOf(podClass), otherKindOf(podClass)]
    for (const [family, bit] of FAMILY_BITS) {
      if ((pairFamiliesOf(podClass) & bit) === 0) continue
      const ingress = table.row(podClass, 'ingress', family)
      ingressRows.add(ingress)
      key.push(numbered(numbers, ingress), numbered(numbers, table.row(podClass, 'egress', family)))
    }
    blockOf[podClass.id] = numbered(blocks, key.join('|'))
  }
  let count = blocks.size
  for (const row of numbers.keys()) count = splitBy(row, blockOf, count)

  const byBlock = new Map<number, ClassKind>()
  const byClass = new Map<number, ClassKind>()
  const kindAt = new Int32Array(capacity).fill(-1)
  for (const podClass of classes) {
    const block = blockOf[podClass.id] as number
    let kind = byBlock.get(block)
    if (kind === undefined) {
      kind = { id: byBlock.size, podClass, speaks: familiesOf(podClass), families: pairFamiliesOf(podClass) }
      kindAt[podClass.id] = kind.id
      byBlock.set(block, kind)
    }
    byClass.set(podClass.id, kind)
  }
  return { all: [...byBlock.values()], byClass, kindAt, ingressRows: [...ingressRows] }
}

/** Moves the columns that a row lists, by what it says of them, out of their blocks. Returns how many blocks were ever made. */
function splitBy(row: ConnectivityRow, blockOf: Int32Array, count: number): number {
  const cells = new Map<number, number>()
  const moved = new Map<number, number>()
  let blocks = count
  for (let place = 0; place < row.columns.length; place++) {
    const column = row.columns[place] as number
    if ((blockOf[column] as number) < 0) continue
    const cell = numbered(cells, idAt(row.allowed, place) * MAX_SETS + idAt(row.unknown, place))
    // Blocks and cells of one row both stay far below 2^26.
    const key = (blockOf[column] as number) * 2 ** 26 + cell
    let block = moved.get(key)
    if (block === undefined) {
      block = blocks++
      moved.set(key, block)
    }
    blockOf[column] = block
  }
  return blocks
}

function numbered<Key>(numbers: Map<Key, number>, key: Key): number {
  const known = numbers.get(key)
  if (known !== undefined) return known
  numbers.set(key, numbers.size)
  return numbers.size - 1
}

function familiesOf({ addresses }: PodClass): Families {
  const known = ADDRESS_FAMILIES.reduce((bits, family) => (addresses[family] === null ? bits : bits | BITS[family]), 0)
  return known === 0 ? ANY_FAMILY : (known as Families)
}

/** Whether the family plays a role in what may talk. `byPolicies`: some policy names addresses. */
export function areFamiliesApart(classes: readonly PodClass[], byPolicies: boolean): boolean {
  // Pods of IPv4 only and of IPv6 only cannot talk, whatever policies say.
  const spoken = new Set(classes.map(familiesOf))
  return byPolicies || (spoken.has(BITS[4] as Families) && spoken.has(BITS[6] as Families))
}

export function pairFamilies(podClass: PodClass, areApart: boolean): Families {
  return areApart ? familiesOf(podClass) : NOT_APART
}

/** Zero when the two share no family, so that they cannot talk. */
export function sharedFamilies(a: Families, b: Families): Families {
  return a === ANY_FAMILY && b === ANY_FAMILY ? NOT_APART : ((a & b) as Families)
}
