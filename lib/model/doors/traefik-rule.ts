import type { Result } from '../problem'

/** What one alternative of a rule of Traefik's language asks of a request, as far as places on a map are concerned. */
export type TraefikRule = {
  /** Every host that it may match; empty for any. */
  readonly hosts: readonly string[]
  /** `/api*` for a prefix, `=/exact`; empty for any. */
  readonly paths: readonly string[]
  /** Other conditions, such as `Method(GET)`. */
  readonly others: readonly string[]
}

/** Longest rule and deepest nesting that are read, and how many alternatives of one are told apart. */
const MAX_LENGTH = 10_000
const MAX_DEPTH = 50
const MAX_ALTERNATIVES = 500

type Call = { readonly kind: 'call'; readonly name: string; readonly args: readonly string[]; readonly isNegated: boolean }
type Expression = Call | { readonly kind: 'and' | 'or'; readonly parts: readonly Expression[]; readonly isNegated: boolean }

/**
 * Reads a rule such as ``Host(`a.example`) && (PathPrefix(`/api`) || Method(`GET`))``: calls with quoted arguments, `!`,
 * `&&` before `||`, and parentheses. Gives the alternatives, of which a request has to match one. Fails with the place of
 * what cannot be read.
 */
export function readTraefikRule(text: string): Result<readonly TraefikRule[], string> {
  if (text.length > MAX_LENGTH) return { ok: false, error: `a rule of ${text.length} characters is not read` }
  const parser = new RuleParser(text)
  try {
    const alternatives = alternativesOf(parser.whole(), false)
    return { ok: true, value: alternatives ?? [{ ...ANY_REQUEST, others: [`more than ${MAX_ALTERNATIVES} alternatives`] }] }
  } catch (error) {
    if (error instanceof RuleError) return { ok: false, error: error.message }
    throw error
  }
}

class RuleError extends Error {
  override name = 'RuleError'
}

class RuleParser {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  whole(): Expression {
    const expression = this.#or(0)
    this.#space()
    if (this.#at < this.#text.length) throw this.#wrong('the end')
    return expression
  }

  #or(depth: number): Expression {
    return this.#chain('||', 'or', () => this.#and(depth))
  }

  #and(depth: number): Expression {
    return this.#chain('&&', 'and', () => this.#term(depth))
  }

  #chain(sign: string, kind: 'and' | 'or', next: () => Expression): Expression {
    const first = next()
    const parts = [first]
    while (this.#take(sign)) parts.push(next())
    return parts.length === 1 ? first : { kind, parts, isNegated: false }
  }

  #term(depth: number): Expression {
    if (depth > MAX_DEPTH) throw new RuleError('the rule is nested too deep')
    if (this.#take('!')) {
      const term = this.#term(depth + 1)
      return { ...term, isNegated: !term.isNegated }
    }
    if (this.#take('(')) {
      const inner = this.#or(depth + 1)
      if (!this.#take(')')) throw this.#wrong('")"')
      return inner
    }
    return this.#call()
  }

  #call(): Call {
    this.#space()
    const start = this.#at
    while (isLetter(this.#text[this.#at])) this.#at++
    const name = this.#text.slice(start, this.#at)
    if (name === '') throw this.#wrong('the name of a matcher')
    if (!this.#take('(')) throw this.#wrong('"("')
    const args: string[] = []
    if (!this.#take(')')) {
      do args.push(this.#argument())
      while (this.#take(','))
      if (!this.#take(')')) throw this.#wrong('"," or ")"')
    }
    return { kind: 'call', name, args, isNegated: false }
  }

  /** Text in backticks, or in quotes with backslashes. */
  #argument(): string {
    this.#space()
    const quote = this.#text[this.#at]
    if (quote !== '`' && quote !== '"') throw this.#wrong('a text in backticks')
    this.#at++
    let value = ''
    for (;;) {
      const next = this.#text[this.#at++]
      if (next === undefined) throw new RuleError('a text is not closed')
      if (next === quote) return value
      value += next === '\\' && quote === '"' ? (this.#text[this.#at++] ?? '') : next
    }
  }

  #take(sign: string): boolean {
    this.#space()
    if (!this.#text.startsWith(sign, this.#at)) return false
    this.#at += sign.length
    return true
  }

  #space(): void {
    while (this.#text[this.#at] === ' ' || this.#text[this.#at] === '\n' || this.#text[this.#at] === '\t' || this.#text[this.#at] === '\r')
      this.#at++
  }

  #wrong(wanted: string): RuleError {
    const found = this.#text[this.#at]
    return new RuleError(`expected ${wanted} at character ${this.#at + 1}, found ${found === undefined ? 'the end' : `"${found}"`}`)
  }
}

function isLetter(character: string | undefined): boolean {
  return character !== undefined && ((character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z'))
}

/** What every request matches. */
export const ANY_REQUEST: TraefikRule = { hosts: [], paths: [], others: [] }

/** Takes a rule apart at its `||`, so that a path stays with the hosts that it was written for; null for too many parts. */
function alternativesOf(expression: Expression, isNegated: boolean): readonly TraefikRule[] | null {
  const negated = isNegated !== expression.isNegated
  if (expression.kind === 'call') return [readCall(expression, negated)]
  const isEither = (expression.kind === 'or') !== negated
  let all: readonly TraefikRule[] = isEither ? [] : [ANY_REQUEST]
  for (const part of expression.parts) {
    const next = alternativesOf(part, negated)
    if (next === null || (isEither ? all.length + next.length : all.length * next.length) > MAX_ALTERNATIVES) return null
    all = isEither ? [...all, ...next] : all.flatMap((one) => next.map((other) => both(one, other)))
  }
  return all
}

function both(a: TraefikRule, b: TraefikRule): TraefikRule {
  return { hosts: union(a.hosts, b.hosts), paths: union(a.paths, b.paths), others: union(a.others, b.others) }
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return a.length === 0 ? b : b.length === 0 ? a : [...new Set([...a, ...b])]
}

/** A negated call narrows nothing down to a place, so it stays among the other conditions. */
function readCall({ name, args }: Call, isNegated: boolean): TraefikRule {
  switch (isNegated ? 'other' : kindOf(name)) {
    case 'host':
      return { ...ANY_REQUEST, hosts: args.includes('*') ? [] : [...new Set(args.map((host) => host.toLowerCase()))] }
    case 'path':
      return { ...ANY_REQUEST, paths: [...new Set(args.map((path) => pathText(name, path)))] }
    case 'other':
      return { ...ANY_REQUEST, others: [`${isNegated ? 'not ' : ''}${name}(${args.join(', ')})`] }
  }
}

function kindOf(name: string): 'host' | 'path' | 'other' {
  switch (name) {
    case 'Host':
    case 'HostHeader':
    case 'HostSNI':
      return 'host'
    case 'Path':
    case 'PathPrefix':
    case 'PathRegexp':
      return 'path'
    default:
      return 'other'
  }
}

function pathText(name: string, path: string): string {
  if (name === 'Path') return `=${path}`
  return name === 'PathRegexp' ? `~${path}` : path
}
