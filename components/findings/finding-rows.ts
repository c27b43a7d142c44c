import type { FindingDocument } from '@/lib/api/findings-document'
import { namespaceOfFinding } from '@/lib/api/findings-document'
import { SEVERITIES, type Severity } from '@/lib/detect/finding'
import { compareText } from '@/lib/model/compare-text'
import type { Sort } from '../ui/sort'

/** The table line by line: a heading for each severity, then its findings. */
export type FindingLine =
  | { readonly kind: 'group'; readonly key: string; readonly severity: Severity; readonly count: number }
  | { readonly kind: 'finding'; readonly key: string; readonly finding: FindingDocument }

export type FindingColumn = 'finding' | 'detector' | 'object' | 'namespace' | 'since'
export type FindingSort = Sort<FindingColumn>

export const DEFAULT_SORT: FindingSort = { column: 'detector', direction: 'ascending' }

/** Gravest first; the order holds inside each severity. */
export function findingLines(findings: readonly FindingDocument[], sort: FindingSort): readonly FindingLine[] {
  const sign = sort.direction === 'ascending' ? 1 : -1
  return SEVERITIES.flatMap((severity): readonly FindingLine[] => {
    const own = findings.filter((finding) => finding.severity === severity)
    if (own.length === 0) return []
    const lines = own
      .toSorted((a, b) => sign * compare(a, b, sort.column) || compareText(a.id, b.id) || compareText(a.object.ref, b.object.ref))
      .map((finding): FindingLine => ({ kind: 'finding', key: finding.key, finding }))
    return [{ kind: 'group', key: severity, severity, count: own.length }, ...lines]
  })
}

function compare(a: FindingDocument, b: FindingDocument, column: FindingColumn): number {
  switch (column) {
    case 'finding':
      return compareText(a.message, b.message)
    case 'detector':
      return compareText(a.id, b.id)
    case 'object':
      return compareText(a.object.name, b.object.name)
    case 'namespace':
      return compareText(namespaceOfFinding(a) ?? '', namespaceOfFinding(b) ?? '')
    case 'since':
      return compareText(a.since, b.since)
  }
}

/** The detectors that found something, with how often, by id. */
export function detectorCounts(findings: readonly FindingDocument[]): readonly (readonly [id: string, count: number])[] {
  const counts = new Map<string, number>()
  for (const { id } of findings) counts.set(id, (counts.get(id) ?? 0) + 1)
  return [...counts].sort(([a], [b]) => compareText(a, b))
}
