import type { CompiledCluster } from '../compiled-cluster'
import { diffGroups } from '../diff/diff-cells'
import type { PolicyEngine } from '../engine'
import type { PodClass } from '../pod-classes'
import type { ConnectionSet, Direction } from '../types'
import { areFamiliesApart, FAMILY_BITS, pairFamilies, sharedFamilies } from './class-kinds'
import { type Cell, type ConnectivityRow, cellAt, listed, meet } from './connectivity-row'

/** What changed between pods that are alike: every one of `src` towards every one of `dst` but itself. */
export type ChangedCell = {
  readonly src: readonly string[]
  readonly dst: readonly string[]
  readonly before: { readonly conns: ConnectionSet; readonly unknown: ConnectionSet }
  readonly after: { readonly conns: ConnectionSet; readonly unknown: ConnectionSet }
}

/**
 * What an engine says differently from the one before it, between pods. Where `after` follows from `before` by
 * `updatePolicies`, only the rows and columns that changed are looked at; otherwise everything is compared.
 */
export function changedCells(before: PolicyEngine, after: PolicyEngine): readonly ChangedCell[] {
  const [was, is] = [before.compiled, after.compiled]
  if (haveSameColumns(was, is)) return changedRows(was, is)
  const options = { external: false }
  return [...diffGroups(before.connectivity('pod', options), after.connectivity('pod', options))].map(({ source, target, ...states }) => {
    return { src: source.names, dst: target.names, before: states.before, after: states.after }
  })
}

/** True when class ids, rows and connection sets of both mean the same, and nothing but rows decides. */
function haveSameColumns(before: CompiledCluster, after: CompiledCluster): boolean {
  const isByRowsAlone = [before, after].every(({ evaluation }) => !evaluation.mesh.isLimiting && !evaluation.hosts?.guardForwarded)
  return isByRowsAlone && before.evaluation.sets === after.evaluation.sets && isApart(before) === isApart(after)
}

function isApart({ classes, addresses }: CompiledCluster): boolean {
  return areFamiliesApart(classes.all, addresses.length > 0)
}

/** Pods that are of one class before and of one class after; null where they do not exist. */
type Joint = { readonly was: PodClass | null; readonly is: PodClass | null; readonly pods: readonly string[] }

function changedRows(before: CompiledCluster, after: CompiledCluster): readonly ChangedCell[] {
  const joint = jointClasses(before, after)
  const [was, is] = [new PairCells(before), new PairCells(after)]
  const moved = (direction: Direction): readonly Joint[] => joint.filter((pods) => !isKept(pods, direction, before, after, is.isApart))
  const [sources, targets] = [new Set(moved('egress')), new Set(moved('ingress'))]
  const cells: ChangedCell[] = []
  const compare = (source: Joint, target: Joint): void => {
    if (source === target && source.pods.length === 1) return
    const [old, now] = [was.between(source.was, target.was), is.between(source.is, target.is)]
    if (areEqual(old, now)) return
    cells.push({ src: source.pods, dst: target.pods, before: was.written(old), after: is.written(now) })
  }
  for (const source of sources) {
    const columns = movedColumns(source, 'egress', was, is)
    for (const target of joint) if (isAmong(columns, target) || targets.has(target)) compare(source, target)
  }
  for (const target of targets) {
    const columns = movedColumns(target, 'ingress', was, is)
    for (const source of joint) if (!sources.has(source) && isAmong(columns, source)) compare(source, target)
  }
  return cells
}

/** Whether the pods stand in one of the columns; null stands for all of them. */
function isAmong(columns: ReadonlySet<number> | null, { was, is }: Joint): boolean {
  return columns === null || was === null || is === null || was.id !== is.id || columns.has(is.id)
}

/** The columns of which the rows of the pods say different things, before and after; null when that may be all. */
function movedColumns(pods: Joint, direction: Direction, was: PairCells, is: PairCells): ReadonlySet<number> | null {
  // In another column of their own, the pods may look different to everyone.
  if (pods.was === null || pods.is === null || pods.was.id !== pods.is.id) return null
  const [before, after] = [was.rows(pods.was, direction), is.rows(pods.is, direction)]
  const moved = new Set<number>()
  for (const [index, old] of before.entries()) {
    const now = after[index]
    if (now === undefined || !areEqual(old.rest, now.rest)) return null
    if (now === old) continue
    const cells = new Map(listed(old))
    for (const [column, cell] of listed(now)) {
      if (!areEqual(cells.get(column) ?? old.rest, cell)) moved.add(column)
      cells.delete(column)
    }
    for (const [column, cell] of cells) if (!areEqual(cell, now.rest)) moved.add(column)
  }
  return moved
}

function areEqual(a: Cell, b: Cell): boolean {
  return a.allowed === b.allowed && a.unknown === b.unknown
}

/** True when the pods have the column that they had, and the same row. */
function isKept({ was, is }: Joint, direction: Direction, before: CompiledCluster, after: CompiledCluster, areApart: boolean): boolean {
  if (was === null || is === null || was.id !== is.id) return false
  const families = pairFamilies(is, areApart)
  return FAMILY_BITS.every(([family, bit]) => {
    return (families & bit) === 0 || before.rows().row(was, direction, family).core === after.rows().row(is, direction, family).core
  })
}

function jointClasses(before: CompiledCluster, after: CompiledCluster): readonly Joint[] {
  const groups = new Map<PodClass | null, Map<PodClass | null, Joint & { readonly pods: string[] }>>()
  const add = (was: PodClass | null, is: PodClass | null, pod: string): void => {
    const row = groups.get(was) ?? new Map<PodClass | null, Joint & { readonly pods: string[] }>()
    groups.set(was, row)
    const joint = row.get(is)
    if (joint === undefined) row.set(is, { was, is, pods: [pod] })
    else joint.pods.push(pod)
  }
  // A class that is the same object has the same pods.
  const kept: Joint[] = []
  const unchanged = new Set(before.classes.all)
  for (const podClass of after.classes.all) {
    if (unchanged.has(podClass)) kept.push({ was: podClass, is: podClass, pods: podClass.pods })
    else for (const pod of podClass.pods) add(before.classes.byPod.get(pod) ?? null, podClass, pod)
  }
  const left = new Set(after.classes.all)
  for (const podClass of before.classes.all) {
    if (left.has(podClass)) continue
    for (const pod of podClass.pods) if (!after.classes.byPod.has(pod)) add(podClass, null, pod)
  }
  return [...kept, ...[...groups.values()].flatMap((row) => [...row.values()])]
}

/** Single cells between classes, for the few that are asked. */
class PairCells {
  readonly isApart: boolean
  private readonly nothing: Cell

  constructor(private readonly compiled: CompiledCluster) {
    const { sets } = compiled.evaluation
    this.isApart = isApart(compiled)
    this.nothing = { allowed: sets.none, unknown: sets.none }
  }

  /** The rows of one side, for each family that its pods speak. */
  rows(podClass: PodClass, direction: Direction): readonly ConnectivityRow[] {
    const families = pairFamilies(podClass, this.isApart)
    return FAMILY_BITS.flatMap(([family, bit]) => ((families & bit) === 0 ? [] : [this.compiled.rows().row(podClass, direction, family)]))
  }

  between(from: PodClass | null, to: PodClass | null): Cell {
    if (from === null || to === null) return this.nothing
    const { sets } = this.compiled.evaluation
    const rows = this.compiled.rows()
    const shared = sharedFamilies(pairFamilies(from, this.isApart), pairFamilies(to, this.isApart))
    let { allowed, unknown } = this.nothing
    for (const [family, bit] of FAMILY_BITS) {
      if ((shared & bit) === 0) continue
      const met = meet(cellAt(rows.row(from, 'egress', family), to.id), cellAt(rows.row(to, 'ingress', family), from.id), sets)
      allowed = sets.union(allowed, met.allowed)
      unknown = sets.union(unknown, met.unknown)
    }
    return { allowed, unknown: sets.subtract(unknown, allowed) }
  }

  written({ allowed, unknown }: Cell): ChangedCell['before'] {
    const { sets } = this.compiled.evaluation
    return { conns: sets.toConnectionSet(allowed), unknown: sets.toConnectionSet(unknown) }
  }
}
