import { allOf, EVERYTHING, parseFilter } from '@/lib/flows/filter'
import { printFilter } from '@/lib/flows/filter-print'
import { type FilterChoice, toggleFilter } from '@/lib/flows/filter-toggle'
import type { Filter, FilterField, FilterTerm } from '@/lib/flows/filter-types'
import type { ViewState } from './url-state'

/**
 * One text for everything in the view that chooses flows: its filter, namespaces and verdicts, and more. A filter that cannot
 * be read is handed on as it is, so that the server refuses it instead of answering something else.
 */
export function flowFilter(view: Pick<ViewState, 'filter' | 'namespaces' | 'verdicts'>, more: readonly Filter[] = []): string {
  const typed = parseFilter(view.filter)
  if (!typed.ok) return view.filter
  return printFilter(allOf([typed.value, ...anyValue('ns', view.namespaces), ...anyValue('verdict', view.verdicts), ...more]))
}

/** The filter text after a click on a value; a text that cannot be read is replaced by the choice alone. */
export function afterChoice(text: string, choice: FilterChoice): string {
  const typed = parseFilter(text)
  return printFilter(toggleFilter(typed.ok ? typed.value : EVERYTHING, choice))
}

/** A term on one field; no values mean no term. */
export function anyValue(field: FilterField, values: readonly string[], side: FilterTerm['side'] = null): readonly FilterTerm[] {
  return values.length === 0 ? [] : [{ kind: 'term', side, field, values }]
}
