import { type Cidr, parseCidr } from '../model/address'
import { Fields } from '../model/fields'
import type { RawObject } from '../model/object'
import type { InputProblem } from '../model/problem'
import { documentOf } from '../model/raw-object'
import { compileSelector, type Selector } from '../model/selector'

/** A policy document being read: its fields, and what was found wrong in it. */
export class PolicyFields {
  readonly spec: Fields
  readonly root: Fields
  private readonly found: InputProblem[] = []

  constructor(readonly raw: RawObject) {
    this.root = new Fields(raw.body, documentOf(raw), (problem) => this.found.push(problem))
    this.spec = this.root.object('spec')
  }

  /** With the policy's name in front, because a document may hold many. */
  get problems(): readonly InputProblem[] {
    const { kind, namespace, name } = this.raw.meta
    const title = namespace === null ? `${kind} ${name}` : `${kind} ${namespace}/${name}`
    return this.found.map((problem) => ({ ...problem, message: `${title}: ${problem.message}` }))
  }

  /** False as soon as one thing in the policy could not be understood. */
  get isUnderstood(): boolean {
    return this.found.every((problem) => problem.severity !== 'error')
  }
}

/** Reports every field that this version of the kind does not have: what is not understood must not be skipped. */
export function allowOnly(fields: Fields, known: readonly string[]): void {
  for (const key of fields.keys()) {
    if (!known.includes(key)) fields.problem(key, 'unknown field')
  }
}

/** Reads a label selector; null, with the problem reported, when it is not one. */
export function readSelector(parent: Fields, key: string): Selector | null {
  const raw = parent.get(key)
  const selector = compileSelector(raw)
  if (!selector.ok) {
    parent.problemAt([key, ...selector.error.path], selector.error.message)
    return null
  }
  if (raw !== undefined) {
    const fields = parent.object(key)
    allowOnly(fields, ['matchLabels', 'matchExpressions'])
    for (const expression of fields.list('matchExpressions')) allowOnly(expression, ['key', 'operator', 'values'])
  }
  return selector.value
}

/** Reads a list of label selectors, leaving out, with the problem reported, what is none. */
export function readSelectors(parent: Fields, key: string): readonly Selector[] {
  const list = parent.get(key)
  for (const item of parent.list(key)) allowOnly(item, ['matchLabels', 'matchExpressions'])
  if (!Array.isArray(list)) return []
  return list.flatMap((raw: unknown, index) => {
    const selector = compileSelector(raw)
    if (selector.ok) return [selector.value]
    parent.problemAt([key, index, ...selector.error.path], selector.error.message)
    return []
  })
}

/** Reads one CIDR; null, with the problem reported, when it is not one. */
export function readCidr(parent: Fields, key: string): Cidr | null {
  const text = parent.string(key)
  if (text === null) {
    if (!parent.has(key)) parent.problem(key, 'a CIDR is required')
    return null
  }
  const cidr = parseCidr(text)
  if (cidr === null) parent.problem(key, `"${text}" is not a CIDR`)
  return cidr
}
