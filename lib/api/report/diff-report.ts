import { compareText } from '../../model/compare-text'
import { allowsMore } from '../../policy/diff/compare-connections'
import type { ConnectivityChange, ConnectivityDiff } from '../../policy/diff/connectivity-change'
import { type ChangeTotals, countChanges } from '../../review/count-changes'
import type { Evidence } from '../../review/evidence'
import type { FlowReplay } from '../../review/flow-replay'
import { connectionSentence, flowSentence } from '../../review/summarise-review'
import type { Basis } from './basis'
import { isOutsideName, joinOutside } from './join-outside'

/** Everything that a comparison of two sets of manifests found. */
export type DiffReport = {
  readonly basis: { readonly before: Basis; readonly after: Basis }
  readonly diff: ConnectivityDiff
  readonly replay: FlowReplay
  readonly evidence: Evidence
}

export const CHANGE_KINDS = ['opened', 'closed', 'broken'] as const
/** What a pipeline may stop for: a connection that opens, one that closes, recorded traffic that breaks. */
export type ChangeKind = (typeof CHANGE_KINDS)[number]

export function isOpened({ before, after }: Pick<ConnectivityChange, 'before' | 'after'>): boolean {
  return allowsMore(before, after)
}

export function isClosed({ before, after }: Pick<ConnectivityChange, 'before' | 'after'>): boolean {
  return allowsMore(after, before)
}

/** How often each kind of change was found: pairs that open, pairs that close, recorded connections that break. */
export function countKinds({ diff, replay }: DiffReport): Readonly<Record<ChangeKind, number>> {
  return {
    opened: diff.changes.filter(isOpened).length,
    closed: diff.changes.filter(isClosed).length,
    broken: replay.totals.newlyDenied.connections,
  }
}

/** The changes in the words of people: nothing before, nothing after, or other ports; the outside as `joinChanges` has it. */
export function changeGroups({ diff }: DiffReport): readonly { readonly title: string; readonly changes: readonly ConnectivityChange[] }[] {
  const changes = joinChanges(diff.changes)
  const byPolicy = changes.filter(({ workloadChange }) => workloadChange === null)
  return [
    { title: 'Opened', changes: byPolicy.filter(({ type }) => type === 'added') },
    { title: 'Closed', changes: byPolicy.filter(({ type }) => type === 'removed') },
    { title: 'Other ports', changes: byPolicy.filter(({ type }) => type === 'changed') },
    { title: 'Because workloads come or go', changes: changes.filter(({ workloadChange }) => workloadChange !== null) },
  ].filter(({ changes }) => changes.length > 0)
}

/** How many pairs change, with the outside as `joinChanges` has it. */
export function countJoined({ changes }: ConnectivityDiff): ChangeTotals {
  return countChanges(joinChanges(changes))
}

/** The same for people: every address outside is one end, where all of them change alike. */
function joinChanges(changes: readonly ConnectivityChange[]): readonly ConnectivityChange[] {
  const ordered = [...changes].sort((a, b) => compareText(pairKey(a), pairKey(b)))
  const areAlike = (a: ConnectivityChange, b: ConnectivityChange): boolean =>
    JSON.stringify([a.before, a.after, a.because]) === JSON.stringify([b.before, b.after, b.because])
  return [...joinOutside(ordered, areAlike)]
}

/** By the end that is inside, so that the ranges outside come together. */
function pairKey({ src, dst }: ConnectivityChange): string {
  return isOutsideName(src) ? `${dst}\n1\n${src}` : isOutsideName(dst) ? `${src}\n2\n${dst}` : `${src}\n0\n${dst}`
}

/** The answer in a sentence or two: what breaks first, then what opens and closes. */
export function diffSummary({ diff, replay, evidence }: DiffReport): string {
  const connections = connectionSentence(countJoined(diff))
  return evidence.sources === 0 ? connections : `${flowSentence(replay, evidence)} ${connections}`
}
