import type { Filter, FilterTerm } from './filter-types'

/** Writes a filter so that parsing it gives the same filter again. */
export function printFilter(filter: Filter): string {
  return print(filter, 'top')
}

function print(filter: Filter, inside: 'top' | 'any' | 'all' | 'not'): string {
  switch (filter.kind) {
    case 'all': {
      const text = filter.filters.map((each) => print(each, 'all')).join(' ')
      return inside === 'not' || inside === 'all' ? `(${text})` : text
    }
    case 'any': {
      const text = filter.filters.map((each) => print(each, 'any')).join(' or ')
      return inside === 'top' ? text : `(${text})`
    }
    case 'not':
      return `-${print(filter.filter, 'not')}`
    case 'term':
      return printTerm(filter)
    case 'text':
      return `${filter.side === null ? '' : `${filter.side}:`}${printText(filter.text)}`
  }
}

/** One term as a chip shows it. */
export function printTerm(term: FilterTerm): string {
  const side = term.side === null ? '' : `${term.side}:`
  return `${side}${term.field}:${term.values.map(printValue).join(',')}`
}

const KEYWORDS: ReadonlySet<string> = new Set(['or', 'and', 'not'])

function printText(text: string): string {
  const isPlain = isBare(text) && !text.includes(':') && !text.startsWith('-') && !KEYWORDS.has(text.toLowerCase())
  return isPlain ? text : quoted(text)
}

function printValue(value: string): string {
  return isBare(value) && !value.includes(',') ? value : quoted(value)
}

function isBare(text: string): boolean {
  if (text === '') return false
  for (const mark of text) if (' \t\n\r()"\\'.includes(mark)) return false
  return true
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}
