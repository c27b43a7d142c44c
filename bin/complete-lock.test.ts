import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { missingEntries } from './complete-lock.mjs'

test('package-lock.json holds the builds for every platform; otherwise run "npm run lock"', () => {
  const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'))
  expect(Object.keys(missingEntries(lock.packages))).toEqual([])
})

test('a missing build gets its version and platform, beside the version that its owner wants', () => {
  const missing = missingEntries({
    '': { version: '1.0.0' },
    'node_modules/a': { version: '2.0.0', dev: true, optionalDependencies: { 'a-linux-x64-musl': '2.0.0', 'a-darwin-arm64': '2.0.0' } },
    'node_modules/a-darwin-arm64': { version: '1.0.0' },
    'node_modules/b/node_modules/a': { version: '1.0.0', optionalDependencies: { 'a-darwin-arm64': '1.0.0' } },
  })
  expect(missing).toEqual({
    'node_modules/a-linux-x64-musl': { version: '2.0.0', cpu: ['x64'], os: ['linux'], libc: ['musl'], dev: true, optional: true },
    'node_modules/a/node_modules/a-darwin-arm64': { version: '2.0.0', cpu: ['arm64'], os: ['darwin'], dev: true, optional: true },
  })
})
