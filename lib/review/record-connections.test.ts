import { expect, test } from 'vitest'
import { aFlowEdge } from '../graph/testing/a-flow-edge'
import { aCluster } from '../model/testing/a-cluster'
import { aDeployment, aPod } from '../model/testing/objects'
import { recordConnections } from './record-connections'

const web = aDeployment({ name: 'web', namespace: 'shop' })
const pod = (name: string, app = 'cart', hash = '1') =>
  aPod({ name, namespace: 'shop', labels: { app, 'pod-template-hash': hash }, owner: { kind: 'StatefulSet', name: 'cart' } })

const edge = (toPod: string, more: Partial<Parameters<typeof aFlowEdge>[0]> = {}) =>
  aFlowEdge({ from: 'shop/web[Deployment]', to: 'shop/cart[StatefulSet]', toPod, ...more })

test('pods of one workload are one connection, their counts and times together', () => {
  const cluster = aCluster([web, pod('cart-0'), pod('cart-1', 'cart', '2')])
  const edges = [
    edge('shop/cart-0', { verdicts: { forwarded: 3 }, lastSeen: 5_000 }),
    edge('shop/cart-1', { verdicts: { forwarded: 4, dropped: 1 }, lastSeen: 9_000 }),
  ]
  expect(recordConnections(edges, cluster)).toEqual([
    {
      src: 'shop/web[Deployment]',
      dst: 'shop/cart[StatefulSet]',
      protocol: 'TCP',
      port: 80,
      count: 8,
      firstSeen: 0,
      lastSeen: 9_000,
      observed: { forwarded: 7, dropped: 1, audit: 0, error: 0, unknown: 0 },
    },
  ])
})

test('pods of one workload with different labels answer for themselves', () => {
  const cluster = aCluster([web, pod('cart-0'), pod('cart-1', 'cart-canary')])
  expect(recordConnections([edge('shop/cart-0'), edge('shop/cart-1')], cluster).map(({ dst }) => dst)).toEqual([
    'shop/cart-0',
    'shop/cart-1',
  ])
})

test('a pod that is gone stands behind its workload', () => {
  const cluster = aCluster([web, pod('cart-0'), pod('cart-1', 'cart-canary')])
  expect(recordConnections([edge('shop/cart-7')], cluster).map(({ dst }) => dst)).toEqual(['shop/cart[StatefulSet]'])
})

test('a connection on which nothing new began counts what shows it in use', () => {
  const [recorded] = recordConnections([edge('shop/cart-0', { verdicts: {}, repeats: { forwarded: 6 } })], aCluster([web, pod('cart-0')]))
  expect(recorded?.count).toBe(6)
})

test('a DNS name is the address it stood for', () => {
  const outside = aFlowEdge({ from: 'shop/web[Deployment]', to: 'dns:api.example.com' })
  const named = { ...outside, destination: { ...outside.destination, ip: '203.0.113.7' } }
  expect(recordConnections([named], aCluster([web]))[0]?.dst).toBe('ip:203.0.113.7')
})
