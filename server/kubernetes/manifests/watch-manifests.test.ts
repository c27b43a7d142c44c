import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { watchManifests } from './watch-manifests'

let dir = ''
let stop = new AbortController()
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'watch-'))
  stop = new AbortController()
})
afterEach(async () => {
  stop.abort()
  await rm(dir, { recursive: true, force: true })
})

/** Starts watching and gives a function that waits for the next change; `pollMs` is short, so that lost hints cost little. */
async function watching(path: string) {
  const onChange = vi.fn()
  watchManifests(path, onChange, stop.signal, { settleMs: 20, pollMs: 100 })
  await setTimeout(60)
  let seen = 0
  return async () => {
    await vi.waitFor(() => expect(onChange.mock.calls.length).toBeGreaterThan(seen), { timeout: 5_000, interval: 10 })
    await setTimeout(250)
    seen = onChange.mock.calls.length
  }
}

test('writing, adding, renaming and deleting files are changes', async () => {
  await writeFile(join(dir, 'a.yaml'), 'a: 1')
  const changed = await watching(dir)
  await writeFile(join(dir, 'a.yaml'), 'a: 22')
  await changed()
  await mkdir(join(dir, 'sub'))
  await writeFile(join(dir, 'sub', 'b.yaml'), 'b: 1')
  await changed()
  await rename(join(dir, 'sub', 'b.yaml'), join(dir, 'c.yaml'))
  await changed()
  await rm(join(dir, 'c.yaml'))
  await changed()
})

test('a single file may be replaced, vanish and come back', async () => {
  const file = join(dir, 'a.yaml')
  await writeFile(file, 'a: 1')
  const changed = await watching(file)
  await writeFile(`${file}.tmp`, 'a: 2')
  await rename(`${file}.tmp`, file)
  await changed()
  await rm(file)
  await changed()
  await writeFile(file, 'a: 3')
  await changed()
})

test('swapping the link that a mounted ConfigMap hangs on is a change', async () => {
  for (const version of ['..1', '..2']) {
    await mkdir(join(dir, version))
    await writeFile(join(dir, version, 'a.yaml'), version)
  }
  await symlink('..1', join(dir, '..data'))
  await symlink('..data/a.yaml', join(dir, 'a.yaml'))
  const changed = await watching(dir)
  await symlink('..2', join(dir, '..data_tmp'))
  await rename(join(dir, '..data_tmp'), join(dir, '..data'))
  await changed()
})

test('files that are no manifests change nothing, and nothing is called after the end', async () => {
  await writeFile(join(dir, 'a.yaml'), 'a: 1')
  const onChange = vi.fn()
  watchManifests(dir, onChange, stop.signal, { settleMs: 10, pollMs: 30 })
  await setTimeout(80)
  await writeFile(join(dir, 'notes.txt'), 'x')
  await setTimeout(150)
  stop.abort()
  await writeFile(join(dir, 'a.yaml'), 'a: 333')
  await setTimeout(150)
  expect(onChange).not.toHaveBeenCalled()
})
