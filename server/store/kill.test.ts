import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isBalanced } from '@/lib/flows/ledger'
import type { LedgerEntry } from '@/lib/flows/window-types'
import { EmbeddedEngine, engineProgram } from './engine/embedded-engine'
import { SETUP_LIMITS } from './sql/query-limits'
import { HAS_CHDB } from './testing/open-embedded'

/** Kills of each kind. `SLUICE_KILL_ROUNDS=50` makes a longer run of it. */
const ROUNDS = Number(process.env.SLUICE_KILL_ROUNDS ?? 1)

type Said =
  | { readonly kind: 'stored'; readonly stored: number; readonly pid: number }
  | { readonly kind: 'sampled'; readonly sampled: number }
  | { readonly kind: 'end'; readonly ledger: LedgerEntry; readonly restarts: number }

class Writing {
  readonly process: ChildProcess
  stored = 0
  sampled = 0
  storePid = 0
  end: Extract<Said, { kind: 'end' }> | null = null

  constructor(
    bundle: string,
    folder: string,
    readonly writer: number,
  ) {
    this.process = spawn(process.execPath, [bundle, folder, engineProgram(process.cwd()), String(writer)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    if (this.process.stdout === null) throw new Error('no output')
    createInterface({ input: this.process.stdout }).on('line', (line) => {
      const said = JSON.parse(line) as Said
      if (said.kind === 'end') this.end = said
      else if (said.kind === 'sampled') this.sampled = said.sampled
      else {
        this.stored = said.stored
        this.storePid = said.pid
      }
    })
  }

  /** Waits until something is in the store, and then for a moment that is not known before. */
  async work(): Promise<void> {
    const from = this.stored
    while (this.stored === from) await sleep(5)
    await sleep(Math.random() * 1_200)
  }
}

describe.skipIf(!HAS_CHDB)('nothing that was acknowledged is lost', () => {
  let folder: string
  let bundle: string
  const runs: Writing[] = []

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-kill-'))
    bundle = join(folder, 'writing.mjs')
    const input = join(process.cwd(), 'server', 'store', 'testing', 'writing-process.ts')
    const built = await rolldown({ input, platform: 'node', resolve: { alias: { '@': process.cwd() } }, logLevel: 'warn' })
    await built.write({ file: bundle, format: 'esm', codeSplitting: false })
    await built.close()
  })
  afterAll(async () => {
    for (const { process: each } of runs) each.kill('SIGKILL')
    await rm(folder, { recursive: true, force: true })
  })

  const start = (writer: number) => {
    const run = new Writing(bundle, join(folder, 'data'), writer)
    runs.push(run)
    return run
  }
  const count = async (sql: string) => {
    const engine = new EmbeddedEngine({ folder: join(folder, 'data'), program: engineProgram(process.cwd()), now: () => Date.now() })
    try {
      return await engine.query({ sql, parameters: {} }, SETUP_LIMITS)
    } finally {
      await engine.close()
    }
  }

  test(
    'when the server is killed',
    async () => {
      for (let round = 1; round <= ROUNDS; round++) {
        const run = start(round)
        await run.work()
        run.process.kill('SIGKILL')
        await once(run.process, 'close')
      }
      const rows = await count(
        'SELECT writer, count(), uniqExact(seq), max(seq) - min(seq) + 1 FROM sluice.flows GROUP BY writer ORDER BY writer',
      )
      expect(rows).toHaveLength(ROUNDS)
      for (const [writer, kept, distinct, span] of rows) {
        const run = runs.find((each) => each.writer === Number(writer))
        expect(Number(kept)).toBeGreaterThanOrEqual(run?.stored ?? Number.POSITIVE_INFINITY)
        expect(distinct).toBe(kept)
        // Without a gap, except for what had no room while a busy machine took its time to open the store.
        expect(Number(span) - Number(kept)).toBeLessThanOrEqual(run?.sampled ?? 0)
      }
    },
    120_000 + ROUNDS * 20_000,
  )

  test(
    'when the store process is killed: what was queued follows, and every record is accounted for',
    async () => {
      const run = start(1_000)
      for (let round = 1; round <= ROUNDS; round++) {
        await run.work()
        process.kill(run.storePid, 'SIGKILL')
      }
      await run.work()
      run.process.stdin?.end()
      await once(run.process, 'close')
      const ledger = run.end?.ledger
      // While a busy machine takes its time to start the store again, the queue may run over.
      expect(ledger).toMatchObject({ queued: 0, dropped: {} })
      expect(ledger !== undefined && isBalanced(ledger)).toBe(true)
      expect(run.end?.restarts).toBeGreaterThanOrEqual(ROUNDS)
      const of = "cluster = 'test' AND writer = 1000"
      const [flows] = await count(`SELECT count(), uniqExact(seq) FROM sluice.flows WHERE ${of}`)
      expect(flows?.map(Number)).toEqual([ledger?.stored, ledger?.stored])
      const [sums] = await count(`SELECT sum(count) FROM sluice.edges_1m FINAL WHERE ${of}`)
      expect(Number(sums?.[0])).toBe((ledger?.stored ?? 0) + (ledger?.sampled ?? 0))
    },
    // A process that ends again and again is started after half a minute.
    120_000 + ROUNDS * 50_000,
  )
})

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
