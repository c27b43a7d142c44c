import { compareText } from '../../model/compare-text'
import type { Connectivity, ConnectivityCell } from '../connectivity/connectivity'
import { diffOutside } from './diff-outside'
import { areEqual, type ChangedPair, EMPTY, type JointGroup, type PairState } from './pair-change'

type Groups = readonly (readonly string[])[]

/** Ends of one joint group towards those of another, with what changed between them. */
export type ChangedGroups = {
  readonly source: JointGroup
  readonly target: JointGroup
  readonly before: PairState
  readonly after: PairState
}

/** Every pair about which the two say different things, by source and destination. */
export function diffCells(before: Connectivity, after: Connectivity): readonly ChangedPair[] {
  const joint = jointGroups(before.groups, after.groups)
  const changed: ChangedPair[] = []
  for (const { source, target, ...states } of diffGroups(before, after, joint)) {
    for (const src of source.names) for (const dst of target.names) if (src !== dst) changed.push({ src, dst, ...states })
  }
  changed.push(...diffOutside(before, after, [...joint.numbers.keys()]))
  return changed.sort((a, b) => compareText(a.src, b.src) || compareText(a.dst, b.dst))
}

/** The same between ends of the cluster, group by group: each pair of groups is compared once. */
export function* diffGroups(
  before: Connectivity,
  after: Connectivity,
  joint: JointGroups = jointGroups(before.groups, after.groups),
): Iterable<ChangedGroups> {
  const [old, now] = [tableOf(before.cells()), tableOf(after.cells())]
  const seen = new Set<number>()
  function* compare(sources: readonly JointGroup[], targets: readonly JointGroup[]): Iterable<ChangedGroups> {
    for (const source of sources) {
      for (const target of targets) {
        const pair = (joint.numbers.get(source) ?? 0) * joint.numbers.size + (joint.numbers.get(target) ?? 0)
        if (seen.has(pair)) continue
        seen.add(pair)
        const [was, is] = [stateOf(old, source.was, target.was), stateOf(now, source.is, target.is)]
        if (!areEqual(was, is)) yield { source, target, before: was, after: is }
      }
    }
  }
  for (const [src, row] of old) for (const dst of row.keys()) yield* compare(joint.withOld.get(src) ?? [], joint.withOld.get(dst) ?? [])
  for (const [src, row] of now) for (const dst of row.keys()) yield* compare(joint.withNew.get(src) ?? [], joint.withNew.get(dst) ?? [])
}

type Table = ReadonlyMap<readonly string[], ReadonlyMap<readonly string[], ConnectivityCell>>

function tableOf(cells: Iterable<ConnectivityCell>): Table {
  const table = new Map<readonly string[], Map<readonly string[], ConnectivityCell>>()
  for (const cell of cells) {
    const row = table.get(cell.src)
    if (row === undefined) table.set(cell.src, new Map([[cell.dst, cell]]))
    else row.set(cell.dst, cell)
  }
  return table
}

function stateOf(table: Table, src: readonly string[] | null, dst: readonly string[] | null): PairState {
  return (src === null || dst === null ? undefined : table.get(src)?.get(dst)) ?? EMPTY
}

/** `numbers` counts the joint groups; the others find them by a list of names of one side. */
type JointGroups = {
  readonly numbers: ReadonlyMap<JointGroup, number>
  readonly withOld: ReadonlyMap<readonly string[], readonly JointGroup[]>
  readonly withNew: ReadonlyMap<readonly string[], readonly JointGroup[]>
}

/** Common refinement of both groupings. */
function jointGroups(before: Groups, after: Groups): JointGroups {
  const oldOf = new Map(before.flatMap((names) => names.map((name) => [name, names])))
  const newOf = new Map(after.flatMap((names) => names.map((name) => [name, names])))
  const groups = new Map<readonly string[] | null, Map<readonly string[] | null, JointGroup>>()
  const numbers = new Map<JointGroup, number>()
  const withOld = new Map<readonly string[], JointGroup[]>()
  const withNew = new Map<readonly string[], JointGroup[]>()
  for (const name of new Set([...oldOf.keys(), ...newOf.keys()])) {
    const [was, is] = [oldOf.get(name) ?? null, newOf.get(name) ?? null]
    const row = groups.get(was) ?? new Map<readonly string[] | null, JointGroup>()
    groups.set(was, row)
    let group = row.get(is)
    if (group === undefined) {
      group = { was, is, names: [] }
      row.set(is, group)
      numbers.set(group, numbers.size)
      if (was !== null) withOld.set(was, [...(withOld.get(was) ?? []), group])
      if (is !== null) withNew.set(is, [...(withNew.get(is) ?? []), group])
    }
    group.names.push(name)
  }
  return { numbers, withOld, withNew }
}
