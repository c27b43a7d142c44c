import type { ViewState } from './url-state'

/** `field:value` in the filter language, quoted where the value would fall apart. */
export function filterTerm(field: string, value: string): string {
  const plain = value !== '' && !/[\s()",|]/.test(value)
  return `${field}:${plain ? value : `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`}`
}

/** Adds one term that everything must fit (`only`) or must not (`not`); the opposite term goes. */
export function withTerm(filter: string, term: string, how: 'only' | 'not'): string {
  const wanted = how === 'only' ? term : `-${term}`
  const opposite = how === 'only' ? `-${term}` : term
  const before = filter.trim()
  if (hasAlternatives(before)) return `(${before}) ${wanted}`
  const kept = before === '' ? [] : splitTerms(before).filter((part) => part !== opposite && part !== wanted)
  return [...kept, wanted].join(' ')
}

/** One text for everything in the view that chooses flows: filter, namespaces, verdicts, and more terms. */
export function flowFilter(view: ViewState, more: readonly string[] = []): string {
  const parts: string[] = []
  if (view.filter.trim() !== '') parts.push(hasAlternatives(view.filter) ? `(${view.filter.trim()})` : view.filter.trim())
  parts.push(...anyOf(view.namespaces.map((namespace) => filterTerm('ns', namespace))))
  parts.push(...anyOf(view.verdicts.map((verdict) => filterTerm('verdict', verdict))))
  return [...parts, ...more].join(' ')
}

function anyOf(terms: readonly string[]): readonly string[] {
  return terms.length < 2 ? terms : [`(${terms.join(' or ')})`]
}

/** Terms of a filter at its top level; spaces inside quotes and parentheses do not split. */
export function splitTerms(filter: string): readonly string[] {
  const terms: string[] = []
  let term = ''
  let depth = 0
  let quoted = false
  for (let at = 0; at < filter.length; at++) {
    const char = filter.charAt(at)
    if (quoted && char === '\\') {
      term += char + filter.charAt(++at)
      continue
    }
    if (char === '"') quoted = !quoted
    else if (!quoted && char === '(') depth++
    else if (!quoted && char === ')') depth--
    if (!quoted && depth <= 0 && /\s/.test(char)) {
      if (term !== '') terms.push(term)
      term = ''
    } else {
      term += char
    }
  }
  if (term !== '') terms.push(term)
  return terms
}

/** True when the text has an `or` outside of parentheses and quotes. */
export function hasAlternatives(filter: string): boolean {
  return splitTerms(filter).some((term) => term.toLowerCase() === 'or')
}
