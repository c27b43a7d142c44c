import { appendFile, cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { aPod } from '@/lib/model/testing/objects'
import { DEFAULT_CONFIG, type FlowSourceChoice } from './config'
import { type Keeping, openStore } from './open-store'
import { Runtime } from './running'
import { HAS_CHDB } from './store/testing/open-embedded'
import { ChangingCluster } from './testing/changing-cluster'
import { ManualClock } from './testing/manual-clock'

const START = Math.floor(Date.now() / 60_000) * 60_000 - 600_000
const OBJECTS = ['web', 'cart'].map((name, index) =>
  aPod({ name, namespace: 'shop', ip: `10.0.0.${index + 1}`, owner: { kind: 'StatefulSet', name } }),
)
const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => {
    const time = new Date(START + (from + index) * 100).toISOString()
    return `${JSON.stringify({ time, from: 'shop/web', to: 'shop/cart', port: 8080, protocol: 'TCP', verdict: 'forwarded' })}\n`
  }).join('')

describe.skipIf(!HAS_CHDB)('files that are read over restarts', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-positions-'))
    await mkdir(join(folder, 'logs'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  /** Runs until the source told `received` records and the store has all of them. */
  async function serve(flows: FlowSourceChoice, received: number, at: number, keeping: Partial<Keeping> = {}) {
    const clock = new ManualClock(at)
    const config = {
      ...DEFAULT_CONFIG,
      cluster: { kind: 'in-cluster' as const },
      flows: [flows],
      store: { kind: 'embedded' as const, folder: join(folder, 'store') },
    }
    const store = openStore(config, () => Date.now())
    const running = new Runtime(
      config,
      clock,
      new ChangingCluster(OBJECTS),
      store === null ? null : { ...store.of(keeping.cluster ?? 'test'), ...keeping },
    )
    await running.start()
    const ledger = () => running.pipeline.ledger.entries()[0]
    for (let tries = 0; !running.keeper?.isFilled || (ledger()?.received ?? 0) < received; tries++) {
      if (tries > 400) throw new Error(`it did not come that far: ${JSON.stringify(ledger())}`)
      clock.advance(100)
      await delay(25)
    }
    const shown = () =>
      running.pipeline.window.edges(START - 60_000, clock.now() + 1).reduce((sum, { verdicts }) => sum + verdicts.forwarded, 0)
    return { clock, running, ledger, shown, stop: () => running.stop().then(() => store?.close()) }
  }

  test.each(['file', 'dir'] as const)(
    'what is in the store is not read again from a %s, and what came meanwhile is',
    async (kind) => {
      const log = join(folder, 'logs', 'web.log')
      const choice: FlowSourceChoice = { kind, path: kind === 'file' ? log : join(folder, 'logs'), format: null }
      await writeFile(log, lines(0, 300))
      const first = await serve(choice, 300, START + 60_000)
      expect(first.shown()).toBe(300)
      await first.stop()

      await appendFile(log, lines(300, 340))
      // A log that nobody read yet counts, however old its lines are.
      if (kind === 'dir') await writeFile(join(folder, 'logs', 'other.log'), lines(100, 110).replaceAll('8080', '9090'))
      const news = kind === 'dir' ? 50 : 40
      const second = await serve(choice, news, START + 120_000)
      expect(second.ledger()).toMatchObject({ received: news, ignored: {} })
      expect(second.shown()).toBe(300 + news)
      await second.stop()
    },
    120_000,
  )

  test('after a kill the lines since the last note are read again, and not counted again', async () => {
    const log = join(folder, 'logs', 'web.log')
    const choice: FlowSourceChoice = { kind: 'file', path: log, format: null }
    await writeFile(log, lines(0, 200))
    const first = await serve(choice, 200, START + 60_000)
    await first.stop()
    const note = join(folder, 'store', 'read-positions.json')
    await cp(note, join(folder, 'note'))

    await appendFile(log, lines(200, 260))
    const second = await serve(choice, 60, START + 120_000)
    await second.stop()
    // As if the second run had been killed before it wrote how far it was.
    await cp(join(folder, 'note'), note)
    await appendFile(log, lines(260, 270))
    const third = await serve(choice, 70, START + 180_000)
    expect(third.ledger()).toMatchObject({ received: 70, ignored: { 'repeat/earlier-run': 60 } })
    expect(third.shown()).toBe(270)
    await third.stop()
  }, 120_000)

  test('a file that was rotated meanwhile is read to its end first', async () => {
    const log = join(folder, 'logs', 'web.log')
    const choice: FlowSourceChoice = { kind: 'file', path: log, format: null }
    await writeFile(log, lines(0, 100))
    await (await serve(choice, 100, START + 60_000)).stop()
    await appendFile(log, lines(100, 120))
    await rename(log, `${log}.1`)
    await writeFile(log, lines(120, 150))
    const second = await serve(choice, 50, START + 120_000)
    expect(second.shown()).toBe(150)
    expect(second.ledger()).toMatchObject({ received: 50, ignored: {} })
    await second.stop()
    // What was read to its end is left alone.
    const third = await serve(choice, 0, START + 180_000)
    await delay(300)
    expect(third.ledger()?.received ?? 0).toBe(0)
    await third.stop()
  }, 120_000)

  test('where the store is not on this machine the notes are all the same, each of one cluster', async () => {
    const log = join(folder, 'logs', 'web.log')
    const choice: FlowSourceChoice = { kind: 'file', path: log, format: null }
    const elsewhere = { notesFolder: join(folder, 'notes', 'of-a-server') }
    await writeFile(log, lines(0, 100))
    await (await serve(choice, 100, START + 60_000, elsewhere)).stop()
    await appendFile(log, lines(100, 120))
    const second = await serve(choice, 20, START + 120_000, elsewhere)
    expect(second.ledger()).toMatchObject({ received: 20, ignored: {} })
    expect(second.shown()).toBe(120)
    await second.stop()
    const other = await serve(choice, 120, START + 120_000, { ...elsewhere, cluster: 'other' })
    expect(other.shown()).toBe(120)
    await other.stop()
  }, 120_000)

  test('a file that was written anew is read from its beginning', async () => {
    const log = join(folder, 'logs', 'web.log')
    const choice: FlowSourceChoice = { kind: 'file', path: log, format: null }
    await writeFile(log, lines(0, 100))
    await (await serve(choice, 100, START + 60_000)).stop()
    await writeFile(log, lines(100, 130))
    const second = await serve(choice, 30, START + 120_000)
    expect(second.shown()).toBe(130)
    await second.stop()
  }, 120_000)
})
