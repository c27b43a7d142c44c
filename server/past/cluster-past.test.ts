import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { GET as changes } from '@/app/api/v1/changes/route'
import { GET as compare } from '@/app/api/v1/compare/route'
import { POST as evaluate } from '@/app/api/v1/evaluate/route'
import { GET as topology } from '@/app/api/v1/topology/route'
import { GET as workload } from '@/app/api/v1/workloads/[...ref]/route'
import type { ChangesDocument } from '@/lib/api/changes-document'
import type { ComparisonDocument } from '@/lib/api/comparison-document'
import type { EvaluateDocument } from '@/lib/api/details'
import type { TopologyDocument } from '@/lib/api/topology-document'
import { aBatch } from '@/lib/flows/testing/a-pipeline'
import { anEnd, anObservedFlow } from '@/lib/flows/testing/an-observed-flow'
import { anObject, aPod } from '@/lib/model/testing/objects'
import { DEFAULT_CONFIG, type ServerConfig } from '../config'
import { openStore } from '../open-store'
import { Runtime } from '../running'
import { HAS_CHDB } from '../store/testing/open-embedded'
import { ChangingCluster } from '../testing/changing-cluster'
import { holdRuntime } from '../testing/hold-runtime'
import { ManualClock } from '../testing/manual-clock'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

const pod = (name: string, ip: string) =>
  aPod({ name: `${name}-0`, namespace: 'shop', ip, labels: { app: name }, owner: { kind: 'StatefulSet', name } })
const web = pod('web', '10.0.0.1')
const cart = pod('cart', '10.0.0.2')
const old = pod('old', '10.0.0.3')
const wall = anObject('networking.k8s.io/v1', 'NetworkPolicy', {
  name: 'wall',
  namespace: 'shop',
  spec: { podSelector: { matchLabels: { app: 'cart' } }, policyTypes: ['Ingress'] },
})

const question = { from: 'shop/web[StatefulSet]', to: 'shop/cart[StatefulSet]', port: 8080, protocol: 'TCP' }
const isoOf = (at: number) => new Date(at).toISOString()

async function verdictAt(at: number | null): Promise<string | undefined> {
  const url = `http://test/api/v1/evaluate${at === null ? '' : `?at=${isoOf(at)}`}`
  const answer = await evaluate(new Request(url, { method: 'POST', body: JSON.stringify(question) }))
  expect(answer.status).toBe(200)
  return ((await answer.json()) as EvaluateDocument).answers[0]?.verdict
}

async function mapAt(at: number): Promise<readonly string[]> {
  const answer = await topology(new Request(`http://test/api/v1/topology?level=workload&show=unused&window=5m&at=${isoOf(at)}`))
  expect(answer.status).toBe(200)
  return ((await answer.json()) as TopologyDocument).nodes.map(({ ref }) => ref).filter((ref) => ref.startsWith('shop/'))
}

describe('the cluster as it was', () => {
  afterEach(() => holdRuntime(null))

  test('within the last hour: its objects, and what its policies said', async () => {
    const start = Date.UTC(2026, 4, 4, 10)
    const clock = new ManualClock(start)
    const cluster = new ChangingCluster([web, cart, old])
    const running = new Runtime(DEFAULT_CONFIG, clock, cluster)
    await running.start()
    holdRuntime(running)
    clock.advance(10 * MINUTE)
    cluster.set([web, cart, wall])
    await running.readAgain()
    clock.advance(10 * MINUTE)

    expect(await verdictAt(start + 5 * MINUTE)).toBe('allowed')
    expect(await verdictAt(start + 15 * MINUTE)).toBe('denied')
    expect(await verdictAt(null)).toBe('denied')
    expect(await mapAt(start + 5 * MINUTE)).toContain('shop/old[StatefulSet]')
    expect(await mapAt(start + 15 * MINUTE)).not.toContain('shop/old[StatefulSet]')
    const gone = (at: string) => workload(new Request(`http://test/api/v1/workloads/${encodeURIComponent('shop/old[StatefulSet]')}${at}`))
    expect((await gone('')).status).toBe(404)
    expect((await gone(`?at=${isoOf(start + 5 * MINUTE)}`)).status).toBe(200)
    // Before anybody looked the cluster is that of now, and the page says so by `objectsFrom`.
    expect(await verdictAt(start - MINUTE)).toBe('denied')
    expect(running.summary().cluster.objectsFrom).toBe(start)
    await running.stop()
  })
})

describe.skipIf(!HAS_CHDB)('the cluster of hours ago, from the store', () => {
  afterEach(() => holdRuntime(null))

  test('after restarts: objects, verdicts and traffic of then; what went while nobody looked is gone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-past-'))
    const config: ServerConfig = {
      ...DEFAULT_CONFIG,
      cluster: { kind: 'in-cluster' },
      flows: [{ kind: 'ingest' }],
      store: { kind: 'embedded', folder },
    }
    const start = Math.floor(Date.now() / HOUR) * HOUR - 6 * HOUR

    async function serve(at: number, objects: readonly object[]) {
      const clock = new ManualClock(at)
      const store = openStore(config, () => Date.now())
      const cluster = new ChangingCluster(objects)
      const running = new Runtime(config, clock, cluster, store?.of('test') ?? null)
      await running.start()
      holdRuntime(running)
      for (let tries = 0; running.past.knownFrom === null || !running.keeper?.archive.isOpen; tries++) {
        if (tries > 600) throw new Error('the store did not open')
        await delay(50)
      }
      /** Lets the store's work be done: it takes time that really goes by. */
      const settle = async () => {
        for (let round = 0; round < 8; round++) {
          clock.advance(1_000)
          await delay(60)
        }
      }
      await settle()
      return { clock, cluster, running, settle, stop: () => running.stop().then(() => store?.close()) }
    }

    const first = await serve(start, [web, cart, old])
    const flow = anObservedFlow({
      time: start + 5 * MINUTE,
      source: anEnd({ namespace: 'shop', pod: 'old-0' }),
      destination: anEnd({ namespace: 'shop', pod: 'cart-0' }),
    })
    first.clock.advance(6 * MINUTE)
    first.running.posted?.intake.accept(aBatch([flow]))
    first.clock.advance(4 * MINUTE)
    first.cluster.set([web, cart, old, wall])
    await first.running.readAgain()
    await first.settle()
    first.clock.advance(10 * MINUTE)
    await first.stop()

    const second = await serve(start + 4 * HOUR, [web, cart, wall])
    expect(await verdictAt(start + 5 * MINUTE)).toBe('allowed')
    expect(await verdictAt(start + 15 * MINUTE)).toBe('denied')
    expect(await mapAt(start + 7 * MINUTE)).toContain('shop/old[StatefulSet]')
    expect(await mapAt(start + 4 * HOUR + 1)).not.toContain('shop/old[StatefulSet]')
    const url = `http://test/api/v1/topology?level=workload&window=10m&at=${isoOf(start + 8 * MINUTE)}`
    const then = (await (await topology(new Request(url))).json()) as TopologyDocument
    expect(then.edges.filter(({ relation }) => relation === 'traffic')).toMatchObject([
      { source: 'shop/old[StatefulSet]', target: 'shop/cart[StatefulSet]', verdicts: { forwarded: 1 } },
    ])
    expect(second.running.summary().cluster.objectsFrom).toBe(start)

    const listed = (await (await changes(new Request(`http://test/api/v1/changes?from=${isoOf(start)}`))).json()) as ChangesDocument
    expect(listed).toMatchObject({ total: 1, more: false, since: isoOf(start) })
    expect(listed.changes).toMatchObject([{ ref: 'NetworkPolicy:shop/wall', type: 'added' }])
    const earlier = `http://test/api/v1/changes?from=${isoOf(start)}&to=${isoOf(start + 5 * MINUTE)}`
    expect(await (await changes(new Request(earlier))).json()).toMatchObject({ total: 0 })

    const both = `before=${isoOf(start + 8 * MINUTE)}&after=${isoOf(start + 4 * HOUR)}&window=10m`
    const compared = (await (await compare(new Request(`http://test/api/v1/compare?${both}`))).json()) as ComparisonDocument
    expect(compared).toMatchObject({
      before: { objectsKnown: true },
      after: { objectsKnown: true, trafficKnown: true },
      counts: { appeared: 0, vanished: 1, flipped: 0, unchanged: 0 },
    })
    expect(compared.connections).toMatchObject([
      {
        source: 'shop/old[StatefulSet]',
        target: 'shop/cart[StatefulSet]',
        seen: 'vanished',
        before: { state: 'allowed-used', policyVerdict: 'allowed', verdicts: { forwarded: 1 } },
        // Who is gone has no verdict.
        after: { state: null, policyVerdict: 'unknown' },
      },
    ])
    await second.stop()
    await rm(folder, { recursive: true, force: true })
  }, 120_000)
})
