import { describe, expect, test } from 'vitest'
import { aCluster } from '../../model/testing/a-cluster'
import { aNode, aPod } from '../../model/testing/objects'
import type { Assumptions } from '../assumptions'
import { compilePolicies } from '../engine'
import { aCcnp, ask, SHOP } from './testing/cilium-shop'

describe('policies for machines', () => {
  const others = [
    aNode({ name: 'node-2', ip: '192.168.0.2', labels: { pool: 'edge' } }),
    aPod({ name: 'agent', namespace: 'shop', hostNetwork: true, ip: '192.168.0.2', node: 'node-2' }),
  ]
  const closed = aCcnp({
    endpointSelector: undefined,
    nodeSelector: { matchLabels: { pool: 'edge' } },
    ingress: [
      { fromEndpoints: [{ matchLabels: { app: 'web' } }], toPorts: [{ ports: [{ port: '80', protocol: 'TCP' }] }] },
      { fromEntities: ['remote-node'] },
    ],
    egress: [{ toEntities: ['cluster'] }],
  })
  const verdicts = (assumptions: Partial<Assumptions>): readonly string[] => {
    const engine = compilePolicies(aCluster([...SHOP, ...others, closed]), { profile: 'cilium', assumptions })
    return [
      ask(engine, 'shop/web', 'ip:192.168.0.2'),
      ask(engine, 'shop/web', 'shop/agent', 81),
      ask(engine, 'shop/cart', 'shop/agent'),
      ask(engine, 'ip:192.168.0.1', 'shop/agent'),
      ask(engine, 'shop/agent', 'shop/cart'),
      ask(engine, 'shop/agent', 'ip:203.0.113.1'),
      ask(engine, 'shop/cart', 'ip:192.168.0.1'),
      ask(engine, 'shop/cart', 'shop/web'),
    ].map(({ verdict }) => verdict)
  }

  test('count with the host firewall, and never for pods', () => {
    const [first, ...rest] = verdicts({ hostFirewall: true })
    expect([first, ...rest]).toEqual(['allowed', 'denied', 'denied', 'allowed', 'allowed', 'denied', 'allowed', 'allowed'])
    expect(new Set(verdicts({}))).toEqual(new Set(['allowed']))
    expect(new Set(verdicts({ hostFirewall: true, enablePolicy: 'never' }))).toEqual(new Set(['allowed']))
  })

  test('select no pods, and harm none when they are broken', () => {
    const broken = aCcnp({ endpointSelector: undefined, nodeSelector: {}, ingress: [{ fromEntities: ['mars'] }] })
    const engine = compilePolicies(aCluster([...SHOP, ...others, broken]), { profile: 'cilium', assumptions: { hostFirewall: true } })
    expect(engine.policies[0]).toMatchObject({ subjectCount: 0, enforcement: 'unreadable' })
    expect(ask(engine, 'shop/web', 'shop/cart').verdict).toBe('allowed')
    expect(ask(engine, 'shop/web', 'shop/agent').reason).toBe('unsupported-policy')
  })
})
