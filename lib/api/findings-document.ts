import { type Finding, SEVERITIES, type Severity } from '../detect/finding'
import { type Bounded, bounded } from './bounded'
import type { Document } from './documents'

/** `GET /api/v1/findings`: what the detectors see now, gravest first. */
export type FindingsDocument = Document<'Findings'> & {
  readonly findings: Bounded<Finding>
  /** How many there are of each severity, before any bound. */
  readonly severities: Readonly<Record<Severity, number>>
}

const MAX_FINDINGS = 2_000

/** Empty `namespaces` and `severities` leave nothing out; findings about cluster-scoped things are always among them. */
export function findingsDocument(
  findings: readonly Finding[],
  wanted: { readonly namespaces: readonly string[]; readonly severities: readonly Severity[] },
): FindingsDocument {
  const namespaceOf = ({ object }: Finding) => (object.kind === 'Namespace' ? object.name : object.namespace)
  const chosen = gravestFirst(findings).filter((finding) => {
    const namespace = namespaceOf(finding)
    const isInside = wanted.namespaces.length === 0 || namespace === null || wanted.namespaces.includes(namespace)
    return isInside && (wanted.severities.length === 0 || wanted.severities.includes(finding.severity))
  })
  const countOf = (severity: Severity) => chosen.filter((finding) => finding.severity === severity).length
  return {
    apiVersion: 'sluice/v1',
    kind: 'Findings',
    findings: bounded(chosen, MAX_FINDINGS),
    severities: { error: countOf('error'), warning: countOf('warning'), info: countOf('info') },
  }
}

export function gravestFirst<Item extends { readonly severity: Severity }>(items: readonly Item[]): readonly Item[] {
  return SEVERITIES.flatMap((severity) => items.filter((item) => item.severity === severity))
}
