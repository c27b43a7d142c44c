import { allOf, anyOf } from './filter'
import { printFilter } from './filter-print'
import type { Filter, FilterField } from './filter-types'

/** What the sums of the flow window do not keep: a column of the timeline cannot be asked for it. */
const NOT_KEPT: ReadonlySet<FilterField> = new Set(['l7', 'method', 'path', 'status', 'node', 'state'])

export type TimelineFilter = {
  /** What is left of the filter; it matches at least everything that the whole filter would. */
  readonly applied: Filter
  /** The terms that are left out, as text, each once. */
  readonly unapplied: readonly string[]
}

/**
 * Leaves out what the window's sums cannot tell. A choice (`or`) with such a term in it is left out as a whole: the term
 * might have held.
 */
export function timelineFilter(filter: Filter): TimelineFilter {
  const unapplied = new Set<string>()
  const applied = keep(filter, false, unapplied)
  return { applied: applied ?? allOf([]), unapplied: [...unapplied] }
}

/** null when nothing of the filter can be applied. Under a negation `all` is the choice and `any` is not. */
function keep(filter: Filter, isNegated: boolean, unapplied: Set<string>): Filter | null {
  switch (filter.kind) {
    case 'text':
      return filter
    case 'term':
      if (!NOT_KEPT.has(filter.field)) return filter
      unapplied.add(printFilter(filter))
      return null
    case 'not': {
      const inner = keep(filter.filter, !isNegated, unapplied)
      return inner === null ? null : { kind: 'not', filter: inner }
    }
    case 'all':
    case 'any': {
      const kept = filter.filters.map((each) => keep(each, isNegated, unapplied))
      const rest = kept.filter((each) => each !== null)
      const isChoice = (filter.kind === 'any') !== isNegated
      if (rest.length < kept.length && (isChoice || rest.length === 0)) {
        for (const each of rest) for (const term of termsOf(each)) unapplied.add(term)
        return null
      }
      return filter.kind === 'all' ? allOf(rest) : anyOf(rest)
    }
  }
}

function termsOf(filter: Filter): readonly string[] {
  if (filter.kind === 'not') return termsOf(filter.filter)
  return filter.kind === 'all' || filter.kind === 'any' ? filter.filters.flatMap(termsOf) : [printFilter(filter)]
}
