import { endNameProblem } from '../model/end-name'
import { isRecord } from '../model/fields'
import type { InputProblem } from '../model/problem'
import { MAX_PORT, MIN_PORT, PROTOCOLS, type Protocol } from '../model/protocol'
import type { SourceDocument } from '../model/source-document'
import type { Assertion } from './assertion'

export type ReadAssertions = { readonly assertions: readonly Assertion[]; readonly problems: readonly InputProblem[] }

/**
 * Reads rules files: a list of rules, or a map with such a list under `rules`. A rule that cannot be read costs only
 * itself; docs/command-line.md describes the form.
 */
export function readAssertions(documents: readonly SourceDocument[]): ReadAssertions {
  const assertions: Assertion[] = []
  const problems: InputProblem[] = []
  for (const document of documents) {
    const { body } = document
    const path = isRecord(body) ? ['rules'] : []
    const rules = isRecord(body) ? body.rules : body
    const report = (at: readonly (string | number)[], message: string): void => {
      problems.push(problemAt(document, at, message))
    }
    if (!Array.isArray(rules)) {
      report(path, 'expected a list of rules')
      continue
    }
    for (const [index, rule] of rules.entries()) {
      const assertion = new RuleReader(document, [...path, index], report).read(rule)
      if (assertion !== null) assertions.push(assertion)
    }
  }
  return { assertions, problems }
}

type Path = readonly (string | number)[]

const FIELDS: readonly string[] = ['name', 'from', 'to', 'port', 'protocol', 'expect']
const SHORT_FORMS = ['allow', 'deny'] as const

class RuleReader {
  private isBroken = false

  constructor(
    private readonly document: SourceDocument,
    private readonly path: Path,
    private readonly sink: (at: Path, message: string) => void,
  ) {}

  read(rule: unknown): Assertion | null {
    if (!isRecord(rule)) {
      this.problem([], 'a rule is a map with from, to and expect, or with allow or deny')
      return null
    }
    const short = SHORT_FORMS.find((form) => Object.hasOwn(rule, form))
    const inner = short === undefined ? [] : [short]
    const body = short === undefined ? rule : rule[short]
    if (!isRecord(body)) {
      this.problem(inner, 'expected a map with from and to')
      return null
    }
    this.refuseUnknown(rule, short === undefined ? FIELDS : ['name', short], [])
    if (short !== undefined) this.refuseUnknown(body, ['from', 'to', 'port', 'protocol'], inner)

    const expect = short === undefined ? this.expectation(body.expect) : short === 'allow' ? 'allowed' : 'denied'
    const from = this.names(body.from, [...inner, 'from'])
    const to = this.names(body.to, [...inner, 'to'])
    const port = this.port(body.port, [...inner, 'port'])
    const protocol = this.protocol(body.protocol, [...inner, 'protocol'])
    const name = typeof rule.name === 'string' && rule.name !== '' ? rule.name : `${from.join(', ')} → ${to.join(', ')} ${expect}`
    if (this.isBroken) return null
    // "Never" means over no protocol; "can" means as almost everything connects.
    const protocols: readonly Protocol[] = protocol !== null ? [protocol] : expect === 'denied' ? PROTOCOLS : ['TCP']
    const origin = this.document.origin
    const place = this.document.locate?.(this.path) ?? null
    return { name, expect, from, to, port, protocols, origin: origin === null || place === null ? origin : { ...origin, ...place } }
  }

  private problem(at: Path, message: string): void {
    this.isBroken = true
    this.sink([...this.path, ...at], message)
  }

  /** A misspelt field would quietly make the rule mean something else. */
  private refuseUnknown(body: Readonly<Record<string, unknown>>, known: readonly string[], at: Path): void {
    for (const field of Object.keys(body)) {
      if (!known.includes(field)) this.problem([...at, field], `"${field}" is no field of a rule; there are ${known.join(', ')}`)
    }
  }

  private expectation(value: unknown): Assertion['expect'] {
    if (value === 'allowed' || value === 'denied') return value
    this.problem(['expect'], 'expect: must be allowed or denied')
    return 'denied'
  }

  private names(value: unknown, at: Path): readonly string[] {
    const names = Array.isArray(value) ? value : [value]
    const found: string[] = []
    for (const name of names) {
      const problem = typeof name === 'string' && name !== '' ? (name === '*' ? null : endNameProblem(name)) : 'expected the name of an end'
      if (problem !== null) this.problem(at, `${at.at(-1)}: ${problem}`)
      else found.push(String(name))
    }
    if (names.length === 0) this.problem(at, `${at.at(-1)}: the list is empty`)
    return found
  }

  private port(value: unknown, at: Path): number | null {
    if (value === undefined || value === null) return null
    if (typeof value === 'number' && Number.isInteger(value) && value >= MIN_PORT && value <= MAX_PORT) return value
    this.problem(at, `port: must be a whole number from ${MIN_PORT} to ${MAX_PORT}`)
    return null
  }

  private protocol(value: unknown, at: Path): Protocol | null {
    if (value === undefined || value === null) return null
    const known = PROTOCOLS.find((protocol) => protocol === value)
    if (known === undefined) this.problem(at, `protocol: must be one of ${PROTOCOLS.join(', ')}`)
    return known ?? null
  }
}

function problemAt({ origin, locate }: SourceDocument, path: Path, message: string): InputProblem {
  const { line, column } = locate?.(path) ?? origin ?? { line: 1, column: 1 }
  return { file: origin?.file ?? '-', line, column, severity: 'error', message }
}
