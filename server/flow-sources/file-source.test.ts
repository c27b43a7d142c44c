import { appendFile, copyFile, mkdir, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createFileSource } from './file-source'
import type { SourceState } from './flow-source'

let folder = ''
let path = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-flows-'))
  path = join(folder, 'flows.jsonl')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const line = (port: number): string => `${JSON.stringify({ from: 'shop/web', to: 'shop/cart', port, time: '2026-05-04T10:00:00Z' })}\n`

/** Follows the file while `steps` run: each step is taken when the source is at the end of what there is. */
async function follow(steps: readonly (() => Promise<unknown>)[]) {
  const ports: (number | null)[] = []
  const reasons: string[] = []
  const states: [SourceState, string | null][] = []
  const stop = new AbortController()
  const waiting = [...steps]
  let idle = 0
  const source = createFileSource({
    name: 'file',
    path,
    now: () => 0,
    sleep: async () => {
      // Two looks at the end of the file between steps, so that every change has been seen.
      if (++idle % 2 === 0) return
      const step = waiting.shift()
      if (step === undefined) stop.abort()
      else await step()
    },
  })
  for await (const batch of source.batches(stop.signal, (state, message) => states.push([state, message]))) {
    ports.push(...batch.flows.map((flow) => flow.port))
    reasons.push(...batch.ignored.keys(), ...batch.rejected.keys())
  }
  return { ports, reasons, states }
}

describe('following', () => {
  test('reads from the beginning and goes on with what is appended, half lines when they are whole', async () => {
    await writeFile(path, line(1) + line(2))
    const half = line(3)
    const { ports } = await follow([
      () => appendFile(path, half.slice(0, 20)),
      () => appendFile(path, half.slice(20)),
      () => appendFile(path, line(4)),
    ])
    expect(ports).toEqual([1, 2, 3, 4])
  })

  test('rotation by renaming: the old file is read to its end, then the new one', async () => {
    await writeFile(path, line(1))
    const { ports } = await follow([
      async () => {
        await appendFile(path, line(2))
        await rename(path, `${path}.1`)
        await appendFile(`${path}.1`, line(3))
        await writeFile(path, line(4))
      },
      () => appendFile(path, line(5)),
    ])
    expect(ports).toEqual([1, 2, 3, 4, 5])
  })

  test('rotation by copying and truncating: reading starts over, also when the new content is longer', async () => {
    await writeFile(path, line(1) + line(2))
    const { ports } = await follow([
      async () => {
        await copyFile(path, `${path}.1`)
        await truncate(path)
      },
      () => appendFile(path, line(3)),
      () => writeFile(path, line(4) + line(5) + line(6) + line(7)),
    ])
    expect(ports).toEqual([1, 2, 3, 4, 5, 6, 7])
  })

  test('a file that appears late, goes away and comes back', async () => {
    const { ports, states } = await follow([
      () => writeFile(path, line(1)),
      () => rm(path),
      () => Promise.resolve(),
      () => writeFile(path, line(2)),
    ])
    expect(ports).toEqual([1, 2])
    expect(states).toContainEqual(['connecting', `${path} is not there yet; waiting for it`])
    expect(states).toContainEqual(['live', `${path} is gone; waiting for it to come back`])
  })

  test('a half line at the end of a file that was replaced is not joined with the next file', async () => {
    await writeFile(path, line(1) + line(2).slice(0, 15))
    const { ports, reasons } = await follow([
      async () => {
        await rename(path, `${path}.1`)
        await writeFile(path, line(3))
      },
    ])
    expect(ports).toEqual([1, 3])
    expect(reasons).toEqual(['not JSON'])
  })
})

describe('what is posted as a body may lie in a file, too', () => {
  const rows = [1, 2, 3].map((port) => ({ from: 'shop/web', to: 'shop/cart', port }))
  const lines = rows.map((row) => JSON.stringify(row))
  const values = (some: readonly string[]) => some.map((each) => ['1777888800000000000', each])
  test.each([
    ['an array over lines', `[${lines.join(',\n')}]\n`],
    ['arrays of each other', `${JSON.stringify(rows.slice(0, 1))}\n${JSON.stringify(rows.slice(1))}\n`],
    ['lines of text in brackets between', `[INFO] started\n[${lines[0]},\n${lines[1]}]\n[ 1.5] text\n${lines[2]}\n`],
    [
      'an answer of Loki',
      JSON.stringify({ status: 'success', data: { resultType: 'streams', result: [{ stream: {}, values: values(lines) }] } }),
    ],
    ['a list', JSON.stringify({ meta: {}, flows: rows }, null, 2)],
  ])('%s', async (_name, content) => {
    await writeFile(path, content)
    const source = createFileSource({ name: 'file', path, follow: false, now: () => 0 })
    const ports = []
    for await (const batch of source.batches(new AbortController().signal, () => {})) ports.push(...batch.flows.map((flow) => flow.port))
    expect(ports).toEqual([1, 2, 3])
  })

  test('a large list, and a broken array that does not take what follows with it', async () => {
    const many = Array.from({ length: 20_000 }, () => rows[0])
    await writeFile(path, `${JSON.stringify({ flows: many })}\n["an open text\n[[ nothing closes this\n${line(7)}${line(8)}`)
    const source = createFileSource({ name: 'file', path, follow: false, now: () => 0 })
    const ports: (number | null)[] = []
    for await (const batch of source.batches(new AbortController().signal, () => {})) {
      expect(batch.flows.length).toBeLessThanOrEqual(1_000)
      ports.push(...batch.flows.map((flow) => flow.port))
    }
    expect(ports).toHaveLength(20_002)
    expect(ports.slice(-2)).toEqual([7, 8])
  })
})

test.each([
  ['gzip', gzipSync(line(1))],
  ['xz', Buffer.from('\xfd7zXZ\0', 'latin1')],
])('a file that is packed with %s is refused with what to do', async (name, bytes) => {
  await writeFile(path, bytes)
  const { states, ports } = await follow([() => writeFile(path, line(2))])
  expect(states).toContainEqual(['failed', `${path} is compressed (${name}), which is not read; unpack it first`])
  expect(ports).toEqual([2])
})

test('a folder is refused with what to do', async () => {
  await mkdir(path)
  const { states } = await follow([])
  expect(states).toContainEqual(['failed', `${path} is a folder; name a file in it`])
})

test('a line without end takes no memory and costs only itself', async () => {
  await writeFile(path, `${line(1) + 'x'.repeat(1_000_000)}\n${line(2)}`)
  const source = createFileSource({ name: 'file', path, follow: false, now: () => 0 })
  const batches = []
  for await (const batch of source.batches(new AbortController().signal, () => {})) batches.push(batch)
  expect(batches.flatMap((batch) => batch.flows.map((flow) => flow.port))).toEqual([1, 2])
  expect(batches.flatMap((batch) => [...batch.rejected])).toEqual([['longer than 262144 bytes', 1]])
})

test('a file that is not followed is read to its end, with its last line without a line feed', async () => {
  await writeFile(path, `${line(1)}${line(2).trimEnd()}`)
  const states: SourceState[] = []
  const source = createFileSource({ name: 'file', path, follow: false, now: () => 0 })
  const ports = []
  for await (const batch of source.batches(new AbortController().signal, (state) => states.push(state))) {
    ports.push(...batch.flows.map((flow) => flow.port))
  }
  expect(ports).toEqual([1, 2])
  expect(states).toEqual(['connecting', 'live', 'ended'])
})
