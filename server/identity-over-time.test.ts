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
