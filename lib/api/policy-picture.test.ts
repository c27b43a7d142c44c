import { expect, test } from 'vitest'
import { aCluster } from '../model/testing/a-cluster'
import { aNamespace, aPod } from '../model/testing/objects'
import { compilePolicies } from '../policy/engine'
import { type PolicyPicture, policyPictures } from './policy-picture'

const PODS = 30

const objects = [
  aNamespace({ name: 'shop' }),
  aPod({ name: 'cart', namespace: 'shop', labels: { app: 'cart' }, ip: '10.0.0.1' }),
  ...Array.from({ length: PODS }, (_, i) => aPod({ name: `web-${i}`, namespace: 'shop', labels: { app: 'web' }, ip: `10.0.1.${i + 1}` })),
]

function pictureOf(spec: object): PolicyPicture | undefined {
  const policy = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'p', namespace: 'shop' }, spec }
  const cluster = aCluster([...objects, policy])
  const engine = compilePolicies(cluster)
  const [info] = engine.policies
  const hits = new Map([['ingress[1]', { total: 3, denied: 0, stated: 1, lastSeen: 0 }]])
  return info === undefined ? undefined : policyPictures(engine.outline(info), hits, cluster)[0]
}

test('a peer names its workloads and how the filter language says it; many workloads are said by their namespace', () => {
  const picture = pictureOf({
    podSelector: { matchLabels: { app: 'cart' } },
    ingress: [
      { from: [{ podSelector: { matchLabels: { app: 'cart' } } }, { podSelector: { matchLabels: { app: 'web' } } }] },
      { from: [{ ipBlock: { cidr: '192.0.2.0/24' } }, { podSelector: { matchLabels: { app: 'nobody' } } }] },
      {},
    ],
  })
  expect(picture?.subject).toMatchObject({ words: 'app=cart', pods: 1, term: { field: 'workload', values: ['shop/cart[Pod]'] } })
  expect(picture?.sides.egress).toEqual({ rest: 'silent', rules: [] })
  const peers = picture?.sides.ingress.rules.map(({ peers: all }) =>
    all.map(({ pods, isBeyondPods, term }) => ({ pods, isBeyondPods, term })),
  )
  expect(peers).toEqual([
    [
      { pods: 1, isBeyondPods: false, term: { field: 'workload', values: ['shop/cart[Pod]'] } },
      { pods: PODS, isBeyondPods: false, term: { field: 'ns', values: ['shop'] } },
    ],
    [
      { pods: 0, isBeyondPods: true, term: { field: 'ip', values: ['192.0.2.0/24'] } },
      { pods: 0, isBeyondPods: false, term: null },
    ],
    [{ pods: PODS + 1, isBeyondPods: true, term: null }],
  ])
  expect(picture?.sides.ingress.rules.map(({ hits }) => hits?.total ?? null)).toEqual([null, 3, null])
})
