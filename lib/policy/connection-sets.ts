import { MAX_PORT, MIN_PORT, PROTOCOLS, type Protocol } from '../model/protocol'
import type { ConnectionSet, PortRange } from './types'

/** A set of protocols and ports in one `ConnectionSets` table: equal sets have equal ids. */
export type ConnectionSetId = number & { readonly brand: 'ConnectionSetId' }

/** Every set is sorted, merged, inclusive ranges on one line: protocol index × 65,536 + port. Port 0 never occurs, so protocols cannot merge. */
type Line = readonly number[]

const STRIDE = 65_536
/** Pairs of ids are memoised under one number; no cluster comes near this many distinct sets. */
export const MAX_SETS = 2 ** 25

/** Interned sets of protocols and ports, with memoised set operations. */
export class ConnectionSets {
  readonly none: ConnectionSetId
  /** Every port of the protocols that make up "all". */
  readonly all: ConnectionSetId
  private readonly lines: Line[] = []
  private readonly written: (ConnectionSet | undefined)[] = []
  private readonly ids = new Map<string, ConnectionSetId>()
  private readonly unions = new Map<number, ConnectionSetId>()
  private readonly intersections = new Map<number, ConnectionSetId>()
  private readonly differences = new Map<number, ConnectionSetId>()

  constructor(protocols: readonly Protocol[]) {
    this.none = this.intern([])
    this.all = this.intern(PROTOCOLS.flatMap((protocol) => (protocols.includes(protocol) ? lineOf(protocol, MIN_PORT, MAX_PORT) : [])))
  }

  /** How many distinct sets have been seen. */
  get size(): number {
    return this.lines.length
  }

  /** Ports `from` to `to` (inclusive) of one protocol; empty for a protocol outside "all". */
  range(protocol: Protocol, from: number, to: number): ConnectionSetId {
    const inAll = this.lines[this.all]?.includes(PROTOCOLS.indexOf(protocol) * STRIDE + MIN_PORT) ?? false
    return inAll ? this.intern(lineOf(protocol, from, to)) : this.none
  }

  union(a: ConnectionSetId, b: ConnectionSetId): ConnectionSetId {
    if (a === b || b === this.none) return a
    if (a === this.none) return b
    if (a === this.all || b === this.all) return this.all
    return this.memo(this.unions, Math.min(a, b), Math.max(a, b), unite)
  }

  /** The union of many sets at once, without keeping those in between. */
  unionAll(ids: readonly ConnectionSetId[]): ConnectionSetId {
    const distinct = [...new Set(ids)]
    const [first = this.none, second = this.none] = distinct
    return distinct.length < 3 ? this.union(first, second) : this.intern(uniteAll(distinct.map((id) => this.line(id))))
  }

  intersect(a: ConnectionSetId, b: ConnectionSetId): ConnectionSetId {
    if (a === b) return a
    if (a === this.none || b === this.none) return this.none
    // Every set of a table lies inside its "all".
    if (a === this.all) return b
    if (b === this.all) return a
    return this.memo(this.intersections, Math.min(a, b), Math.max(a, b), intersect)
  }

  subtract(a: ConnectionSetId, b: ConnectionSetId): ConnectionSetId {
    if (a === b || a === this.none || b === this.all) return this.none
    if (b === this.none) return a
    return this.memo(this.differences, a, b, subtract)
  }

  has(id: ConnectionSetId, protocol: Protocol, port: number): boolean {
    const point = PROTOCOLS.indexOf(protocol) * STRIDE + port
    const line = this.line(id)
    for (let i = 0; i < line.length; i += 2) {
      if (point < (line[i] as number)) return false
      if (point <= (line[i + 1] as number)) return true
    }
    return false
  }

  /** Ranges of one protocol, sorted and merged. */
  ranges(id: ConnectionSetId, protocol: Protocol): readonly PortRange[] {
    const base = PROTOCOLS.indexOf(protocol) * STRIDE
    const line = this.line(id)
    const ranges: PortRange[] = []
    for (let i = 0; i < line.length; i += 2) {
      const from = (line[i] as number) - base
      if (from >= 0 && from < STRIDE) ranges.push([from, (line[i + 1] as number) - base])
    }
    return ranges
  }

  /** The set as the contract writes it; one value for each set. */
  toConnectionSet(id: ConnectionSetId): ConnectionSet {
    let written = this.written[id]
    if (written === undefined) {
      written = this.write(id)
      this.written[id] = written
    }
    return written
  }

  private write(id: ConnectionSetId): ConnectionSet {
    if (id === this.all) return 'all'
    if (id === this.none) return 'none'
    const set: Partial<Record<Protocol, readonly PortRange[]>> = {}
    for (const protocol of PROTOCOLS) {
      const ranges = this.ranges(id, protocol)
      if (ranges.length > 0) set[protocol] = ranges
    }
    return set
  }

  private line(id: ConnectionSetId): Line {
    const line = this.lines[id]
    if (line === undefined) throw new Error(`connection set ${id} is not from this table`)
    return line
  }

  private memo(table: Map<number, ConnectionSetId>, a: number, b: number, operation: (a: Line, b: Line) => Line): ConnectionSetId {
    const key = a * MAX_SETS + b
    let result = table.get(key)
    if (result === undefined) {
      result = this.intern(operation(this.lines[a] ?? [], this.lines[b] ?? []))
      table.set(key, result)
    }
    return result
  }

  private intern(line: Line): ConnectionSetId {
    const key = line.join()
    let id = this.ids.get(key)
    if (id === undefined) {
      id = this.lines.length as ConnectionSetId
      this.lines.push(line)
      this.ids.set(key, id)
    }
    return id
  }
}

function lineOf(protocol: Protocol, from: number, to: number): number[] {
  const base = PROTOCOLS.indexOf(protocol) * STRIDE
  const low = Math.max(from, MIN_PORT)
  const high = Math.min(to, MAX_PORT)
  return low > high ? [] : [base + low, base + high]
}

function unite(a: Line, b: Line): Line {
  return uniteAll([a, b])
}

function uniteAll(lines: readonly Line[]): Line {
  const pairs: [number, number][] = []
  for (const line of lines) for (let i = 0; i < line.length; i += 2) pairs.push([line[i] as number, line[i + 1] as number])
  pairs.sort((left, right) => left[0] - right[0])
  const merged: number[] = []
  for (const [from, to] of pairs) {
    const last = merged.length - 1
    if (last >= 0 && from <= (merged[last] as number) + 1) merged[last] = Math.max(merged[last] as number, to)
    else merged.push(from, to)
  }
  return merged
}

function intersect(a: Line, b: Line): Line {
  const common: number[] = []
  let i = 0
  let j = 0
  while (i < a.length && j < b.length) {
    const from = Math.max(a[i] as number, b[j] as number)
    const to = Math.min(a[i + 1] as number, b[j + 1] as number)
    if (from <= to) common.push(from, to)
    if ((a[i + 1] as number) < (b[j + 1] as number)) i += 2
    else j += 2
  }
  return common
}

function subtract(a: Line, b: Line): Line {
  const rest: number[] = []
  let j = 0
  for (let i = 0; i < a.length; i += 2) {
    let from = a[i] as number
    const to = a[i + 1] as number
    while (j < b.length && (b[j + 1] as number) < from) j += 2
    let k = j
    while (k < b.length && (b[k] as number) <= to) {
      if ((b[k] as number) > from) rest.push(from, (b[k] as number) - 1)
      from = (b[k + 1] as number) + 1
      k += 2
    }
    if (from <= to) rest.push(from, to)
  }
  return rest
}
