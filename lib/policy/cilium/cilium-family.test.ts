import { describe, expect, test } from 'vitest'
import { aPod } from '../../model/testing/objects'
import type { Assumptions } from '../assumptions'
import { aCnp, ask, engineOf } from './testing/cilium-shop'

test('a ClusterNetworkPolicy for DNS names also admits the questions about them', () => {
  const names = {
    apiVersion: 'policy.networking.k8s.io/v1alpha2',
    kind: 'ClusterNetworkPolicy',
    metadata: { name: 'names' },
    spec: {
      tier: 'Admin',
      priority: 1,
      subject: { namespaces: {} },
      egress: [
        { action: 'Accept', to: [{ domainNames: ['*.example.com'] }] },
        { action: 'Deny', to: [{ namespaces: {} }] },
      ],
    },
  }
  const dns = aPod({
    name: 'dns',
    namespace: 'kube-system',
    labels: { 'k8s-app': 'kube-dns' },
    ip: '10.0.0.9',
    ports: [{ name: 'dns', containerPort: 53, protocol: 'UDP' }],
  })
  const engine = engineOf([dns, names])
  const answer = engine.evaluate({ from: 'shop/web', to: 'kube-system/dns', port: 53, protocol: 'UDP' })
  expect(answer).toMatchObject({
    verdict: 'unknown',
    reason: 'l7-rule',
    egress: { by: [{ restriction: 'DNS *.example.com' }, { effect: 'deny' }] },
  })
  expect(ask(engine, 'shop/web', 'kube-system/dns', 53).verdict).toBe('denied')
  expect(engine.policies[0]?.ruleCounts.egress).toBe(2)
})

describe('Baseline', () => {
  const accept = {
    apiVersion: 'policy.networking.k8s.io/v1alpha2',
    kind: 'ClusterNetworkPolicy',
    metadata: { name: 'base' },
    spec: {
      tier: 'Baseline',
      priority: 1,
      subject: { namespaces: {} },
      ingress: [{ action: 'Accept', from: [{ namespaces: {} }], protocols: [{ tcp: { destinationPort: { number: 80 } } }] }],
    },
  }
  const np = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'np', namespace: 'shop' }, spec: {} }
  const answers = (policies: readonly object[], assumptions: Partial<Assumptions> = {}): readonly string[] => {
    const engine = engineOf(policies, assumptions)
    const { connections } = engine.connectivity('pod', { external: false })
    expect(connections.some(({ src, dst }) => src === 'shop/web' && dst === 'shop/cart')).toBe(
      ask(engine, 'shop/web', 'shop/cart').verdict === 'allowed',
    )
    return [80, 81].map((port) => ask(engine, 'shop/web', 'shop/cart', port).verdict)
  }

  test("the isolation of Cilium's own policies waits for it", () => {
    expect(answers([accept, aCnp({ ingress: [{}] })])).toEqual(['allowed', 'denied'])
    expect(answers([aCnp({ ingress: [{}] })])).toEqual(['denied', 'denied'])
    const { ingress } = ask(
      engineOf([accept, aCnp({ ingress: [{ fromEndpoints: [{}], toPorts: [{ ports: [{ port: '82' }] }] }] })]),
      'shop/web',
      'shop/cart',
      81,
    )
    expect(ingress.by).toEqual([
      { policy: 'CiliumNetworkPolicy:shop/p', rule: null, effect: 'isolates', detail: 'rule-selects-peer-but-not-ports' },
    ])
    expect(ingress.nearMisses).toHaveLength(2)
  })

  test('the isolation of a NetworkPolicy does so only when told', () => {
    expect(answers([accept, np])).toEqual(['denied', 'denied'])
    expect(answers([accept, np], { baselineBeforeIsolation: true })).toEqual(['allowed', 'denied'])
  })
})
