import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fixturesDir } from '@/testing/fixtures'
import { parsePolicyHit } from './policy-hit'

const dir = fixturesDir()

test.skipIf(dir === null).each([
  ['policy-hits-valid.txt', true],
  ['policy-hits-invalid.txt', false],
])('%s', (file, isRead) => {
  const lines = readFileSync(join(dir ?? '', 'flows', 'goldmane', file), 'utf8')
    .trimEnd()
    .split('\n')
  expect(lines.filter((line) => (parsePolicyHit(line) !== null) !== isRead)).toEqual([])
  expect(lines.length).toBeGreaterThan(10)
})
