import { expect, test } from 'vitest'
import { lastLines } from './last-lines.mjs'

test('the last lines that say something, without colours, rules, control characters and what was overwritten', () => {
  const output = 'first\n\u001b[1mbold\u001b[22m\r\n━━━━━\n10 %\r100 %\n\n  │\na\u0007b\u0000c\nsrc/a.ts lint ━━━━━━\n'
  expect(lastLines(output, 4)).toEqual(['bold', '100 %', 'a b c', 'src/a.ts lint'])
})

test('a line of minified code is cut', () => {
  expect(lastLines('x'.repeat(100_000), 1)[0]?.length).toBeLessThan(400)
})
