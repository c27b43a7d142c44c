import { FIELD_RULES, findField } from './filter-fields'
import { printTerm } from './filter-print'
import type { FilterField } from './filter-types'

/** Values that are really there, most often seen first, by field. */
export type KnownValues = ReadonlyMap<FilterField, readonly string[]>

export type FilterHint = {
  /** What the word under the cursor becomes. */
  readonly text: string
  /** `field` still needs a value; `value` is complete. */
  readonly kind: 'side' | 'field' | 'value'
}

/**
 * Completes the word before the cursor (`from:n`, `ns:sh`, `-verdict:`): fields first, then values of the field, from
 * its list or from what is really there. At most `limit`.
 */
export function filterHints(prefix: string, values: KnownValues, limit = 20): readonly FilterHint[] {
  const negation = prefix.startsWith('-') ? '-' : ''
  let rest = prefix.slice(negation.length)
  const sideWord = ['from:', 'to:'].find((word) => rest.toLowerCase().startsWith(word)) ?? ''
  rest = rest.slice(sideWord.length)
  const before = `${negation}${sideWord}`

  const colon = rest.indexOf(':')
  const rule = colon === -1 ? null : findField(rest.slice(0, colon))
  if (rule === null) return fieldHints(before, rest.toLowerCase(), sideWord !== '', values).slice(0, limit)

  const written = rest.slice(colon + 1)
  const comma = written.lastIndexOf(',')
  const earlier = comma === -1 ? [] : written.slice(0, comma).split(',')
  const typed = written.slice(comma + 1).toLowerCase()
  const candidates = rule.allowed ?? values.get(rule.field) ?? []
  return ranked(candidates, typed)
    .filter((value) => !earlier.includes(value))
    .slice(0, limit)
    .map((value) => ({
      text: `${before}${printTerm({ kind: 'term', side: null, field: rule.field, values: [...earlier, value] })}`,
      kind: 'value',
    }))
}

function fieldHints(before: string, typed: string, isSided: boolean, values: KnownValues): readonly FilterHint[] {
  const fields = FIELD_RULES.filter(
    (rule) => (!isSided || rule.hasSides) && [rule.field, ...rule.aliases].some((word) => word.startsWith(typed)),
  )
  const hints: FilterHint[] = fields.map((rule) => ({ text: `${before}${rule.field}:`, kind: 'field' }))
  if (!isSided) for (const side of ['from:', 'to:']) if (side.startsWith(typed)) hints.push({ text: `${before}${side}`, kind: 'side' })
  if (typed === '') return hints
  for (const field of ['ns', 'workload', 'service', 'name'] as const) {
    for (const value of ranked(values.get(field) ?? [], typed).slice(0, 5)) {
      hints.push({ text: `${before}${printTerm({ kind: 'term', side: null, field, values: [value] })}`, kind: 'value' })
    }
  }
  return hints
}

/** Values that begin with what was typed, then those that contain it. */
function ranked(candidates: readonly string[], typed: string): readonly string[] {
  const beginning = candidates.filter((value) => value.toLowerCase().startsWith(typed))
  const containing = candidates.filter((value) => !value.toLowerCase().startsWith(typed) && value.toLowerCase().includes(typed))
  return [...beginning, ...containing]
}
