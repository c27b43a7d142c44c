import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isRecord } from '@/lib/model/fields'
import { formatProblem } from '@/lib/model/problem'
import { readCluster } from '@/lib/model/read-cluster'
import { manyPods } from '@/lib/model/testing/many-pods'
import type { ManifestLimits } from './limits'
import { DEFAULT_MANIFEST_LIMITS } from './limits'
import { readManifests } from './read-manifests'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'manifests-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

/** Reads files given as name and content; problems without the folder in front. */
async function read(files: Readonly<Record<string, string | Uint8Array>>, limits: Partial<ManifestLimits> = {}) {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(dir, name, '..'), { recursive: true })
    await writeFile(join(dir, name), content)
  }
  const { documents, problems } = await readManifests(dir, { ...DEFAULT_MANIFEST_LIMITS, ...limits })
  const cluster = readCluster(documents, { name: 'test', source: 'manifests' })
  const text = (list: typeof problems) => list.map((problem) => formatProblem(problem).replace(`${dir}/`, ''))
  return { documents, cluster, problems: text(problems), found: text(cluster.problems) }
}

const pod = (name: string) => `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\n`
const names = (documents: Awaited<ReturnType<typeof read>>['documents']) =>
  documents.map(({ body }) => (isRecord(body) && isRecord(body.metadata) ? body.metadata.name : null))

test('files are read by path, folders within folders, hidden ones and other files left out', async () => {
  const { documents } = await read({
    'b.yaml': pod('b'),
    'a/z.yml': pod('z'),
    'c.json': JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'c' } }),
    '.hidden.yaml': pod('hidden'),
    '.git/x.yaml': pod('git'),
    'README.md': pod('text'),
  })
  expect(names(documents)).toEqual(['z', 'b', 'c'])
  expect(documents[0]?.origin).toEqual({ file: join(dir, 'a/z.yml'), line: 1, column: 1 })
})

test('a folder that links to itself is read once, as is a mounted ConfigMap', async () => {
  await mkdir(join(dir, '..data'))
  await writeFile(join(dir, '..data/a.yaml'), pod('a'))
  await symlink('..data/a.yaml', join(dir, 'a.yaml'))
  await symlink('.', join(dir, 'loop'))
  await symlink('nowhere', join(dir, 'broken.yaml'))
  expect(names((await read({})).documents)).toEqual(['a'])
})

test('a broken document in the middle costs only itself, and lines are those of the file', async () => {
  const { documents, problems } = await read({ 'a.yaml': `# head\n---\n${pod('one')}---\nkind: Pod\nmetadata: [\n---\n${pod('two')}` })
  expect(names(documents)).toEqual(['one', 'two'])
  expect(documents.map((document) => document.origin?.line)).toEqual([3, 11])
  expect(problems[0]).toMatch(/^a\.yaml:9:\d+: /)
})

test('a document marker inside a block scalar ends the document, as the specification says', async () => {
  expect(names((await read({ 'a.yaml': `${pod('one')}  note: |\n    text\n---\n${pod('two')}` })).documents)).toEqual(['one', 'two'])
})

test('comments, empty documents, end markers, directives, a byte order mark and CRLF are no trouble', async () => {
  const { documents, problems } = await read({
    'a.yaml': `\uFEFF%YAML 1.2\n---\n${pod('one')}...\n# only a comment\n---\n---\n\n---\nnull\n--- # remark\n${pod('two')}`.replaceAll(
      '\n',
      '\r\n',
    ),
    'empty.yaml': '',
    'comment.yaml': '# nothing here\n',
  })
  expect([names(documents), problems]).toEqual([['one', 'two'], []])
})

test('tabs, equal keys and values that are no strings are reported at their place', async () => {
  const { problems, found, cluster } = await read({
    'tab.yaml': 'kind: Pod\nmetadata:\n\tname: x\n',
    'twice.yaml': `${pod('a')}  name: b\n`,
    'label.yaml': `${pod('c')}  labels:\n    app: web\n    on-duty: yes\n    version: 1.10\n`,
  })
  expect(problems).toEqual([
    expect.stringMatching(/^tab\.yaml:3:1: Tabs are not allowed/),
    'twice.yaml:5:3: the key "name" is already there; the later one counts',
  ])
  expect(found).toEqual([
    'label.yaml:7:5: metadata.labels.on-duty: expected a string, found the boolean true; put it in quotes',
    'label.yaml:8:5: metadata.labels.version: expected a string, found the number 1.1; put it in quotes',
  ])
  expect(cluster.pods.size).toBe(2)
})

test('a Helm template that was not rendered is named as such', async () => {
  const { problems, documents } = await read({
    'a.yaml': '{{- if .Values.on }}\nkind: Pod\n{{- end }}\n',
    'b.yaml': 'kind: Pod\nmetadata:\n  name: {{ .Values.name }}\n',
    'c.yaml': `${pod('c')}  labels:\n    {{- include "labels" . | nindent 4 }}\n`,
    'fine.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: template }\ndata:\n  t: |\n    {{ define "x" }}{{ .Labels }}{{ end }}\n',
  })
  expect(problems.map((problem) => problem.replace(/: this looks like a Helm template.*/, ''))).toEqual([
    'a.yaml:1:1',
    'b.yaml:3:10',
    'c.yaml:6:5',
  ])
  expect(names(documents)).toEqual(['template'])
})

test('quoted text that continues too far left is read, as kubectl does', async () => {
  const { cluster, problems } = await read({
    'a.yaml': `${pod('a')}  annotations:\n    x: '[\n  {"a": "it''s"}\n]'\n    y: "b\nc"\n---\n${pod('b')}`,
  })
  expect(problems).toEqual([])
  expect([...(cluster.pods.get('default/a' as never)?.meta.annotations ?? [])]).toEqual([
    ['x', '[ {"a": "it\'s"} ]'],
    ['y', 'b c'],
  ])
  expect(cluster.pods.get('default/b' as never)?.meta.origin?.line).toBe(12)
})

test('y and n are names like any other', async () => {
  const { cluster, problems } = await read({ 'a.yaml': `${pod('a')}  namespace: y\n---\n${pod('n')}  namespace: y\n` })
  expect(problems).toEqual([])
  expect([...cluster.pods.keys()]).toEqual(['y/a', 'y/n'])
})

test('anchors, aliases and merge keys are resolved', async () => {
  const { cluster } = await read({
    'a.yaml': `${pod('a')}  labels: &l\n    app: web\n    tier: front\n---\n${pod('b')}  annotations: &x { app: one }\n  labels:\n    <<: *x\n    tier: back\n`,
  })
  expect([...(cluster.pods.get('default/b' as never)?.labels ?? [])]).toEqual([
    ['tier', 'back'],
    ['app', 'one'],
  ])
})

test('an alias means the last anchor of its name before it, also when it is part of what another alias repeats', async () => {
  const { cluster } = await read({
    'a.yaml': `${pod('a')}  labels:\n    one: &v first\n    two: *v\n  annotations: &map\n    three: *v\n    four: &v second\nother: *map\nspec:\n  nodeName: *v\n`,
  })
  const found = cluster.pods.get('default/a' as never)
  expect([...(found?.labels ?? [])]).toEqual([
    ['one', 'first'],
    ['two', 'first'],
  ])
  expect([...(found?.meta.annotations ?? [])]).toEqual([
    ['three', 'first'],
    ['four', 'second'],
  ])
  expect(found?.nodeName).toBe('second')
})

test('an anchor that contains itself is refused', async () => {
  expect((await read({ 'a.yaml': 'a: &a [*a]\n' })).problems[0]).toMatch(/^a\.yaml:1:\d+: /)
})

test('each limit has its own message and costs no more than it must', async () => {
  const laughs = [
    'a: &a [x,x,x,x,x,x,x,x,x,x]',
    ...[...'bcdefgh'].map((key, index) => `${key}: &${key} [${Array(10).fill(`*${'abcdefgh'[index]}`).join(',')}]`),
  ].join('\n')
  const { problems, documents } = await read(
    {
      'alias.yaml': `a: &a x\nb: [${Array(30).fill('*a').join(',')}]\n`,
      'deep.json': `${'{"a":'.repeat(60)}1${'}'.repeat(60)}`,
      'deep.yaml': `${'['.repeat(60)}${']'.repeat(60)}`,
      'deepest-flow.yaml': '['.repeat(100_000),
      'deepest-keys.yaml': '? '.repeat(50_000),
      'deepest-list.yaml': '- '.repeat(50_000),
      'large.yaml': `# ${'x'.repeat(300_000)}`,
      'laughs.yaml': laughs,
      'z.yaml': pod('z'),
    },
    { depth: 50, aliases: 20, aliasedValues: 50, bytesPerFile: 200_000 },
  )
  expect(problems).toEqual([
    expect.stringMatching(/^alias\.yaml:2:\d+: more than 20 aliases/),
    'deep.json:1:1: nested deeper than 50 levels',
    expect.stringMatching(/^deep\.yaml:1:\d+: nested deeper than 50 levels/),
    'deepest-flow.yaml:1:1: nested deeper than 50 levels',
    'deepest-keys.yaml:1:1: nested deeper than 50 levels',
    'deepest-list.yaml:1:1: nested deeper than 50 levels',
    'large.yaml:1:1: larger than 200000 bytes; this file is not read',
    expect.stringMatching(/^laughs\.yaml:\d:\d+: aliases unfold to more than 50 values/),
  ])
  expect(names(documents)).toEqual(['z'])
})

test('an alias bomb is refused in a moment with the limits that ship', async () => {
  const keys = [...'abcdefghij']
  const laughs = keys
    .map(
      (key, index) =>
        `${key}: &${key} [${Array(10)
          .fill(index === 0 ? 'x' : `*${keys[index - 1]}`)
          .join(',')}]`,
    )
    .join('\n')
  const started = performance.now()
  expect((await read({ 'a.yaml': laughs })).problems[0]).toMatch(/more than 1000 aliases|aliases unfold to more than 100000 values/)
  expect(performance.now() - started).toBeLessThan(3_000)
})

test('limits on files, documents and all bytes together stop the reading', async () => {
  const files = { 'a.yaml': pod('a'), 'b.yaml': pod('b'), 'c.yaml': pod('c') }
  expect((await read(files, { files: 2 })).problems[0]).toContain('more than 2 files')
  expect((await read(files, { documents: 2 })).problems).toEqual([
    'c.yaml:1:1: more than 2 documents; this one and all after it are not read',
  ])
  expect((await read(files, { bytesTotal: 100 })).problems).toEqual([
    'c.yaml:1:1: all files together are larger than 100 bytes; this one and all after it are not read',
  ])
})

test('binary files, other encodings and missing paths are problems', async () => {
  expect((await read({ 'a.yaml': new Uint8Array([0x61, 0]), 'b.yaml': new Uint8Array([0xff, 0xfe, 0x41]) })).problems).toEqual([
    'a.yaml:1:1: a binary file, not a manifest',
    'b.yaml:1:1: not UTF-8 text',
  ])
  expect((await readManifests(join(dir, 'nowhere'))).problems.map(formatProblem)).toEqual([`${dir}/nowhere:1:1: no such file or folder`])
})

test('JSON is read as one object, many, or a list, with the lines of the items', async () => {
  const { documents, cluster, found } = await read({
    'a.json': '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"}}\n{"apiVersion":"v1","kind":"Pod","metadata":{"name":"b"}}',
    'list.json': JSON.stringify(
      {
        apiVersion: 'v1',
        kind: 'List',
        items: ['c', 'd'].map((name) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: name === 'd' ? { x: 1 } : {} } })),
      },
      null,
      2,
    ),
  })
  expect(documents).toHaveLength(3)
  expect([...cluster.pods.values()].map(({ name, meta }) => [name, meta.origin?.line])).toEqual([
    ['a', 1],
    ['b', 2],
    ['c', 5],
    ['d', 13],
  ])
  expect(found).toEqual(['list.json:19:11: metadata.labels.x: expected a string, found the number 1; put it in quotes'])
})

test('broken JSON is reported where it breaks', async () => {
  expect((await read({ 'a.json': '{\n  "kind": "Pod",\n  "metadata": {"name": }\n  "x": 1\n' })).problems[0]).toMatch(
    /^a\.json:[345]:\d+: /,
  )
})

test('broken JSON too large for a second reading is reported with its line as well', async () => {
  const { problems, documents } = await read({
    'a.json': `{"kind": "Pod",\n"note": "${'x'.repeat(1_100_000)}",\n"x": }\n{"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "b"}}`,
  })
  expect(problems).toEqual([expect.stringMatching(/^a\.json:[13]:\d+: this is not valid JSON$/)])
  expect(names(documents)).toEqual(['b'])
})

test('the items of a YAML list have their own lines', async () => {
  const { cluster } = await read({
    'a.yaml':
      'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: { name: a }\n- apiVersion: v1\n  kind: Pod\n  metadata: { name: b }\n',
  })
  expect([...cluster.pods.values()].map(({ meta }) => meta.origin?.line)).toEqual([4, 7])
})

test('a broken item of a YAML list costs only itself', async () => {
  const { cluster, problems } = await read({
    'a.yaml':
      'apiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: { name: a }\n- kind: Pod\n  metadata: {\n- apiVersion: v1\n  kind: Pod\n  metadata: { name: b }\nkind: List\n',
  })
  expect([...cluster.pods.keys()]).toEqual(['default/a', 'default/b'])
  expect(problems[0]).toMatch(/^a\.yaml:7:\d+: /)
})

test('values of Secrets are gone before anybody reads the documents', async () => {
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data: { k: 'aGlkZGVu' }, stringData: { k: 'hidden' } }
  const { documents } = await read({
    'a.json': JSON.stringify(secret),
    'b.json': JSON.stringify({ apiVersion: 'v1', kind: 'SecretList', items: [{ ...secret, kind: undefined }] }),
  })
  const text = JSON.stringify(documents)
  expect([text.includes('hidden'), text.includes('aGlkZGVu')]).toEqual([false, false])
})

test('names that are properties of every object survive as names', async () => {
  const { cluster, problems } = await read({ 'a.yaml': `${pod('a')}  labels:\n    __proto__: one\n    constructor: two\n` })
  expect(problems).toEqual([])
  expect([...(cluster.pods.get('default/a' as never)?.labels ?? [])]).toEqual([
    ['__proto__', 'one'],
    ['constructor', 'two'],
  ])
})

test('five thousand pods in one JSON list are read in a few seconds', async () => {
  const started = performance.now()
  const { cluster } = await read({ 'all.json': JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manyPods(5_000) }) })
  expect(performance.now() - started).toBeLessThan(10_000)
  expect([cluster.pods.size, cluster.workloads.size, cluster.problems.length]).toEqual([5_000, 500, 0])
})
