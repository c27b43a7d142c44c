import { type DatedFinding, type Finding, SEVERITIES, type Severity } from '../detect/finding'
import { findingKeys } from '../detect/finding-keys'
import { type Bounded, bounded } from './bounded'
import type { Document } from './documents'
import { printTime } from './print-time'
import { fingerprint } from './report/fingerprint'
import type { FindingsPulse } from './stream'

/** `GET /api/v1/findings`: what the detectors see now, gravest first. */
export type FindingsDocument = Document<'Findings'> & {
  readonly findings: Bounded<FindingDocument>
  /** How many there are of each severity, before any bound. */
  readonly severities: Readonly<Record<Severity, number>>
  /** When the cluster was last judged; null before the first time. */
  readonly judgedAt: string | null
  /** Why what is there now could not be judged, and the findings are those of `judgedAt`; null when it could. */
  readonly problem: string | null
  /** Counted up whenever a finding comes, goes or says something else. */
  readonly revision: number
}

/** One finding, with the time since which it has been found. */
export type FindingDocument = Finding & {
  readonly since: string
  /** Names the finding as long as it is found. */
  readonly key: string
}

export type FindingsWanted = {
  /** Empty lists leave nothing out; findings about cluster-scoped things are in every namespace. */
  readonly namespaces: readonly string[]
  readonly severities: readonly Severity[]
  /** The object that it is about, by its contract name; null for all. */
  readonly object: string | null
}

const MAX_FINDINGS = 2_000

export function findingsDocument(
  judged: {
    readonly findings: readonly DatedFinding[]
    readonly judgedAt: number | null
    readonly problem: string | null
    readonly revision: number
  },
  wanted: FindingsWanted,
): FindingsDocument {
  const keys = keysOf(judged.findings)
  const chosen = chooseFindings(judged.findings, wanted)
  const { items, total } = bounded(chosen, MAX_FINDINGS)
  return {
    apiVersion: 'sluice/v1',
    kind: 'Findings',
    findings: { items: items.map((finding) => ({ ...finding, since: printTime(finding.since), key: keys.get(finding) ?? '' })), total },
    severities: countSeverities(chosen),
    judgedAt: judged.judgedAt === null ? null : printTime(judged.judgedAt),
    problem: judged.problem,
    revision: judged.revision,
  }
}

/** What a page needs to know to ask again. */
export function findingsPulse({ findings, revision }: { readonly findings: readonly Finding[]; readonly revision: number }): FindingsPulse {
  return { revision, severities: countSeverities(findings) }
}

export function countSeverities(findings: readonly Finding[]): Readonly<Record<Severity, number>> {
  const counts = { error: 0, warning: 0, info: 0 }
  for (const { severity } of findings) counts[severity]++
  return counts
}

export function gravestFirst<Item extends { readonly severity: Severity }>(items: readonly Item[]): readonly Item[] {
  return SEVERITIES.flatMap((severity) => items.filter((item) => item.severity === severity))
}

/** The namespace that a finding belongs to; null for what is about no single one. */
export function namespaceOfFinding({ object }: Finding): string | null {
  return object.kind === 'Namespace' ? object.name : object.namespace
}

function keysOf(findings: readonly Finding[]): ReadonlyMap<Finding, string> {
  const keys = findingKeys(findings)
  return new Map(findings.map((finding, index) => [finding, fingerprint(keys[index] ?? '')]))
}

/** Gravest first. */
export function chooseFindings<Found extends Finding>(findings: readonly Found[], wanted: FindingsWanted): readonly Found[] {
  return gravestFirst(findings).filter((finding) => isWanted(finding, wanted))
}

function isWanted(finding: Finding, { namespaces, severities, object }: FindingsWanted): boolean {
  const namespace = namespaceOfFinding(finding)
  const isInside = namespaces.length === 0 || namespace === null || namespaces.includes(namespace)
  return (
    isInside && (severities.length === 0 || severities.includes(finding.severity)) && (object === null || finding.object.ref === object)
  )
}
