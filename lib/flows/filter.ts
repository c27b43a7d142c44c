import type { Result } from '../model/problem'
import { FIELD_RULES, type FieldRule, findField } from './filter-fields'
import type { Filter, FilterProblem, FilterSide } from './filter-types'

/** Longest filter that is read. */
export const MAX_FILTER_LENGTH = 4_000
/** Deepest nesting of parentheses and negations. */
const MAX_DEPTH = 24

/**
 * Reads a filter: `field:value` terms, bare words, `-` for not, `from:` and `to:` before a term, comma lists,
 * quotes, `or`, `and` (which may be left out), parentheses. `and` binds tighter than `or`. Takes time linear in the
 * length of the text; there are no regular expressions in the language.
 */
export function parseFilter(text: string): Result<Filter, FilterProblem> {
  if (text.length > MAX_FILTER_LENGTH) {
    return fail({
      position: MAX_FILTER_LENGTH,
      length: text.length - MAX_FILTER_LENGTH,
      message: `a filter has at most ${MAX_FILTER_LENGTH} characters`,
      allowed: [],
    })
  }
  const reader = new FilterReader(text)
  try {
    return { ok: true, value: reader.readAll() }
  } catch (error) {
    if (error instanceof Refusal) return fail(error.problem)
    throw error
  }
}

/** All of several filters, in the one form that has no needless nesting. */
export function allOf(filters: readonly Filter[]): Filter {
  const flat = filters.flatMap((filter) => (filter.kind === 'all' ? filter.filters : [filter]))
  const [only] = flat
  return flat.length === 1 && only !== undefined ? only : { kind: 'all', filters: flat }
}

/** Any of several filters (at least one), in the one form that has no needless nesting. */
export function anyOf(filters: readonly Filter[]): Filter {
  const flat = filters.flatMap((filter) => (filter.kind === 'any' ? filter.filters : [filter]))
  const [only] = flat
  return flat.length === 1 && only !== undefined ? only : { kind: 'any', filters: flat }
}

export const EVERYTHING: Filter = { kind: 'all', filters: [] }

function fail(problem: FilterProblem): Result<Filter, FilterProblem> {
  return { ok: false, error: problem }
}

/** Carries a problem out of the recursion; never leaves this file. */
class Refusal extends Error {
  override name = 'Refusal'
  readonly problem: FilterProblem

  constructor(problem: FilterProblem) {
    super(problem.message)
    this.problem = problem
  }
}

const FIELD_WORDS = FIELD_RULES.map((rule) => rule.field)

class FilterReader {
  private readonly text: string
  private at = 0

  constructor(text: string) {
    this.text = text
  }

  readAll(): Filter {
    this.skipSpace()
    if (this.at === this.text.length) return EVERYTHING
    const filter = this.readAny(0)
    if (this.at < this.text.length) this.refuse(this.at, 1, 'this ) has no ( before it')
    return filter
  }

  private readAny(depth: number): Filter {
    const filters = [this.readEvery(depth)]
    while (this.takeKeyword('or')) filters.push(this.readEvery(depth))
    return anyOf(filters)
  }

  private readEvery(depth: number): Filter {
    const filters: Filter[] = []
    for (;;) {
      this.skipSpace()
      if (this.at === this.text.length || this.text[this.at] === ')' || this.isKeyword('or')) break
      if (filters.length > 0) this.takeKeyword('and')
      filters.push(this.readOne(depth))
    }
    if (filters.length === 0) this.refuse(this.at, 1, 'a term is missing here', FIELD_WORDS)
    return allOf(filters)
  }

  private readOne(depth: number): Filter {
    this.skipSpace()
    if (depth > MAX_DEPTH) this.refuse(this.at, 1, `nested deeper than ${MAX_DEPTH} levels`)
    const start = this.at
    if (this.takeKeyword('not')) return { kind: 'not', filter: this.readOne(depth + 1) }
    if (this.text[this.at] === '-') {
      this.at++
      if (this.isSpace(this.at)) this.refuse(start, 1, 'nothing follows this -; put a bare - in quotes')
      return { kind: 'not', filter: this.readOne(depth + 1) }
    }
    if (this.text[this.at] !== '(') return this.readTerm()
    this.at++
    this.skipSpace()
    if (this.text[this.at] === ')') this.refuse(start, this.at + 1 - start, 'nothing is between these parentheses')
    const filter = this.readAny(depth + 1)
    if (this.text[this.at] !== ')') this.refuse(start, 1, 'this ( is not closed')
    this.at++
    return filter
  }

  private readTerm(): Filter {
    const side = this.takeSide()
    const start = this.at
    const word = this.wordBeforeColon()
    const rule = word === null ? null : findField(word)
    if (word !== null && rule !== null) {
      this.at += word.length + 1
      if (side !== null && !rule.hasSides) this.refuse(start, word.length, `${rule.field} belongs to the connection, not to one end of it`)
      return { kind: 'term', side, field: rule.field, values: this.readValues(rule, start) }
    }
    if (word !== null && isFieldLike(word) && !this.isAddressLike()) {
      this.refuse(start, word.length, `${word} is no field; put text with a colon in quotes`, FIELD_WORDS)
    }
    const text = this.readValue(false)
    if (text === '') this.refuse(this.at, 1, 'a term is missing here', FIELD_WORDS)
    return { kind: 'text', side, text }
  }

  private takeSide(): FilterSide {
    const word = this.wordBeforeColon()?.toLowerCase()
    if (word !== 'from' && word !== 'to') return null
    this.at += word.length + 1
    return word
  }

  private readValues(rule: FieldRule, termStart: number): readonly string[] {
    const values: string[] = []
    do {
      if (values.length > 0) this.at++
      const start = this.at
      const written = this.readValue(true)
      if (written === '')
        this.refuse(
          termStart,
          Math.max(1, this.at - termStart),
          `${rule.field} needs a value, for example ${rule.field}:${rule.example}`,
          rule.allowed ?? [],
        )
      const value = rule.read(written)
      if (value === null) {
        const wanted = rule.allowed === null ? `for example ${rule.example}` : `one of ${rule.allowed.join(', ')}`
        this.refuse(start, this.at - start, `${written} is no value of ${rule.field}: ${wanted}`, rule.allowed ?? [])
      } else if (!values.includes(value)) values.push(value)
      if (values.length > MAX_VALUES) this.refuse(start, this.at - start, `a term has at most ${MAX_VALUES} values`)
    } while (this.text[this.at] === ',')
    return values
  }

  /** One value: in quotes, or up to a space, a parenthesis or (in a list) a comma. */
  private readValue(isListed: boolean): string {
    if (this.text[this.at] === '"') return this.readQuoted()
    const start = this.at
    while (this.at < this.text.length && !this.isSpace(this.at)) {
      const mark = this.text[this.at]
      if (mark === '(' || mark === ')' || mark === '"' || (isListed && mark === ',')) break
      this.at++
    }
    return this.text.slice(start, this.at)
  }

  private readQuoted(): string {
    const start = this.at
    let value = ''
    for (this.at++; this.at < this.text.length; this.at++) {
      const mark = this.text[this.at] ?? ''
      if (mark === '"') {
        this.at++
        return value
      }
      if (mark === '\\') this.at++
      value += this.text[this.at] ?? ''
    }
    return this.refuse(start, 1, 'this quote is not closed')
  }

  /** The letters before a colon that starts a field, without moving; null when there are none. */
  private wordBeforeColon(): string | null {
    let end = this.at
    while (end < this.text.length && end - this.at < 64 && isWordCharacter(this.text.charCodeAt(end))) end++
    return end > this.at && this.text[end] === ':' ? this.text.slice(this.at, end) : null
  }

  /** True when the word here is an IPv6 address: colons, digits and hex letters, at least two colons. */
  private isAddressLike(): boolean {
    let colons = 0
    let end = this.at
    for (; end < this.text.length && !this.isSpace(end) && this.text[end] !== ')'; end++) {
      const mark = this.text[end] ?? ''
      if (mark === ':') colons++
      else if (!'0123456789abcdefABCDEF./'.includes(mark)) return false
    }
    return colons >= 2
  }

  private isKeyword(keyword: string): boolean {
    const end = this.at + keyword.length
    if (this.text.slice(this.at, end).toLowerCase() !== keyword) return false
    return end >= this.text.length || this.isSpace(end) || this.text[end] === '(' || this.text[end] === ')'
  }

  private takeKeyword(keyword: string): boolean {
    this.skipSpace()
    if (!this.isKeyword(keyword)) return false
    this.at += keyword.length
    return true
  }

  private skipSpace(): void {
    while (this.at < this.text.length && this.isSpace(this.at)) this.at++
  }

  private isSpace(index: number): boolean {
    const mark = this.text[index]
    return mark === undefined || mark === ' ' || mark === '\t' || mark === '\n' || mark === '\r'
  }

  private refuse(position: number, length: number, message: string, allowed: readonly string[] = []): never {
    throw new Refusal({ position, length, message, allowed })
  }
}

const MAX_VALUES = 200

function isWordCharacter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 45
}

/** Lower-case words before a colon are meant as fields; `NetworkPolicy:shop/cart` is a name and so plain text. */
function isFieldLike(word: string): boolean {
  return word === word.toLowerCase()
}
