import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { aPolicy, PODS, ShopWorkspace } from './testing/shop-workspace'

const workspace = new ShopWorkspace()
afterAll(() => workspace.remove())

const flow = (from: string, seconds: number) =>
  JSON.stringify({
    ...{ time: new Date(Date.UTC(2026, 4, 4, 10, 0, seconds)).toISOString(), from, to: 'shop/cart' },
    ...{ port: 80, protocol: 'TCP', verdict: 'forwarded' },
  })
const flows = workspace.file('flows.jsonl', `${flow('shop/web', 0)}\n${flow('dev/shell', 30)}\n${flow('shop/web', 7_300)}\n`)
const bundled = async (name = 'shop.sluice.gz') => {
  const out = `${workspace.folder}/${name}`
  const { exitCode, stderr } = await workspace.run('bundle', '--manifests', workspace.shop(), '--flows', flows, '--out', out)
  expect([exitCode, stderr]).toEqual([0, expect.stringMatching(/4 objects, \d+ bytes\n$/)])
  return out
}

test.each([
  ['connectivity', '-o', 'json'],
  ['lint', '-o', 'text'],
  ['evaluate', '--from', 'dev/shell', '--to', 'shop/cart', '--port', '80', '--explain'],
])('%s says of a bundle what it says of the manifests', async (...command) => {
  const out = await bundled()
  const [name = '', ...options] = command
  const before = await workspace.run(name, '--manifests', workspace.shop(), ...options)
  const after = await workspace.run(name, '--bundle', out, ...options)
  expect(after).toEqual(before)
})

test('the flows of a bundle are replayed by diff, also those of hours ago', async () => {
  const out = await bundled()
  const changed = workspace.file('changed.yaml', PODS + aPolicy('shell', 80))
  const written = await workspace.run('diff', '--before', workspace.shop(), '--after', changed, '--flows', flows, '-o', 'json')
  for (const side of [
    ['--bundle', out],
    ['--before', out],
  ]) {
    const { stdout, exitCode } = await workspace.run('diff', ...side, '--after', changed, '-o', 'json', '--fail-on', 'broken')
    expect(JSON.parse(stdout).flows).toEqual(JSON.parse(written.stdout).flows)
    expect(exitCode).toBe(1)
  }
})

test('both sides of a diff may be bundles', async () => {
  const out = await bundled()
  const { stdout, exitCode } = await workspace.run('diff', '--before', out, '--after', await bundled('b.sluice.gz'), '-o', 'json')
  expect([exitCode, JSON.parse(stdout).changes]).toEqual([0, []])
})

test('a bundle goes to standard output, byte for byte', async () => {
  const { exitCode, stdout } = await workspace.run('bundle', '--manifests', workspace.shop(), '--out', '-')
  const path = `${workspace.folder}/piped.sluice.gz`
  writeFileSync(path, Buffer.from(stdout, 'latin1'))
  expect([exitCode, (await workspace.run('lint', '--bundle', path)).exitCode]).toEqual([0, 0])
})

test('one that cannot be opened says why and where', async () => {
  const out = await bundled()
  const cut = workspace.file('cut.sluice.gz', '')
  writeFileSync(cut, readFileSync(out).subarray(0, 200))
  expect(await workspace.run('lint', '--bundle', cut)).toMatchObject({
    ...{ exitCode: 3, stdout: '' },
    stderr: expect.stringContaining('the bundle ends too early: it was cut off'),
  })
  const foreign = workspace.file('foreign.sluice.gz', 'hello')
  expect((await workspace.run('lint', '--bundle', foreign)).stderr).toBe(
    `${foreign}:1:1: this is no bundle: it is not compressed with gzip\n`,
  )
})

test('a file that cannot be written leaves nothing behind', async () => {
  const { exitCode, stderr } = await workspace.run(
    'bundle',
    '--manifests',
    workspace.shop(),
    '--out',
    `${workspace.folder}/no/where.sluice.gz`,
  )
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining('cannot be written: ')])
  await bundled('clean.sluice.gz')
  expect(readdirSync(workspace.folder).filter((name) => name.includes('partial'))).toEqual([])
})

test('a masked bundle names nobody, and its key reads the answers about it', async () => {
  const out = `${workspace.folder}/masked.sluice.gz`
  const { exitCode, stderr } = await workspace.run('bundle', '--bundle', await bundled(), '--mask', '--out', out)
  expect([exitCode, stderr]).toEqual([0, expect.stringContaining(`${out}.key: what the pseudonyms stand for`)])
  expect(statSync(`${out}.key`).mode & 0o777).toBe(0o600)
  expect(gunzipSync(readFileSync(out)).toString()).not.toMatch(/shop|cart|web|shell/)
  const { stdout } = await workspace.run('connectivity', '--bundle', out, '-o', 'text')
  const revealed = await workspace.run('reveal', '--key', `${out}.key`, '--text', stdout.trimEnd())
  const original = await workspace.run('connectivity', '--manifests', workspace.shop(), '-o', 'text')
  const rows = (text: string) =>
    text
      .split('\n')
      .map((line) => line.replace(/ {2,}/g, '  '))
      .sort()
  expect(rows(revealed.stdout)).toEqual(rows(original.stdout))
})

test('the same key gives the same pseudonyms, and a key that is none is refused', async () => {
  const key = `${workspace.folder}/own.key`
  const masked = (name: string) =>
    workspace.run('bundle', '--manifests', workspace.shop(), '--mask', '--key', key, '--out', `${workspace.folder}/${name}`)
  await masked('one.sluice.gz')
  await masked('two.sluice.gz')
  const documents = (name: string) =>
    gunzipSync(readFileSync(`${workspace.folder}/${name}`))
      .toString()
      .split('\n')
      .slice(1, -2)
  expect(documents('one.sluice.gz')).toEqual(documents('two.sluice.gz'))
  writeFileSync(key, 'hello')
  expect(await masked('three.sluice.gz')).toMatchObject({ exitCode: 1, stderr: `${key}: this is no key of a masked bundle\n` })
  expect(await workspace.run('reveal', '--key', key, '--text', 'x')).toMatchObject({ exitCode: 3 })
  expect(await workspace.run('reveal', '--key', '/nowhere', '--text', 'x')).toMatchObject({
    exitCode: 3,
    stderr: '/nowhere: no such file\n',
  })
})
