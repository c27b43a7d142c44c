import { atOnce, type Steps } from '../../model/steps'
import type { PolicyEngine } from '../engine'
import type { ConnectionSet } from '../types'
import { changeReasons } from './change-reasons'
import type { ConnectivityChange, ConnectivityDiff, UnknownChange, WorkloadChange } from './connectivity-change'
import { diffCells } from './diff-cells'
import { areSetsEqual } from './pair-change'

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
  return atOnce(diffInSteps(before, after, options))
}

/** The same in pieces of a few milliseconds, after the whole connectivity of both sides: for those who must answer others in between. */
export function* diffInSteps(before: PolicyEngine, after: PolicyEngine, { level, external = true }: DiffOptions): Steps<ConnectivityDiff> {
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
  const unknown: UnknownChange[] = []
  for (const { src, dst, before: was, after: is } of diffCells(old, now)) {
    if (!areSetsEqual(was.conns, is.conns)) changes.push(explained({ src, dst, before: was.conns, after: is.conns }))
    if (!areSetsEqual(was.unknown, is.unknown)) {
      const reason = (is.unknown === 'none' ? was : is).reason?.() ?? 'unsupported-policy'
      unknown.push({ src, dst, before: was.unknown, after: is.unknown, reason })
    }
    yield
  }
  return { level, changes, unknown }
}
