import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { isNestedDeeperThan } from './yaml-nesting'

const wrap = (levels: number, kind: (inner: unknown) => unknown): unknown => (levels === 0 ? 'x' : kind(wrap(levels - 1, kind)))
const shapes: readonly ((inner: unknown) => unknown)[] = [(inner) => [inner], (inner) => ({ key: inner }), (inner) => [{ key: inner }]]

test('documents within the limit pass, however they are written, and much deeper ones do not', () => {
  fc.assert(
    fc.property(fc.constantFrom(...shapes), fc.boolean(), (shape, isFlow) => {
      const write = (levels: number) => stringify(wrap(levels, shape), isFlow ? { collectionStyle: 'flow' } : {})
      expect(isNestedDeeperThan(write(10), 20)).toBe(false)
      expect(isNestedDeeperThan(write(60), 20)).toBe(true)
    }),
  )
})

test('brackets, dashes and colons inside text are no levels', () => {
  const script = `run: |\n  ${'[[{{ x: - '.repeat(200)}\nquoted: "${'[{'.repeat(200)}"\nplain: a${'-:'.repeat(300)}\n`
  expect(isNestedDeeperThan(script, 20)).toBe(false)
})

test.each(['[', '{a: ', '- ', '? ', '? - ', '- - '])('a run of "%s" without an end is refused at once', (piece) => {
  expect(isNestedDeeperThan(piece.repeat(100_000), 100)).toBe(true)
})
