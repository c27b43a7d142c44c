import type { InputProblem } from '../model/problem'
import { enforcedByNobody } from '../platform/enforcer'
import type { ConnectionRow } from '../policy/connectivity/connectivity'
import type { ConnectivityDiff } from '../policy/diff/connectivity-change'
import type { ObjectChange } from '../review/change-set'
import type { FindingChange } from '../review/compare-findings'
import { type ChangeTotals, countChanges } from '../review/count-changes'
import type { Evidence } from '../review/evidence'
import type { FlowReplay, ReplayedConnection } from '../review/flow-replay'
import { summariseReview } from '../review/summarise-review'
import type { Document } from './documents'
import { printTime } from './print-time'
import type { Basis } from './report/basis'
import { countJoined } from './report/diff-report'

/** Pairs, objects and problems listed; the totals count all of them. */
export const MAX_LISTED_CHANGES = 5_000
const MAX_LISTED_OBJECTS = 1_000
const MAX_LISTED_PROBLEMS = 200
const MAX_LISTED_FINDINGS = 200

export type DraftProblem = {
  /** `changes`, the field of the request that holds the draft. */
  readonly path: string
  /** Counted from 1 in the draft. */
  readonly line: number | null
  readonly column: number | null
  readonly severity: InputProblem['severity']
  readonly message: string
}

export type ReplayedDocument = Omit<ReplayedConnection, 'firstSeen' | 'lastSeen'> & {
  readonly firstSeen: string
  readonly lastSeen: string
}

/** `POST /api/v1/diff`: what a draft would change, and what of the recorded traffic it would break. */
export type DiffDocument = Document<'ConnectivityDiff'> & {
  /** The answer in one or two sentences. */
  readonly summary: string
  readonly level: ConnectivityDiff['level']
  /** What the draft does to objects. */
  readonly objects: readonly ObjectChange[]
  readonly problems: readonly DraftProblem[]
  /** False when a part of the draft could not be read and is left out of all the rest. */
  readonly isComplete: boolean
  readonly changes: ConnectivityDiff['changes']
  readonly unknown: ConnectivityDiff['unknown']
  /** Counts all changes, those that the list leaves out included. */
  readonly totals: ChangeTotals & { readonly unknown: number }
  /** Pairs of which nothing changes; null when they were not asked for. */
  readonly unchanged: UnchangedPairs | null
  readonly flows: Omit<FlowReplay, 'newlyDenied' | 'newlyAllowed'> & {
    readonly newlyDenied: readonly ReplayedDocument[]
    readonly newlyAllowed: readonly ReplayedDocument[]
  }
  readonly evidence: EvidenceDocument
  /** What the detectors would find after the change and not before, and the other way round. */
  readonly findings: FindingChange
  readonly basis: { readonly before: Basis; readonly after: Basis }
  /** The reading of the cluster that the draft was compared with. */
  readonly revision: number
}

export type UnchangedPairs = {
  /** The first of them, by source. */
  readonly connections: readonly ConnectionRow[]
  readonly total: number
}

type EvidenceTimes = 'from' | 'to' | 'firstFlow' | 'lastFlow'
export type EvidenceDocument = Omit<Evidence, EvidenceTimes> & Readonly<Record<EvidenceTimes, string | null>>

export type DiffParts = {
  readonly objects: readonly ObjectChange[]
  readonly problems: readonly InputProblem[]
  readonly isComplete: boolean
  readonly diff: ConnectivityDiff
  readonly unchanged: UnchangedPairs | null
  readonly replay: FlowReplay
  readonly evidence: Evidence
  readonly findings: FindingChange
  readonly basis: { readonly before: Basis; readonly after: Basis }
  readonly revision: number
}

export function diffDocument(parts: DiffParts): DiffDocument {
  const { objects, diff, replay, evidence, findings, basis, unchanged } = parts
  const totals = countChanges(diff.changes)
  return {
    apiVersion: 'sluice/v1',
    kind: 'ConnectivityDiff',
    summary: summaryOf(parts),
    level: diff.level,
    objects: objects.slice(0, MAX_LISTED_OBJECTS),
    problems: draftProblemDocuments(parts.problems),
    isComplete: parts.isComplete,
    changes: diff.changes.slice(0, MAX_LISTED_CHANGES),
    unknown: diff.unknown.slice(0, MAX_LISTED_CHANGES),
    totals: { ...totals, unknown: diff.unknown.length },
    unchanged,
    flows: { ...replay, newlyDenied: replay.newlyDenied.map(replayedDocument), newlyAllowed: replay.newlyAllowed.map(replayedDocument) },
    evidence: evidenceDocument(evidence),
    findings: { introduced: findings.introduced.slice(0, MAX_LISTED_FINDINGS), cleared: findings.cleared.slice(0, MAX_LISTED_FINDINGS) },
    basis,
    revision: parts.revision,
  }
}

/** Counts the outside as one end where all of it changes alike, as the page and the reports do. */
function summaryOf({ objects, diff, replay, evidence, basis }: DiffParts): string {
  const nobody = enforcedByNobody(basis.after.enforcer)
  return summariseReview({ objects, totals: countJoined(diff), replay, evidence, enforcedByNobody: nobody })
}

export function draftProblemDocuments(problems: readonly InputProblem[]): DraftProblem[] {
  return problems
    .slice(0, MAX_LISTED_PROBLEMS)
    .map(({ line, column, severity, message }) => ({ path: 'changes', line, column, severity, message }))
}

export function replayedDocument({ firstSeen, lastSeen, ...rest }: ReplayedConnection): ReplayedDocument {
  return { ...rest, firstSeen: printTime(firstSeen), lastSeen: printTime(lastSeen) }
}

export function evidenceDocument({ from, to, firstFlow, lastFlow, ...rest }: Evidence): EvidenceDocument {
  const print = (at: number | null) => (at === null ? null : printTime(at))
  return { ...rest, from: print(from), to: print(to), firstFlow: print(firstFlow), lastFlow: print(lastFlow) }
}
