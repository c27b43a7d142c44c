import { afterEach, expect, test } from 'vitest'
import { GET } from '@/app/api/v1/changes/route'
import { aBatch } from '@/lib/flows/testing/a-pipeline'
import { anObservedFlow, TEN } from '@/lib/flows/testing/an-observed-flow'
import { aNamespace, anObject, aPod } from '@/lib/model/testing/objects'
import { DEFAULT_CONFIG } from './config'
import { Runtime } from './running'
import { ChangingCluster } from './testing/changing-cluster'
import { holdRuntime } from './testing/hold-runtime'
import { ManualClock } from './testing/manual-clock'

const pod = (name: string, app = name.split('-')[0] ?? '') =>
  aPod({ name, namespace: 'shop', labels: { app }, owner: { kind: 'StatefulSet', name: name.split('-')[0] ?? '' } })
const policy = (from: string) =>
  anObject('networking.k8s.io/v1', 'NetworkPolicy', {
    name: 'cart',
    namespace: 'shop',
    spec: { podSelector: { matchLabels: { app: 'cart' } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: from } } }] }] },
  })
const OBJECTS = [aNamespace({ name: 'shop' }), pod('web'), pod('cart'), pod('job')]

afterEach(() => holdRuntime(null))

async function aRuntime() {
  const clock = new ManualClock(TEN)
  const cluster = new ChangingCluster([...OBJECTS, policy('web')])
  const running = new Runtime(DEFAULT_CONFIG, clock, cluster)
  await running.start()
  holdRuntime(running)
  const change = async (...objects: readonly object[]) => {
    clock.advance(60_000)
    cluster.set(objects)
    await running.readAgain()
  }
  const ask = async (query = '') => {
    const answer = await GET(new Request(`http://localhost/api/v1/changes${query}`))
    return { status: answer.status, body: await answer.json() }
  }
  return { clock, running, change, ask }
}

test('what changes in the cluster is listed with what it did to the verdicts, once that is known', async () => {
  const { clock, change, ask } = await aRuntime()
  expect((await ask()).body).toMatchObject({ kind: 'Changes', changes: [], total: 0, since: '2026-05-04T10:00:00.000Z' })
  await change(...OBJECTS, policy('job'))
  expect((await ask()).body.changes).toMatchObject([{ ref: 'NetworkPolicy:shop/cart', verdicts: { state: 'pending' } }])
  clock.advance(2_000)
  expect((await ask()).body.changes).toMatchObject([
    {
      topic: 'policy',
      type: 'changed',
      time: '2026-05-04T10:01:00.000Z',
      until: '2026-05-04T10:01:00.000Z',
      fields: [{ path: 'spec.ingress[0].from[0].podSelector.matchLabels.app', before: 'web', after: 'job' }],
      verdicts: {
        state: 'computed',
        opened: 1,
        closed: 1,
        together: 1,
        pairs: [
          { source: 'shop/web[StatefulSet]', destination: 'shop/cart[StatefulSet]', before: 'all', after: 'none' },
          { source: 'shop/job[StatefulSet]', destination: 'shop/cart[StatefulSet]', before: 'none', after: 'all' },
        ],
      },
    },
  ])
})

test('changes that come close together share what they did', async () => {
  const { clock, change, ask } = await aRuntime()
  await change(...OBJECTS.slice(0, 3), pod('job', 'web'))
  clock.advance(2_000)
  const { changes } = (await ask()).body
  expect(changes.map(({ ref, type }: { ref: string; type: string }) => [ref, type])).toEqual([
    ['shop/job[StatefulSet]', 'changed'],
    ['NetworkPolicy:shop/cart', 'removed'],
  ])
  for (const { verdicts } of changes) expect(verdicts).toMatchObject({ state: 'computed', opened: 1, together: 2 })
})

test('time, object, namespace and topic choose among changes', async () => {
  const { change, ask } = await aRuntime()
  await change(...OBJECTS, policy('job'))
  await change(...OBJECTS, policy('job'), aNamespace({ name: 'pay' }))
  const refs = async (query: string) => (await ask(query)).body.changes.map(({ ref }: { ref: string }) => ref)
  expect(await refs('')).toEqual(['pay', 'NetworkPolicy:shop/cart'])
  expect(await refs('?to=2026-05-04T10:01:30Z')).toEqual(['NetworkPolicy:shop/cart'])
  expect(await refs('?from=2026-05-04T10:01:30Z')).toEqual(['pay'])
  expect(await refs('?about=NetworkPolicy:shop/cart')).toEqual(['NetworkPolicy:shop/cart'])
  expect(await refs('?namespaces=pay')).toEqual(['pay'])
  expect(await refs('?topic=policy')).toEqual(['NetworkPolicy:shop/cart'])
  expect(await refs('?limit=1')).toEqual(['pay'])
  expect((await ask('?topic=weather')).status).toBe(400)
})

test('a flow keeps what the policies said of it when it was taken', async () => {
  const { clock, running, change } = await aRuntime()
  const take = (sourcePort: number) =>
    running.pipeline.accept('test', aBatch([anObservedFlow({ sourcePort, time: clock.now() })]), clock.now()).added[0]?.computed
  expect(take(1)).toBe('allowed')
  await change(...OBJECTS, policy('job'))
  expect(take(2)).toBe('denied')
  expect(
    running.pipeline.recent.page({ matches: null, from: null, to: null, cursor: null, limit: 9 }).flows.map((flow) => flow.computed),
  ).toEqual(['denied', 'allowed'])
})
