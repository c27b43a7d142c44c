import { changeReasons } from './change-reasons'
import type { ConnectionRow, UnknownRow } from './connectivity'
import type { ConnectivityChange, ConnectivityDiff, UnknownChange, WorkloadChange } from './connectivity-change'
import { diffRows } from './diff-rows'
import type { PolicyEngine } from './engine'
import type { ConnectionSet } from './types'

export type DiffOptions = {
  readonly level: 'workload' | 'pod'
  /** Also outside addresses; true when left out. */
  readonly external?: boolean
}

/**
 * What a change of policies, labels or workloads opens and closes: every pair whose allowed connections differ, by
 * source and destination. Outside ranges are cut where either side tells addresses apart and joined again where the
 * change is the same. What of a pair is unknown is compared apart.
 */
export function diffConnectivity(before: PolicyEngine, after: PolicyEngine, options: DiffOptions): ConnectivityDiff {
  const steps = diffInSteps(before, after, options)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** The same in pieces of a few milliseconds, after the whole connectivity of both sides: for those who must answer others in between. */
export function* diffInSteps(
  before: PolicyEngine,
  after: PolicyEngine,
  { level, external = true }: DiffOptions,
): Generator<undefined, ConnectivityDiff> {
  const old = before.connectivity(level, { external })
  yield
  const now = after.connectivity(level, { external })
  yield
  const [oldEnds, newEnds] = [new Set(old.ends), new Set(now.ends)]

  /** Outside addresses are among no ends: they are always there. */
  const presence = (end: string): 'appears' | 'disappears' | null =>
    oldEnds.has(end) === newEnds.has(end) ? null : newEnds.has(end) ? 'appears' : 'disappears'
  const explained = (cell: { src: string; dst: string; before: ConnectionSet; after: ConnectionSet }): ConnectivityChange => {
    const ends: WorkloadChange = { src: presence(cell.src), dst: presence(cell.dst) }
    const states = [ends.src, ends.dst]
    return {
      type: cell.before === 'none' ? 'added' : cell.after === 'none' ? 'removed' : 'changed',
      ...cell,
      workloadChange: ends.src === null && ends.dst === null ? null : ends,
      because: changeReasons(cell, states.includes('appears') ? null : before, states.includes('disappears') ? null : after),
    }
  }

  const changes: ConnectivityChange[] = []
  for (const { src, dst, ...cell } of diffRows(old.connections, now.connections, areEqual)) {
    changes.push(explained({ src, dst, before: connsOf(cell.before), after: connsOf(cell.after) }))
    yield
  }
  const unknown = diffRows(old.unknown, now.unknown, areEqual).flatMap(({ src, dst, ...cell }): readonly UnknownChange[] => {
    const row: UnknownRow | null = cell.after ?? cell.before
    return row === null ? [] : [{ src, dst, before: connsOf(cell.before), after: connsOf(cell.after), reason: row.reason }]
  })
  return { level, changes, unknown }
}

function connsOf(row: ConnectionRow | null): ConnectionSet {
  return row?.conns ?? 'none'
}

function areEqual(a: ConnectionRow | null, b: ConnectionRow | null): boolean {
  const [first, second] = [connsOf(a), connsOf(b)]
  return first === second || JSON.stringify(first) === JSON.stringify(second)
}
