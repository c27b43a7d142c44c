import type { PolicyRow } from '@/lib/api/details'
import { parseFilter } from '@/lib/flows/filter'
import { printFilter } from '@/lib/flows/filter-print'
import type { Filter } from '@/lib/flows/filter-types'

export type PolicyFilter = {
  readonly matches: (policy: PolicyRow) => boolean
  /** Terms that say nothing about a policy, as text: the list counts as if they were not there. */
  readonly unapplied: readonly string[]
}

/**
 * A filter of the page read as a filter of policies: `ns:` and `policy:` and bare words, which may stand in the name, the kind,
 * the tier or a problem. A choice (`or`) with another term in it is left out as a whole: the term might have held.
 */
export function policyFilter(text: string): PolicyFilter {
  const read = parseFilter(text)
  if (!read.ok) return { matches: () => true, unapplied: [text] }
  const unapplied = new Set<string>()
  const test = testOf(read.value, unapplied)
  return { matches: (policy) => test === null || test(policy), unapplied: [...unapplied] }
}

type Test = (policy: PolicyRow) => boolean

/** null: nothing of the filter is about policies. */
function testOf(filter: Filter, unapplied: Set<string>): Test | null {
  switch (filter.kind) {
    case 'text': {
      const wanted = filter.text.toLowerCase()
      return (policy) => wordsOf(policy).some((word) => word.toLowerCase().includes(wanted))
    }
    case 'term':
      if (filter.field === 'ns') return ({ namespace }) => namespace !== null && filter.values.includes(namespace)
      if (filter.field === 'policy') return ({ ref, name }) => filter.values.some((value) => value === ref || value === name)
      unapplied.add(printFilter(filter))
      return null
    case 'not': {
      const inner = testOf(filter.filter, unapplied)
      return inner === null ? null : (policy) => !inner(policy)
    }
    case 'all': {
      const tests = filter.filters.flatMap((each) => testOf(each, unapplied) ?? [])
      return tests.length === 0 ? null : (policy) => tests.every((test) => test(policy))
    }
    case 'any': {
      const tests = filter.filters.map((each) => testOf(each, unapplied))
      const known = tests.flatMap((test) => test ?? [])
      if (known.length === tests.length) return (policy) => known.some((test) => test(policy))
      unapplied.add(printFilter(filter))
      return null
    }
  }
}

function wordsOf({ ref, tier, problems }: PolicyRow): readonly string[] {
  return [ref, tier, ...problems.items.map(({ message }) => message)]
}
