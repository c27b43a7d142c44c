import type { FieldPath } from './field-locator'
import { isRecord } from './fields'
import type { Labels } from './labels'
import { NO_LABELS } from './labels'
import type { Result } from './problem'

/** A checked Kubernetes LabelSelector. Without any requirement it selects everything. */
export type Selector = {
  readonly matchLabels: Labels
  readonly matchExpressions: readonly SelectorExpression[]
}

export type SelectorExpression =
  | { readonly key: string; readonly operator: 'In' | 'NotIn'; readonly values: ReadonlySet<string> }
  | { readonly key: string; readonly operator: 'Exists' | 'DoesNotExist' }

export type SelectorProblem = {
  /** Where inside the selector, for example `['matchExpressions', 0, 'operator']`; empty for the selector itself. */
  readonly path: FieldPath
  readonly message: string
}

export const SELECT_EVERYTHING: Selector = { matchLabels: NO_LABELS, matchExpressions: [] }

/**
 * Reads a LabelSelector as it was written. A missing selector and an empty one both give `SELECT_EVERYTHING`; the
 * caller knows whether "missing" means something else in its place. `matchLabels: null` counts as empty.
 */
export function compileSelector(raw: unknown): Result<Selector, SelectorProblem> {
  if (raw === undefined || raw === null) return { ok: true, value: SELECT_EVERYTHING }
  if (!isRecord(raw)) return fail([], 'a selector must be an object')

  const matchLabels = new Map<string, string>()
  if (raw.matchLabels !== undefined && raw.matchLabels !== null) {
    if (!isRecord(raw.matchLabels)) return fail(['matchLabels'], 'must be a map of strings')
    for (const [key, value] of Object.entries(raw.matchLabels)) {
      if (typeof value !== 'string') return fail(['matchLabels', key], 'must be a string; put it in quotes')
      matchLabels.set(key, value)
    }
  }

  const matchExpressions: SelectorExpression[] = []
  if (raw.matchExpressions !== undefined && raw.matchExpressions !== null) {
    if (!Array.isArray(raw.matchExpressions)) return fail(['matchExpressions'], 'must be a list')
    for (const [index, element] of raw.matchExpressions.entries()) {
      const expression = compileExpression(element, ['matchExpressions', index])
      if (!expression.ok) return expression
      matchExpressions.push(expression.value)
    }
  }
  return { ok: true, value: { matchLabels, matchExpressions } }
}

/** A selector that asks for exactly these labels, as a Service has it. */
export function labelsSelector(matchLabels: Labels): Selector {
  return { matchLabels, matchExpressions: [] }
}

/** True when the labels meet every requirement. `NotIn` and `DoesNotExist` also hold for an absent label. */
export function matchesSelector(selector: Selector, labels: Labels): boolean {
  for (const [key, value] of selector.matchLabels) {
    if (labels.get(key) !== value) return false
  }
  return selector.matchExpressions.every((expression) => matchesExpression(expression, labels.get(expression.key)))
}

export function isEmptySelector(selector: Selector): boolean {
  return selector.matchLabels.size === 0 && selector.matchExpressions.length === 0
}

function matchesExpression(expression: SelectorExpression, value: string | undefined): boolean {
  switch (expression.operator) {
    case 'In':
      return value !== undefined && expression.values.has(value)
    case 'NotIn':
      return value === undefined || !expression.values.has(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
  }
}

function compileExpression(raw: unknown, path: FieldPath): Result<SelectorExpression, SelectorProblem> {
  if (!isRecord(raw)) return fail(path, 'must be an object')
  const { key, operator } = raw
  const values = raw.values ?? []
  if (typeof key !== 'string' || key === '') return fail([...path, 'key'], 'must be a label key')
  if (!Array.isArray(values) || !values.every((value) => typeof value === 'string')) {
    return fail([...path, 'values'], 'must be a list of strings')
  }
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0) return fail([...path, 'values'], `must not be empty with ${operator}`)
      return { ok: true, value: { key, operator, values: new Set<string>(values) } }
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0) return fail([...path, 'values'], `must be empty with ${operator}`)
      return { ok: true, value: { key, operator } }
    default:
      return fail([...path, 'operator'], 'must be In, NotIn, Exists or DoesNotExist')
  }
}

function fail(path: FieldPath, message: string): { readonly ok: false; readonly error: SelectorProblem } {
  return { ok: false, error: { path, message } }
}
