import type { FindingDocument } from '@/lib/api/findings-document'
import { namespaceOfFinding } from '@/lib/api/findings-document'
import { type ListFilter, listFilter } from '../live/list-filter'

/** A filter of the page read as a filter of findings: `ns:`, the object by its kind, and words in all that a finding says. */
export function findingFilter(text: string): ListFilter<FindingDocument> {
  return listFilter(text, {
    words: ({ id, object, message, field, value, evidence }) => [
      id,
      object.ref,
      object.kind,
      message,
      field ?? '',
      value ?? '',
      ...evidence,
    ],
    fields: {
      ns: (finding, values) => values.includes(namespaceOfFinding(finding) ?? ''),
      workload: isAbout,
      service: isAbout,
      policy: isAbout,
      node: isAbout,
    },
  })
}

/** The object under its contract name, without the kind in front, or as it is called. */
function isAbout({ object }: FindingDocument, values: readonly string[]): boolean {
  const names = [object.ref, object.ref.slice(object.ref.indexOf(':') + 1), object.name]
  return values.some((value) => names.includes(value))
}
