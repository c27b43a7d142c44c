import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
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
