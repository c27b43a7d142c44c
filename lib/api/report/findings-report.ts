import type { Detector } from '../../detect/catalogue/detector'
import type { Finding, Severity } from '../../detect/finding'
import { countSeverities } from '../findings-document'
import type { Basis } from './basis'

/** What the detectors found in a cluster, gravest first. */
export type FindingsReport = {
  readonly basis: Basis
  readonly findings: readonly Finding[]
  /** Everything that is looked for, by id. */
  readonly detectors: readonly Detector[]
}

export type FindingCounts = Readonly<Record<Severity, number>>

export function countFindings(findings: readonly Finding[]): FindingCounts {
  return countSeverities(findings)
}

/** `1 error, 2 warnings`; what there is none of is left out. */
export function countsText({ error, warning, info }: FindingCounts): string {
  const parts = [
    ...(error > 0 ? [`${error} ${error === 1 ? 'error' : 'errors'}`] : []),
    ...(warning > 0 ? [`${warning} ${warning === 1 ? 'warning' : 'warnings'}`] : []),
    ...(info > 0 ? [`${info} ${info === 1 ? 'note' : 'notes'}`] : []),
  ]
  return parts.length === 0 ? 'nothing found' : parts.join(', ')
}
