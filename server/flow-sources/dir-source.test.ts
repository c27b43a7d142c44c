import { appendFileSync, copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createDirSource } from './dir-source'

let folder: string
let stop: AbortController
let ports: (number | null)[]
let said: (string | null)[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-dir-'))
  stop = new AbortController()
  ports = []
  said = []
})

afterEach(() => {
  stop.abort()
  rmSync(folder, { recursive: true, force: true })
})

const line = (port: number): string => `${JSON.stringify({ from: 'shop/web', to: 'shop/cart', port, reason: 'x'.repeat(120) })}\n`

/** Follows the folder until the test ends. */
function follow(path = folder, maxFiles = 100): void {
  const source = createDirSource({ name: 'logs', path, format: null, now: () => Date.UTC(2026, 4, 4), maxFiles })
  void (async () => {
    for await (const batch of source.batches(stop.signal, (_state, message) => said.push(message)))
      ports.push(...batch.flows.map(({ port }) => port))
  })()
}

async function until(expected: readonly number[]): Promise<void> {
  await expect.poll(() => [...ports].sort(), { timeout: 8_000 }).toEqual([...expected].sort())
}

test('files of a folder and of those in it are read, and what is appended or comes later', async () => {
  mkdirSync(join(folder, 'a'))
  writeFileSync(join(folder, 'one.log'), line(1) + line(2).slice(0, 20))
  writeFileSync(join(folder, 'a', 'two.log'), line(3))
  writeFileSync(join(folder, 'old.log.gz'), 'packed')
  writeFileSync(join(folder, '.hidden'), line(9))
  follow()
  await until([1, 3])
  appendFileSync(join(folder, 'one.log'), line(2).slice(20))
  writeFileSync(join(folder, 'three.log'), line(4))
  await until([1, 2, 3, 4])
  expect(said.at(-1)).toContain('1 compressed files are skipped')
})

test('rotation by renaming, by moving away, and by copying and truncating loses nothing and repeats nothing', async () => {
  const log = join(folder, 'app.log')
  writeFileSync(log, line(1))
  follow()
  await until([1])
  renameSync(log, `${log}.1`)
  appendFileSync(`${log}.1`, line(2))
  writeFileSync(log, line(3))
  await until([1, 2, 3])
  copyFileSync(log, `${log}.2`)
  truncateSync(log)
  appendFileSync(log, line(4))
  await until([1, 2, 3, 4])
  rmSync(`${log}.1`)
  appendFileSync(log, line(5))
  await until([1, 2, 3, 4, 5])
})

test('links of the container runtime are followed, and a file that goes is read to its end', async () => {
  const pods = mkdtempSync(join(tmpdir(), 'sluice-pods-'))
  writeFileSync(join(pods, '0.log'), `2026-05-04T10:00:00Z stdout F ${line(1)}`)
  symlinkSync(join(pods, '0.log'), join(folder, 'web-1_shop_web-0123.log'))
  follow()
  await until([1])
  renameSync(join(pods, '0.log'), join(pods, '0.log.20260504'))
  appendFileSync(join(pods, '0.log.20260504'), `2026-05-04T10:00:01Z stdout F ${line(2)}`)
  writeFileSync(join(pods, '0.log'), `2026-05-04T10:00:02Z stdout F ${line(3)}`)
  await until([1, 2, 3])
  rmSync(pods, { recursive: true })
})

test('a folder that is not there is waited for, and too many files are said', async () => {
  const later = join(folder, 'later')
  follow(later, 1)
  await expect.poll(() => said.at(-1)).toContain('is not there yet')
  mkdirSync(later)
  writeFileSync(join(later, 'a.log'), line(1))
  writeFileSync(join(later, 'b.log'), line(2))
  await until([1])
  await expect.poll(() => said.at(-1), { timeout: 5_000 }).toContain('more than the 1 files')
})
