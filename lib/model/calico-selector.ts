import type { Labels } from './labels'
import type { Result } from './problem'

/** A parsed selector of the Calico language. Source: libcalico-go/lib/selector. */
export type CalicoSelector =
  | { readonly kind: 'all' | 'global' }
  | { readonly kind: 'has'; readonly key: string }
  | { readonly kind: 'equals' | 'differs' | 'contains' | 'starts with' | 'ends with'; readonly key: string; readonly value: string }
  | { readonly kind: 'in' | 'not in'; readonly key: string; readonly values: ReadonlySet<string> }
  | { readonly kind: 'not'; readonly operand: CalicoSelector }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly CalicoSelector[] }

/** Where the text stops making sense, counted from 0, and why. */
export type SelectorProblem = { readonly offset: number; readonly message: string }

/** Deeper nesting is refused, so that no text can exhaust the stack. */
const MAX_DEPTH = 200

/** Parses a selector in linear time. Blank text is `all()`. */
export function parseCalicoSelector(text: string): Result<CalicoSelector, SelectorProblem> {
  try {
    const parser = new Parser(text)
    return { ok: true, value: parser.parse() }
  } catch (error) {
    if (error instanceof SelectorSyntaxError) return { ok: false, error: { offset: error.offset, message: error.message } }
    throw error
  }
}

/** Whether the labels meet the selector. Negative tests also hold for an absent label. */
export function matchesCalicoSelector(selector: CalicoSelector, labels: Pick<Labels, 'get' | 'has'>): boolean {
  switch (selector.kind) {
    case 'all':
    case 'global':
      return true
    case 'has':
      return labels.has(selector.key)
    case 'equals':
      return labels.get(selector.key) === selector.value
    case 'differs':
      return labels.get(selector.key) !== selector.value
    case 'contains':
      return labels.get(selector.key)?.includes(selector.value) ?? false
    case 'starts with':
      return labels.get(selector.key)?.startsWith(selector.value) ?? false
    case 'ends with':
      return labels.get(selector.key)?.endsWith(selector.value) ?? false
    case 'in':
    case 'not in': {
      const value = labels.get(selector.key)
      const isListed = value !== undefined && selector.values.has(value)
      return selector.kind === 'in' ? isListed : !isListed
    }
    case 'not':
      return !matchesCalicoSelector(selector.operand, labels)
    case 'and':
      return selector.operands.every((operand) => matchesCalicoSelector(operand, labels))
    case 'or':
      return selector.operands.some((operand) => matchesCalicoSelector(operand, labels))
  }
}

/** The one text of a selector: equal texts mean the same. */
export function formatCalicoSelector(selector: CalicoSelector): string {
  switch (selector.kind) {
    case 'all':
      return 'all()'
    case 'global':
      return 'global()'
    case 'has':
      return `has(${selector.key})`
    case 'equals':
      return `${selector.key} == ${quote(selector.value)}`
    case 'differs':
      return `${selector.key} != ${quote(selector.value)}`
    case 'contains':
    case 'starts with':
    case 'ends with':
      return `${selector.key} ${selector.kind} ${quote(selector.value)}`
    case 'in':
    case 'not in':
      return `${selector.key} ${selector.kind} {${[...selector.values].sort().map(quote).join(', ')}}`
    case 'not':
      return `!${formatCalicoSelector(selector.operand)}`
    case 'and':
    case 'or':
      return `(${selector.operands.map(formatCalicoSelector).join(selector.kind === 'and' ? ' && ' : ' || ')})`
  }
}

/** The label keys a selector looks at. */
export function keysOfCalicoSelector(selector: CalicoSelector): readonly string[] {
  if ('key' in selector) return [selector.key]
  if ('operand' in selector) return keysOfCalicoSelector(selector.operand)
  return 'operands' in selector ? selector.operands.flatMap(keysOfCalicoSelector) : []
}

/** The same selector over other keys; `all()` and `global()` become what the caller says. */
export function rewriteCalicoSelector(
  selector: CalicoSelector,
  rewrite: { readonly key: (key: string) => string; readonly all: CalicoSelector; readonly global: CalicoSelector },
): CalicoSelector {
  if ('key' in selector) return { ...selector, key: rewrite.key(selector.key) }
  if ('operand' in selector) return { ...selector, operand: rewriteCalicoSelector(selector.operand, rewrite) }
  if ('operands' in selector) {
    return { kind: selector.kind, operands: selector.operands.map((operand) => rewriteCalicoSelector(operand, rewrite)) }
  }
  return rewrite[selector.kind]
}

/** Both must hold. */
export function bothSelectors(a: CalicoSelector, b: CalicoSelector): CalicoSelector {
  if (a.kind === 'all') return b
  return b.kind === 'all' ? a : { kind: 'and', operands: [a, b] }
}

function quote(value: string): string {
  return value.includes('"') ? `'${value}'` : `"${value}"`
}

class SelectorSyntaxError extends Error {
  override readonly name = 'SelectorSyntaxError'
  constructor(
    readonly offset: number,
    message: string,
  ) {
    super(message)
  }
}

class Parser {
  private offset = 0
  private depth = 0

  constructor(private readonly text: string) {}

  parse(): CalicoSelector {
    this.blanks()
    if (this.offset === this.text.length) return { kind: 'all' }
    const selector = this.or()
    this.blanks()
    if (this.offset < this.text.length) this.fail('expected && or ||')
    return selector
  }

  private or(): CalicoSelector {
    const operands = [this.and()]
    while (this.take('||')) operands.push(this.and())
    const [only] = operands
    return operands.length === 1 && only !== undefined ? only : { kind: 'or', operands }
  }

  private and(): CalicoSelector {
    const operands = [this.unary()]
    while (this.take('&&')) operands.push(this.unary())
    const [only] = operands
    return operands.length === 1 && only !== undefined ? only : { kind: 'and', operands }
  }

  private unary(): CalicoSelector {
    let isNegated = false
    let hasNegation = false
    while (this.take('!')) {
      isNegated = !isNegated
      hasNegation = true
    }
    const operand = this.primary()
    return hasNegation && isNegated ? { kind: 'not', operand } : operand
  }

  private primary(): CalicoSelector {
    this.blanks()
    if (this.take('(')) {
      if (++this.depth > MAX_DEPTH) this.fail(`nested deeper than ${MAX_DEPTH}`)
      const inner = this.or()
      this.expect(')')
      this.depth--
      return inner
    }
    for (const kind of ['all', 'global'] as const) {
      if (this.text.startsWith(`${kind}(`, this.offset)) {
        this.offset += kind.length + 1
        this.expect(')')
        return { kind }
      }
    }
    if (this.text.startsWith('has(', this.offset)) {
      this.offset += 4
      this.blanks()
      const key = this.identifier()
      this.expect(')')
      return { kind: 'has', key }
    }
    return this.comparison(this.identifier())
  }

  private comparison(key: string): CalicoSelector {
    this.blanks()
    if (this.take('==')) return { kind: 'equals', key, value: this.string() }
    if (this.take('!=')) return { kind: 'differs', key, value: this.string() }
    if (this.word('contains')) return { kind: 'contains', key, value: this.string() }
    if (this.words('starts', 'with')) return { kind: 'starts with', key, value: this.string() }
    if (this.words('ends', 'with')) return { kind: 'ends with', key, value: this.string() }
    if (this.words('not', 'in')) return { kind: 'not in', key, values: this.set() }
    if (this.word('in')) return { kind: 'in', key, values: this.set() }
    return this.fail('expected an operator')
  }

  private set(): ReadonlySet<string> {
    this.expect('{')
    const values = new Set<string>()
    while (!this.take('}')) {
      values.add(this.string())
      if (this.take(',')) continue
      this.expect('}')
      break
    }
    return values
  }

  private string(): string {
    this.blanks()
    const quoteMark = this.text[this.offset]
    if (quoteMark !== '"' && quoteMark !== "'") return this.fail('expected a string in quotes')
    const end = this.text.indexOf(quoteMark, this.offset + 1)
    if (end < 0) return this.fail('the string has no closing quote')
    const value = this.text.slice(this.offset + 1, end)
    this.offset = end + 1
    return value
  }

  private identifier(): string {
    const start = this.offset
    while (isIdentifier(this.text.charCodeAt(this.offset))) this.offset++
    const length = this.offset - start
    if (length === 0) return this.fail('expected a label key')
    if (length > 512) return this.fail('a label key has at most 512 characters')
    return this.text.slice(start, this.offset)
  }

  /** An operator word ends at a character that no identifier has. */
  private word(word: string): boolean {
    if (!this.text.startsWith(word, this.offset) || isIdentifier(this.text.charCodeAt(this.offset + word.length))) return false
    this.offset += word.length
    return true
  }

  /** Two words with any number of blanks, or none, between them. */
  private words(first: string, second: string): boolean {
    const start = this.offset
    if (!this.text.startsWith(first, start)) return false
    this.offset += first.length
    this.blanks()
    if (this.word(second)) return true
    this.offset = start
    return false
  }

  private take(token: string): boolean {
    this.blanks()
    if (!this.text.startsWith(token, this.offset)) return false
    this.offset += token.length
    return true
  }

  private expect(token: string): void {
    if (!this.take(token)) this.fail(`expected ${token}`)
  }

  private blanks(): void {
    while (this.text[this.offset] === ' ' || this.text[this.offset] === '\t') this.offset++
  }

  private fail(message: string): never {
    throw new SelectorSyntaxError(this.offset, message)
  }
}

function isIdentifier(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 45 && code <= 57) || code === 95
}
