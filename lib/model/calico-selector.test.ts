import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatCalicoSelector, matchesCalicoSelector, parseCalicoSelector } from './calico-selector'

function matches(text: string, labels: Readonly<Record<string, string>>): boolean {
  const selector = parseCalicoSelector(text)
  if (!selector.ok) throw new Error(`${text}: ${selector.error.message}`)
  return matchesCalicoSelector(selector.value, new Map(Object.entries(labels)))
}

test('labels may be called like operators', () => {
  expect(matches("in in {'x',} && not not in {} && has == 'y' && all contains 'l'", { in: 'x', has: 'y', all: 'all' })).toBe(true)
})

test('not binds closer than and, and closer than or', () => {
  expect(matches("!a == 'x' && b == 'y' || c == 'z'", { a: 'x', c: 'z' })).toBe(true)
  expect(matches("!(a == 'x' || b == 'y')", { b: 'y' })).toBe(false)
})

test.each([
  'a = "b"',
  'a inx {"b"}',
  'has (a)',
  'a in ["b"]',
  'a == "b"\n&& c == "d"',
  'a == 1',
  '!',
  'a in {"b" "c"}',
  '('.repeat(10_000),
])('%j is refused', (text) => {
  expect(parseCalicoSelector(text).ok).toBe(false)
})

test('the canonical text means the same', () => {
  const leaf = fc.constantFrom(
    "a == 'x'",
    "a != 'x'",
    'has(b)',
    "b in {'y', 'x'}",
    "b not in {'y'}",
    "a starts with ''",
    'all()',
    "a contains '\"'",
  )
  const text = fc.letrec<{ node: string }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      leaf,
      tie('node').map((inner) => `!(${inner})`),
      fc.tuple(tie('node'), tie('node')).map(([a, b]) => `(${a}) && ${b}`),
      fc.tuple(tie('node'), tie('node')).map(([a, b]) => `${a} || (${b})`),
    ),
  })).node
  const labels = fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom('x', 'y', '"', ''))
  fc.assert(
    fc.property(text, labels, (selector, map) => {
      const parsed = parseCalicoSelector(selector)
      if (!parsed.ok) throw new Error(parsed.error.message)
      const canonical = formatCalicoSelector(parsed.value)
      expect(matches(canonical, map)).toBe(matches(selector, map))
    }),
  )
})

test('any text is answered without an exception', () => {
  const tokens = fc.array(
    fc.constantFrom('a', '==', "'x'", '!', '(', ')', '&&', '||', 'in', '{', '}', ',', ' ', 'has(', 'all()', 'not', '\n'),
    { maxLength: 20 },
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        tokens.map((list) => list.join('')),
      ),
      (text) => {
        parseCalicoSelector(text)
      },
    ),
    { numRuns: 3000 },
  )
})
