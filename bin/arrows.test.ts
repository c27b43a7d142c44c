import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { findForbiddenImports, findImpureLines } from './arrows.mjs'
import { findCycles, readImportGraph } from './import-graph.mjs'

const roots: string[] = []
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true })
})

/** A source tree on disk, as path to text. */
function aTree(sources: Record<string, string>): ReturnType<typeof readImportGraph> {
  const root = mkdtempSync(join(tmpdir(), 'sluice-arrows-'))
  roots.push(root)
  for (const [path, text] of Object.entries(sources)) {
    mkdirSync(join(root, dirname(path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return readImportGraph(root, ['app', 'cli', 'components', 'lib', 'server'])
}

test('an import against an arrow is found, by alias, by relative path, as a type, re-exported and dynamic', () => {
  const { imports } = aTree({
    'lib/model/a.ts': "import { b } from '../policy/b'\nexport const a = b",
    'lib/policy/b.ts': "export const b = 1\nexport * from '@/lib/graph/c'",
    'lib/graph/c.ts': "import type { D } from '@/server/demo/d'\nexport type C = D",
    'server/demo/d.ts': "export type D = number\nexport const load = () => import('../kubernetes/e')",
    'server/kubernetes/e.ts': "export { f } from '@/components/map/f'",
    'components/map/f.tsx': "import '@/components/panel/g'\nexport const f = 1",
    'components/panel/g.ts': '',
  })
  expect(findForbiddenImports(imports)).toEqual([
    'components/map/f.tsx:1: components/map/ must not import components/panel/g.ts',
    'lib/graph/c.ts:1: lib/graph/ must not import server/demo/d.ts',
    'lib/model/a.ts:1: lib/model/ must not import lib/policy/b.ts',
    'lib/policy/b.ts:2: lib/policy/ must not import lib/graph/c.ts',
    'server/demo/d.ts:2: server/demo/ must not import server/kubernetes/e.ts',
    'server/kubernetes/e.ts:1: server/kubernetes/ must not import components/map/f.tsx',
  ])
})

test('imports along the arrows pass', () => {
  const { imports } = aTree({
    'app/page.tsx': "import '@/components/map/m'\nimport '@/server/runtime'\nimport 'react'",
    'components/map/m.tsx': "import '../ui/u'\nimport '@/lib/graph/g'",
    'components/ui/u.ts': '',
    'lib/graph/g.ts': "import '../policy/p'",
    'lib/policy/p.ts': "import '../model/m'",
    'lib/model/m.ts': '',
    'server/runtime.ts': "import './demo/d'\nimport 'node:fs'",
    'server/demo/d.ts': "import '@/lib/model/m'",
  })
  expect(findForbiddenImports(imports)).toEqual([])
})

test('lib has no Node module and no package that its line does not name', () => {
  const { imports } = aTree({
    'lib/model/a.ts': "import { readFileSync } from 'node:fs'\nimport 'react'",
    'lib/api/b.ts': "import 'zod'",
  })
  expect(findForbiddenImports(imports)).toEqual([
    'lib/model/a.ts:1: lib/model/ must not import node:fs',
    'lib/model/a.ts:2: lib/model/ must not import react',
  ])
})

test('code for tests is closed to other code', () => {
  const { imports } = aTree({
    'lib/model/a.ts': "import './testing/a-pod'",
    'lib/model/a.test.ts': "import './testing/a-pod'",
    'lib/model/testing/a-pod.ts': '',
  })
  expect(findForbiddenImports(imports)).toEqual(['lib/model/a.ts:1: lib/model/testing/a-pod.ts is for tests only'])
})

test('a circle of imports is found, also through types, and only once', () => {
  const { imports } = aTree({
    'lib/model/a.ts': "import './b'",
    'lib/model/b.ts': "import type { C } from './c'\nexport type B = C",
    'lib/model/c.ts': "import './a'\nimport './d'\nexport type C = 1",
    'lib/model/d.ts': '',
  })
  expect(findCycles(imports)).toEqual([['lib/model/a.ts', 'lib/model/b.ts', 'lib/model/c.ts']])
})

test('a clock or chance in lib is found, in a comment or a test it is not', () => {
  expect(findImpureLines('lib/flows/a.ts', 'const at = Date.now()')).toHaveLength(1)
  expect(findImpureLines('lib/flows/a.ts', ' * Date.now() is not for lib')).toEqual([])
  expect(findImpureLines('lib/flows/a.test.ts', 'const at = Date.now()')).toEqual([])
  expect(findImpureLines('server/runtime.ts', 'const at = Date.now()')).toEqual([])
})
