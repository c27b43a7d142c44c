import type { PolicyRow } from '@/lib/api/details'
import { type ListFilter, listFilter } from '../live/list-filter'

/** A filter of the page read as a filter of policies: `ns:`, `policy:` and words in the name, the kind, the tier or a problem. */
export function policyFilter(text: string): ListFilter<PolicyRow> {
  return listFilter(text, {
    words: ({ ref, tier, problems }) => [ref, tier, ...problems.items.map(({ message }) => message)],
    fields: {
      ns: ({ namespace }, values) => namespace !== null && values.includes(namespace),
      policy: ({ ref, name }, values) => values.some((value) => value === ref || value === name),
    },
  })
}
