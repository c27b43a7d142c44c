import fc from 'fast-check'
import { expect, test } from 'vitest'
import { wrapText } from './wrap-text'

const words = (mark: string) => fc.array(fc.stringMatching(/^[a-z]{1,40}$/), { minLength: 1, maxLength: 30 }).map((all) => all.join(mark))

test('lines fit a terminal, and nothing is lost', () => {
  fc.assert(
    fc.property(words(' '), fc.integer({ min: 0, max: 8 }), (text, indent) => {
      const lines = wrapText(text, indent).trimEnd().split('\n')
      expect(lines.every((line) => line.length < 80 && line.startsWith(' '.repeat(indent)))).toBe(true)
      expect(lines.map((line) => line.slice(indent)).join(' ')).toBe(text)
    }),
  )
})

test('choices break behind their mark, so that it is seen that they go on', () => {
  const choices = `${'a'.repeat(60)}|${'b'.repeat(60)}`
  expect(wrapText(choices, 2, '|')).toBe(`  ${'a'.repeat(60)}|\n  ${'b'.repeat(60)}\n`)
})
