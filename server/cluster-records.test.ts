import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ClusterFeed } from './cluster-feed'
import { DEFAULT_CONFIG, type ServerConfig } from './config'
import { openStore } from './open-store'
import { Runtime } from './running'
import { HAS_CHDB } from './store/testing/open-embedded'
import { ManualClock } from './testing/manual-clock'

const MINUTE = 60_000
const start = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3_600_000

const service = (name: string, port: number) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop', managedFields: [{ manager: 'x' }] },
  spec: { ports: [{ port }] },
})
const secret = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'key', namespace: 'shop' },
  type: 'Opaque',
  data: { password: 'aHVudGVyMg==' },
}

describe.skipIf(!HAS_CHDB)('the cluster of then', () => {
  let folder: string
  let config: ServerConfig
  let objects: readonly unknown[] = []

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-records-'))
    config = {
      ...DEFAULT_CONFIG,
      cluster: { kind: 'manifests', path: join(folder, 'absent') },
      flows: [{ kind: 'ingest' }],
      store: { kind: 'embedded', folder: join(folder, 'data') },
    }
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  const feed: ClusterFeed = {
    origin: 'test',
    settleMs: 0,
    start: () => undefined,
    ready: Promise.resolve(),
    stop: () => undefined,
    kinds: () => [],
    read: async () => ({ documents: objects.map((body) => ({ body, origin: null })), problems: [], name: 'test', source: 'live' }),
  }

  async function serve(at: number) {
    const clock = new ManualClock(at)
    const store = openStore(config, () => Date.now())
    const running = new Runtime(config, clock, feed, store?.of('test') ?? null)
    await running.start()
    const { keeper } = running
    if (keeper === null) throw new Error('no store')
    const settle = async () => {
      for (let step = 0; step < 8; step++) {
        clock.advance(2_000)
        await new Promise((resolve) => setTimeout(resolve, 60))
      }
      await keeper.archive.flush(10_000)
    }
    for (let tries = 0; !keeper.archive.isOpen && tries < 600; tries++) await new Promise((resolve) => setTimeout(resolve, 50))
    await settle()
    const stop = async () => {
      await running.stop()
      await store?.close()
    }
    return { clock, running, keeper, settle, stop }
  }

  test('objects are there as they were, also over a restart, and nothing secret is on the disk', async () => {
    objects = [service('web', 80), service('cart', 80), secret]
    const first = await serve(start)
    first.clock.advance(MINUTE)
    objects = [service('web', 8080), service('cart', 80), secret]
    await first.running.readAgain()
    await first.settle()
    const changedAt = first.clock.now()
    await first.stop()

    objects = [service('web', 8080), service('pay', 80), secret]
    const second = await serve(changedAt + MINUTE)
    await second.settle()
    const { store } = second.keeper
    const at = async (moment: number) => {
      const found = await store.objects(moment)
      return found?.map(({ kind, name, body }) => `${kind} ${name} ${JSON.stringify(body).match(/"port":(\d+)/)?.[1] ?? ''}`).sort() ?? null
    }
    expect(await at(start - 1)).toBeNull()
    expect(await at(start + MINUTE / 2)).toEqual(['/Secret key ', '/Service cart 80', '/Service web 80'])
    expect(await at(changedAt)).toEqual(['/Secret key ', '/Service cart 80', '/Service web 8080'])
    expect(await at(changedAt + 10 * MINUTE)).toEqual(['/Secret key ', '/Service pay 80', '/Service web 8080'])
    const all = JSON.stringify(await store.objects(changedAt))
    expect(all).not.toContain('aHVudGVyMg')
    expect(all).not.toContain('managedFields')

    const changes = await store.changes({ from: start, to: changedAt + 1, limit: 10 })
    expect(changes).toMatchObject([{ topic: 'service', ref: 'svc:shop/web', namespace: 'shop' }])
    expect(changes[0]?.body).toMatchObject({ change: { type: 'changed' }, effect: { together: 1 } })

    second.clock.advance(2 * MINUTE)
    await second.settle()
    const ledgers = await store.ledgers({ from: start, to: second.clock.now() + MINUTE })
    expect(ledgers.at(-1)?.entry).toMatchObject({ source: 'ingest', received: 0, queued: 0 })
    await second.stop()
  }, 90_000)
})
