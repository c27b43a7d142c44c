import { allOf } from './filter'
import type { Filter, FilterField, FilterSide, FilterTerm } from './filter-types'

/** What a click on a value asks for. */
export type FilterChoice = {
  readonly side: FilterSide
  readonly field: FilterField
  readonly value: string
  readonly mode: 'include' | 'exclude'
}

/**
 * Adds a value to a filter, or takes it away when it is there: values of one field at one end stand in one term
 * (`ns:shop,pay`), and a value moves over when it was asked for the other way round.
 */
export function toggleFilter(filter: Filter, choice: FilterChoice): Filter {
  const parts = filter.kind === 'all' ? filter.filters : [filter]
  const wasThere = parts.some((part) => modeOf(part, choice) === choice.mode && termOf(part)?.values.includes(choice.value) === true)
  const others = parts.flatMap((part) => {
    if (modeOf(part, choice) === null) return [part]
    const kept = withValues(part, (values) => values.filter((value) => value !== choice.value))
    return kept === null ? [] : [kept]
  })
  if (wasThere) return allOf(others)

  const home = others.findIndex((part) => modeOf(part, choice) === choice.mode)
  if (home === -1) {
    const term: FilterTerm = { kind: 'term', side: choice.side, field: choice.field, values: [choice.value] }
    return allOf([...others, choice.mode === 'include' ? term : { kind: 'not', filter: term }])
  }
  return allOf(others.map((part, index) => (index === home ? (withValues(part, (values) => [...values, choice.value]) ?? part) : part)))
}

/** How a part of the filter uses the choice's field and end; null when it is about something else. */
function modeOf(part: Filter, choice: FilterChoice): FilterChoice['mode'] | null {
  const term = termOf(part)
  if (term === null || term.field !== choice.field || term.side !== choice.side) return null
  return part.kind === 'not' ? 'exclude' : 'include'
}

function termOf(part: Filter): FilterTerm | null {
  const inner = part.kind === 'not' ? part.filter : part
  return inner.kind === 'term' ? inner : null
}

function withValues(part: Filter, change: (values: readonly string[]) => readonly string[]): Filter | null {
  const term = termOf(part)
  if (term === null) return part
  const values = change(term.values)
  if (values.length === 0) return null
  return part.kind === 'not' ? { kind: 'not', filter: { ...term, values } } : { ...term, values }
}
