import { expect, test } from 'vitest'
import { aCluster } from '../model/testing/a-cluster'
import { aDeployment, aNamespace } from '../model/testing/objects'
import { compilePolicies, type PolicyEngine } from '../policy/engine'
import { MAX_REPLAYED, replayFlows } from './replay-flows'
import { aRecordedConnection } from './testing/a-recorded-connection'

const shop = [
  aNamespace({ name: 'shop' }),
  aDeployment({ name: 'web', namespace: 'shop' }),
  aDeployment({ name: 'cart', namespace: 'shop' }),
  aDeployment({ name: 'db', namespace: 'shop' }),
]

function engineOf(objects: readonly object[]): PolicyEngine {
  return compilePolicies(aCluster(objects), { profile: 'kubernetes' })
}

function aPolicy(name: string, spec: object): object {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace: 'shop' }, spec }
}

const toCart = (port: number) =>
  aPolicy('cart', {
    podSelector: { matchLabels: { app: 'cart' } },
    ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }], ports: [{ port }] }],
  })

const webToCart = aRecordedConnection({ src: 'shop/web[Deployment]', dst: 'shop/cart[Deployment]', port: 8080, count: 12 })
const webToDb = aRecordedConnection({ src: 'shop/web[Deployment]', dst: 'shop/db[Deployment]', port: 5432, count: 3 })

test('a connection that loses its rule is newly denied, with what decided before and what decides after', () => {
  const replay = replayFlows([webToCart, webToDb], engineOf([...shop, toCart(8080)]), engineOf([...shop, toCart(9090)]))
  expect(replay.newlyDenied).toEqual([
    {
      ...webToCart,
      before: 'allowed',
      after: 'denied',
      because: [
        { at: 'before', side: 'ingress', policy: 'NetworkPolicy:shop/cart', rule: 'ingress[0]', effect: 'allow', detail: null },
        {
          at: 'after',
          side: 'ingress',
          policy: 'NetworkPolicy:shop/cart',
          rule: null,
          effect: 'isolates',
          detail: 'rule-selects-peer-but-not-ports',
        },
      ],
    },
  ])
  expect(replay.totals.newlyDenied).toEqual({ connections: 1, flows: 12 })
  expect(replay.totals.unchanged).toEqual({ connections: 1, flows: 3 })
  expect(replay).toMatchObject({ newlyAllowed: [], unchanged: 1, unknown: 0, unknownBecause: [] })
})

test('a connection that gains a rule is newly allowed', () => {
  const replay = replayFlows([webToCart], engineOf([...shop, toCart(9090)]), engineOf([...shop, toCart(8080)]))
  expect(replay.newlyAllowed.map(({ before, after }) => [before, after])).toEqual([['denied', 'allowed']])
})

test('the answer to a connection needs no rule of its own', () => {
  const lockdown = aPolicy('lockdown', { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Ingress'], ingress: [] })
  expect(replayFlows([webToCart], engineOf(shop), engineOf([...shop, lockdown]))).toMatchObject({ unchanged: 1, newlyDenied: [] })
})

test('an end that the change takes away is unknown after it, and one that it brings unknown before', () => {
  const withoutCart = shop.filter((object) => !('metadata' in object && (object.metadata as { name: string }).name === 'cart'))
  const gone = replayFlows([webToCart], engineOf(shop), engineOf(withoutCart))
  expect(gone.unknownBecause).toEqual([{ reason: 'end-disappears', at: 'after', connections: 1, flows: 12 }])
  const come = replayFlows([webToCart], engineOf(withoutCart), engineOf(shop))
  expect(come.unknownBecause).toEqual([{ reason: 'end-appears', at: 'before', connections: 1, flows: 12 }])
})

test('what the policies cannot tell is counted by reason', () => {
  const icmp = aRecordedConnection({ src: 'shop/web[Deployment]', dst: 'shop/cart[Deployment]', protocol: 'ICMP', port: null })
  const nowhere = aRecordedConnection({ src: 'shop/gone[Deployment]', dst: 'shop/cart[Deployment]', count: 5 })
  const replay = replayFlows([icmp, nowhere], engineOf([...shop, toCart(8080)]), engineOf([...shop, toCart(9090)]))
  expect(replay.unknown).toBe(2)
  expect(replay.unknownBecause).toContainEqual({ reason: 'unknown-endpoint', at: 'both', connections: 1, flows: 5 })
})

test('pods of one workload that get different answers are told apart from ends that are not there', () => {
  const canary = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: 'cart-2',
      namespace: 'shop',
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart', controller: true }],
    },
  }
  const pod = (name: string, app: string) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'shop',
      labels: { app },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'cart-2', controller: true }],
    },
    status: { phase: 'Running' },
  })
  const objects = [...shop, canary, pod('cart-a', 'cart'), pod('cart-b', 'cart-b')]
  const replay = replayFlows([webToCart], engineOf(objects), engineOf([...objects, toCart(9090)]))
  expect(replay.unknownBecause).toEqual([{ reason: 'differs', at: 'after', connections: 1, flows: 12 }])
})

test('the most used connections come first, and those beyond the limit are counted', () => {
  const many = Array.from({ length: MAX_REPLAYED + 5 }, (_, index) =>
    aRecordedConnection({ src: 'shop/web[Deployment]', dst: 'shop/cart[Deployment]', port: index + 1, count: index + 1 }),
  )
  const replay = replayFlows(many, engineOf(shop), engineOf([...shop, toCart(60_000)]))
  expect(replay.newlyDenied).toHaveLength(MAX_REPLAYED)
  expect(replay.newlyDenied[0]?.port).toBe(MAX_REPLAYED + 5)
  expect(replay.totals.newlyDenied.connections).toBe(MAX_REPLAYED + 5)
})

test('a change to nothing changes no answer', () => {
  const engine = engineOf([...shop, toCart(8080)])
  expect(replayFlows([webToCart, webToDb], engine, engineOf([...shop, toCart(8080)]))).toMatchObject({ unchanged: 2, unknown: 0 })
})
