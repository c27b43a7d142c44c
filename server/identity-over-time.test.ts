import { expect, test } from 'vitest'
import { aBatch } from '@/lib/flows/testing/a-pipeline'
import { anEnd, anObservedFlow, TEN } from '@/lib/flows/testing/an-observed-flow'
import { aPod } from '@/lib/model/testing/objects'
import { DEFAULT_CONFIG } from './config'
import { Runtime } from './running'
import { ChangingCluster } from './testing/changing-cluster'
import { ManualClock } from './testing/manual-clock'

const pod = (name: string, ip: string) =>
  aPod({ name, namespace: 'shop', ip, owner: { kind: 'StatefulSet', name: name.split('-')[0] ?? '' } })

/** A server that does not know the client's pod yet; `learns` lets its watch tell of it, so long after its first flow. */
async function aServerWithLateWatch() {
  const clock = new ManualClock(TEN)
  const cluster = new ChangingCluster([pod('cart-0', '10.0.0.2')])
  const running = new Runtime(DEFAULT_CONFIG, clock, cluster)
  await running.start()
  clock.advance(60_000)
  const flow = anObservedFlow({ time: clock.now(), source: anEnd({ ip: '10.0.0.1' }), destination: anEnd({ ip: '10.0.0.2' }) })
  const [first] = running.pipeline.accept('early', aBatch([flow]), clock.now()).added
  return {
    running,
    /** The client of the flow, as people see it. */
    client: () => running.pipeline.recent.get(first?.id ?? '')?.source,
    learns: async (afterMs: number) => {
      clock.advance(afterMs)
      cluster.set([pod('web-0', '10.0.0.1'), pod('cart-0', '10.0.0.2')])
      await running.readAgain()
    },
  }
}

test('without a store, a flow that was faster than the watch gets its name when the watch tells', async () => {
  const { running, client, learns } = await aServerWithLateWatch()
  expect(client()).toMatchObject({ ref: 'ip:10.0.0.1', workload: null })
  await learns(1_000)
  expect(client()).toMatchObject({ ref: 'shop/web-0', workload: 'shop/web[StatefulSet]' })
  await running.stop()
})

test('a watch that is later than clocks differ names the flow as well: nobody else was told to have had the address', async () => {
  const { running, client, learns } = await aServerWithLateWatch()
  await learns(4_500)
  expect(client()).toMatchObject({ ref: 'shop/web-0', workload: 'shop/web[StatefulSet]' })
  await running.stop()
})

test('flows are named by who had their addresses at their own time, however late they come', async () => {
  const clock = new ManualClock(TEN)
  const cluster = new ChangingCluster([pod('web-0', '10.0.0.1'), pod('cart-0', '10.0.0.2')])
  const running = new Runtime(DEFAULT_CONFIG, clock, cluster)
  await running.start()
  const change = async (afterMs: number, ...objects: readonly object[]) => {
    clock.advance(afterMs)
    cluster.set(objects)
    await running.readAgain()
  }
  await change(60_000, pod('web-0', '10.0.0.1'))
  await change(1_000, pod('web-0', '10.0.0.1'), pod('stock-0', '10.0.0.2'))
  clock.advance(60_000)

  const source = anEnd({ ip: '10.0.0.1' })
  const to = (time: number, sourcePort: number) => {
    const flow = anObservedFlow({ time, sourcePort, source, destination: anEnd({ ip: '10.0.0.2' }) })
    return running.pipeline.accept('late', aBatch([flow]), clock.now()).added[0]?.destination
  }
  expect(to(TEN - 1_000, 1)).toMatchObject({ pod: 'shop/cart-0', workload: 'shop/cart[StatefulSet]', identity: 'resolved' })
  expect(to(TEN + 30_000, 2)).toMatchObject({ pod: 'shop/cart-0', workload: 'shop/cart[StatefulSet]', identity: 'resolved' })
  expect(to(TEN + 100_000, 3)).toMatchObject({ pod: 'shop/stock-0', workload: 'shop/stock[StatefulSet]', identity: 'resolved' })
  expect(to(TEN + 60_500, 4)).toMatchObject({
    ref: 'ip:10.0.0.2',
    pod: null,
    identity: 'uncertain',
    candidates: ['shop/cart-0', 'shop/stock-0'],
  })
  await running.stop()
})
