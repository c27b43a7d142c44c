import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FIELD_NAMES } from './field-names'
import { isPublic } from './mask-text'

const READ = /\b(?:object|objects|list|string|strings|text|boolean|integer|labels|has|problem|number)\('([a-z][A-Za-z0-9]*)'/g
const KEPT = /\bfields\(\[([^\]]*)\]/g

function* sources(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory() && entry.name !== 'testing') yield* sources(path)
    else if (entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts')) yield readFileSync(path, 'utf8')
  }
}

test('every field that objects are read by is known, so that a masked object keeps it', () => {
  const read = new Set<string>()
  for (const folder of ['model', 'policy', 'platform', 'detect']) {
    for (const text of sources(join('lib', folder))) {
      for (const [, name = ''] of text.matchAll(READ)) read.add(name)
      for (const [, names = ''] of text.matchAll(KEPT)) for (const [, name = ''] of names.matchAll(/'([a-z][A-Za-z0-9]*)'/g)) read.add(name)
    }
  }
  expect(read.size).toBeGreaterThan(300)
  expect([...read].filter((name) => !FIELD_NAMES.has(name))).toEqual([])
})

test.each(['Deployment', 'kube-system', 'kube-dns', 'calico-node', 'coredns', 'forwarded-by-nobody', 'payments'])(
  '%s is public or not',
  (word) => {
    expect(isPublic(word)).toBe(!['forwarded-by-nobody', 'payments'].includes(word))
  },
)
