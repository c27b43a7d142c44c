import { expect, test } from 'vitest'
import type { FlowEdge } from '../../flows/window-types'
import { aFlowEdge } from '../../graph/testing/a-flow-edge'
import { aPod, aService } from '../../model/testing/objects'
import { created } from '../testing/cluster-objects'
import { findIn } from '../testing/find-in'

const service = aService({ name: 'web', namespace: 'shop' })
const owner = { kind: 'StatefulSet', name: 'web' }
const pods = [1, 2, 3].map((index) =>
  aPod({ name: `web-${index}`, namespace: 'shop', labels: { app: 'web' }, ip: `10.0.0.${index}`, owner }),
)
const edge = (pod: number, fresh: number, ongoing = 0): FlowEdge =>
  aFlowEdge({
    from: 'shop/client[Deployment]',
    to: 'shop/web[StatefulSet]',
    toPod: `shop/web-${pod}`,
    verdicts: { forwarded: fresh },
    repeats: { forwarded: ongoing },
  })
const traffic = (...edges: readonly FlowEdge[]) => ({ traffic: { edges, from: 1_000, to: 2_000, lookups: [] } })

test('a pod that gets nearly everything is a warning at the Service', () => {
  expect(findIn('LB-01', [service, ...pods], traffic(edge(1, 280), edge(2, 10), edge(3, 10)))).toMatchObject([
    {
      message: 'One of 3 pods gets 93 % of the connections.',
      evidence: ['shop/web-1: 93 % of 300', 'shop/web-2: 3 % of 300', 'shop/web-3: 3 % of 300'],
    },
  ])
})

test('it is silent when they share, when there is little to see, and for pods that came later', () => {
  expect(findIn('LB-01', [service, ...pods], traffic(edge(1, 130), edge(2, 100), edge(3, 70)))).toEqual([])
  expect(findIn('LB-01', [service, ...pods], traffic(edge(1, 28), edge(2, 1), edge(3, 1)))).toEqual([])
  const late = pods.map((pod, index) => (index === 0 ? pod : created(pod, '2026-11-22T11:00:00Z')))
  expect(findIn('LB-01', [service, ...late], traffic(edge(1, 280)))).toEqual([])
  expect(findIn('LB-01', [service, ...pods])).toEqual([])
  const headless = aService({ name: 'web', namespace: 'shop', clusterIp: 'None' })
  expect(findIn('LB-01', [headless, ...pods], traffic(edge(1, 280), edge(2, 10), edge(3, 10)))).toEqual([])
})

test('connections that stay open are named as the cause', () => {
  const edges = traffic(edge(1, 2, 280), edge(2, 1, 10), edge(3, 1, 10))
  expect(findIn('LB-02', [service, ...pods], edges)).toHaveLength(1)
  expect(findIn('LB-01', [service, ...pods], edges)).toEqual([])
})
