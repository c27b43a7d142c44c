import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { HAS_CHDB } from '../testing/open-embedded'
import { EmbeddedEngine, engineProgram } from './embedded-engine'

const LIMITS = { seconds: 20, memoryBytes: 1e9, threads: 1, rows: 10 }
const ask = (sql: string) => ({ sql, parameters: {} })
const SLOW = ask('SELECT count() FROM numbers(20000000000) WHERE sipHash64(number) = 1')

describe.skipIf(!HAS_CHDB)('the store process', () => {
  let folder: string
  let engine: EmbeddedEngine
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-engine-'))
    engine = new EmbeddedEngine({ folder, program: engineProgram(process.cwd()), now: () => Date.now(), patienceMs: 3_000 })
    await engine.query(ask('SELECT 1'), LIMITS)
  }, 60_000)
  afterAll(async () => {
    await engine?.close()
    await rm(folder, { recursive: true, force: true })
  })

  test('a question that nobody waits for any more is never asked, and does not keep the next one waiting', async () => {
    const [first, second] = [new AbortController(), new AbortController()]
    const slow = engine.query(SLOW, LIMITS, first.signal).catch((error) => error)
    const waiting = engine.query(SLOW, LIMITS, second.signal).catch((error) => error)
    const third = engine.query(ask('SELECT 3'), LIMITS)
    await new Promise((resolve) => setTimeout(resolve, 200))
    second.abort()
    await expect(waiting).resolves.toMatchObject({ failure: 'cancelled' })
    first.abort()
    await expect(slow).resolves.toMatchObject({ failure: 'cancelled' })
    await expect(third).resolves.toEqual([[3]])
  })

  test('an answer comes by rows or by columns', async () => {
    const three = ask('SELECT number, toString(number), toUInt64(18446744073709551615) FROM numbers(3)')
    expect(await engine.query(three, LIMITS)).toEqual([0, 1, 2].map((number) => [String(number), String(number), '18446744073709551615']))
    const [numbers, ...others] = await engine.columns(three, LIMITS)
    expect(numbers).toEqual(['0', '1', '2'])
    expect(others.map((column) => column.length)).toEqual([3, 3])
    const none = await engine.columns(ask('SELECT number, 1 FROM numbers(0)'), LIMITS)
    expect(none.flat()).toEqual([])
    await expect(engine.columns(ask('SELECT number FROM numbers(11)'), LIMITS)).rejects.toMatchObject({ failure: 'limit' })
  })

  test('more questions than can wait are turned away', async () => {
    const gone = new AbortController()
    const slow = engine.query(SLOW, LIMITS, gone.signal).catch((error) => error)
    const asked = Array.from({ length: 110 }, () => engine.query(ask('SELECT 1'), LIMITS, gone.signal).catch((error) => error))
    await new Promise((resolve) => setTimeout(resolve, 100))
    gone.abort()
    const failures = (await Promise.all(asked)).map(({ failure }) => failure)
    expect(failures.filter((failure) => failure === 'limit')).toHaveLength(10)
    expect(failures.filter((failure) => failure === 'cancelled')).toHaveLength(100)
    await slow
  })

  test('a process that does not answer is ended, and started again when it is next needed', async () => {
    process.kill(engine.pid ?? 0, 'SIGSTOP')
    const command = engine.command(ask('SELECT 1'))
    await expect(command).rejects.toMatchObject({ failure: 'unavailable', message: expect.stringContaining('did not answer') })
    for (let tries = 0; tries < 50; tries++) {
      const rows = await engine.query(ask('SELECT 2'), LIMITS).catch(() => null)
      if (rows !== null) break
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    expect(await engine.query(ask('SELECT 2'), LIMITS)).toEqual([[2]])
    expect(engine.restarts).toBeGreaterThan(0)
  })
})
