import { expect, test } from 'vitest'
import { aDeployment, aNode, anObject } from '../../model/testing/objects'
import { aPolicy, findIn } from '../testing/find-in'

const cart = aDeployment({ name: 'cart', namespace: 'shop' })
const web = aDeployment({ name: 'web', namespace: 'shop' })
const admitting = (...from: readonly object[]): object => aPolicy('cart', { podSelector: {}, ingress: [{ from }] })

test('a peer that matches no pod of its namespace is named with its place in the list', () => {
  const policy = admitting({ podSelector: { matchLabels: { app: 'web' } } }, { podSelector: { matchLabels: { app: 'webb' } } })
  expect(findIn('NP-02', [cart, web, policy])).toMatchObject([
    { severity: 'warning', field: 'spec.ingress[0].from[1]', evidence: ['shop/web[Deployment] has label app=web, wanted app=webb'] },
  ])
})

test('it is gone when the pod is there', () => {
  expect(findIn('NP-02', [cart, web, admitting({ podSelector: { matchLabels: { app: 'web' } } })])).toEqual([])
})

test('addresses, an empty rule and no rule at all are not peers that match nobody', () => {
  const policies = [
    admitting({ ipBlock: { cidr: '192.0.2.0/24' } }),
    aPolicy('open', { podSelector: {}, ingress: [{}] }),
    aPolicy('deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }),
  ]
  expect(findIn('NP-02', [cart, ...policies])).toEqual([])
})

test('in manifests a namespace that is not shown may exist; in a whole cluster it does not', () => {
  const policy = admitting({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } })
  expect(findIn('NP-02', [cart, policy])).toMatchObject([{ severity: 'info' }])
  expect(findIn('NP-02', [cart, policy, aNode({ name: 'n1' })])).toMatchObject([{ severity: 'warning' }])
})

test('a peer of a machine is asked only where machines are known', () => {
  const policy = anObject('policy.networking.k8s.io/v1alpha2', 'ClusterNetworkPolicy', {
    name: 'nodes',
    spec: {
      tier: 'Admin',
      priority: 1,
      subject: { namespaces: {} },
      egress: [{ name: 'n', action: 'Accept', to: [{ nodes: { matchLabels: { role: 'gateway' } } }] }],
    },
  })
  expect(findIn('NP-02', [cart, policy])).toEqual([])
  expect(findIn('NP-02', [cart, policy, aNode({ name: 'n1' })])).toMatchObject([{ field: 'spec.egress[0].to[0]' }])
})
