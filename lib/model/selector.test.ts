import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatPath } from './fields'
import type { Selector } from './selector'
import { compileSelector, isEmptySelector, matchesSelector } from './selector'

const compiled = (raw: unknown): Selector => {
  const result = compileSelector(raw)
  if (!result.ok) throw new Error(`${formatPath(result.error.path)} ${result.error.message}`)
  return result.value
}
const labels = (object: Record<string, string>) => new Map(Object.entries(object))
const expression = (operator: string, values?: string[]) =>
  compiled({ matchExpressions: [{ key: 'app', operator, ...(values && { values }) }] })

test('no selector and an empty one select everything', () => {
  for (const raw of [undefined, null, {}, { matchLabels: null }, { matchLabels: {}, matchExpressions: [] }]) {
    expect(matchesSelector(compiled(raw), labels({}))).toBe(true)
    expect(isEmptySelector(compiled(raw))).toBe(true)
  }
})

test('every label and every expression must hold', () => {
  const selector = compiled({ matchLabels: { app: 'web' }, matchExpressions: [{ key: 'tier', operator: 'Exists' }] })
  expect(matchesSelector(selector, labels({ app: 'web', tier: '' }))).toBe(true)
  expect(matchesSelector(selector, labels({ app: 'web' }))).toBe(false)
  expect(matchesSelector(selector, labels({ tier: 'x' }))).toBe(false)
})

test('NotIn and DoesNotExist hold for an absent label, In and Exists do not', () => {
  const absent = labels({})
  expect(['In', 'NotIn'].map((operator) => matchesSelector(expression(operator, ['a']), absent))).toEqual([false, true])
  expect(['Exists', 'DoesNotExist'].map((operator) => matchesSelector(expression(operator), absent))).toEqual([false, true])
})

test('opposite operators never agree', () => {
  fc.assert(
    fc.property(
      fc.option(fc.constantFrom('a', 'b', ''), { nil: undefined }),
      fc.uniqueArray(fc.constantFrom('a', 'b', ''), { minLength: 1 }),
      (value, values) => {
        const set = labels(value === undefined ? {} : { app: value })
        expect(matchesSelector(expression('In', values), set)).toBe(!matchesSelector(expression('NotIn', values), set))
        expect(matchesSelector(expression('Exists'), set)).toBe(!matchesSelector(expression('DoesNotExist'), set))
      },
    ),
  )
})

test('keys that are properties of every object are absent unless they are labels', () => {
  for (const key of ['__proto__', 'constructor', 'toString']) {
    expect(matchesSelector(compiled({ matchExpressions: [{ key, operator: 'Exists' }] }), labels({}))).toBe(false)
    expect(matchesSelector(compiled(JSON.parse(`{"matchLabels":{"${key}":"x"}}`)), new Map([[key, 'x']]))).toBe(true)
  }
})

test.each([
  [[], ''],
  [{ matchLabels: { a: 1 } }, 'matchLabels.a'],
  [{ matchLabels: 'x' }, 'matchLabels'],
  [{ matchExpressions: {} }, 'matchExpressions'],
  [{ matchExpressions: [{ key: 'a', operator: 'Equals' }] }, 'matchExpressions[0].operator'],
  [{ matchExpressions: [{ key: 'a', operator: 'In' }] }, 'matchExpressions[0].values'],
  [{ matchExpressions: [{ key: 'a', operator: 'Exists', values: ['x'] }] }, 'matchExpressions[0].values'],
  [{ matchExpressions: [{ operator: 'Exists' }] }, 'matchExpressions[0].key'],
])('%j is refused at %s', (raw, path) => {
  const result = compileSelector(raw)
  expect(result.ok ? null : formatPath(result.error.path)).toBe(path)
})
