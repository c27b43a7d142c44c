import { namespaceOfFinding } from '@/lib/api/findings-document'
import type { Finding } from '@/lib/detect/finding'
import type { FindingCount, FindingCounts } from '@/lib/graph/finding-badges'

/** Errors and warnings by the object that they are about, and by its namespace. */
export function findingCounts(findings: readonly Finding[]): FindingCounts {
  const known = counted.get(findings)
  if (known !== undefined) return known
  const counts = new Map<string, FindingCount>()
  for (const finding of findings) {
    const { severity, object } = finding
    if (severity === 'info') continue
    for (const ref of new Set([object.ref, namespaceOfFinding(finding)])) {
      if (ref === null) continue
      const { error, warning } = counts.get(ref) ?? { error: 0, warning: 0 }
      counts.set(ref, severity === 'error' ? { error: error + 1, warning } : { error, warning: warning + 1 })
    }
  }
  counted.set(findings, counts)
  return counts
}

/** Every view asks for the same ones each second. */
const counted = new WeakMap<readonly Finding[], FindingCounts>()
