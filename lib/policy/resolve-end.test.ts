import { describe, expect, test } from 'vitest'
import { aNamespace, aNode, aPod, aService } from '../model/testing/objects'
import { aPolicy, ask, cart, cartFromWeb, engineOf, web } from './testing/shop'

describe('ends', () => {
  const isolated = aPolicy('isolated', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] })

  test('a pod always reaches itself', () => {
    const answer = ask(engineOf([web, isolated]), 'shop/web', 'shop/web')
    expect([answer.verdict, answer.egress.exemption, answer.ingress.exemption]).toEqual(['allowed', 'self', 'self'])
  })

  test('replicas of one workload are judged as different pods', () => {
    const replicas = ['a', 'b'].map((name) =>
      aPod({ name, namespace: 'shop', labels: { app: 'db' }, owner: { kind: 'StatefulSet', name: 'db' } }),
    )
    const engine = engineOf([...replicas, isolated])
    expect(ask(engine, 'shop/db[StatefulSet]', 'shop/db[StatefulSet]').verdict).toBe('denied')
    expect(ask(engine, 'shop/a', 'shop/a').verdict).toBe('allowed')
  })

  test('the node that a pod runs on always reaches it, another node does not', () => {
    const nodes = [aNode({ name: 'node-1', ip: '192.168.0.1' }), aNode({ name: 'node-2', ip: '192.168.0.2' })]
    const engine = engineOf([web, ...nodes, isolated])
    expect(ask(engine, 'ip:192.168.0.1', 'shop/web').ingress.exemption).toBe('own-node')
    expect(ask(engine, 'ip:192.168.0.2', 'shop/web').verdict).toBe('denied')
    expect(ask(engine, 'entity:host', 'shop/web').verdict).toBe('allowed')
    expect(ask(engine, 'entity:remote-node', 'shop/web').verdict).toBe('denied')
    expect(ask(engine, 'shop/web', 'entity:host').verdict).toBe('denied')
  })

  test('a host-network pod is neither selected nor matched by label', () => {
    const agent = aPod({ name: 'agent', namespace: 'shop', labels: { app: 'web' }, hostNetwork: true, ip: '192.168.0.9', node: 'node-9' })
    const engine = engineOf([web, cart, agent, cartFromWeb, isolated])
    expect(ask(engine, 'shop/agent', 'shop/cart').verdict).toBe('denied')
    expect(ask(engine, 'shop/agent', 'ip:203.0.113.1')).toMatchObject({ verdict: 'allowed', egress: { exemption: 'not-a-subject' } })
    expect(engine.subjects('NetworkPolicy:shop/isolated' as never)).toEqual(['shop/web', 'shop/cart'])
  })

  test('whether a host-network pod of unknown place is on the same node is unknown', () => {
    const agent = aPod({ name: 'agent', namespace: 'shop', hostNetwork: true })
    expect(ask(engineOf([web, agent, isolated]), 'shop/agent', 'shop/web')).toMatchObject({ verdict: 'unknown', reason: 'host-network' })
  })

  test('a finished pod and a name that is not there are unknown', () => {
    const done = aPod({ name: 'done', namespace: 'shop', phase: 'Succeeded' })
    const engine = engineOf([web, done])
    expect(ask(engine, 'shop/done', 'shop/web')).toMatchObject({ verdict: 'unknown', reason: 'unknown-endpoint' })
    expect(ask(engine, 'shop/nobody', 'shop/web')).toMatchObject({ verdict: 'unknown', reason: 'unknown-endpoint' })
  })

  test('names of all objects are only names', () => {
    const names = ['__proto__', 'constructor', 'toString']
    const pods = names.map((name) => aPod({ name: 'x', namespace: name, labels: Object.fromEntries([[name, name]]) }))
    const policies = names.map((name) => aPolicy(name, { podSelector: { matchLabels: Object.fromEntries([[name, name]]) } }, name))
    const engine = engineOf([...pods, ...policies])
    for (const name of names) expect(ask(engine, 'toString/x', `${name}/x`).verdict).toBe(name === 'toString' ? 'allowed' : 'denied')
  })

  test('an unknown end is unknown only where it matters', () => {
    const engine = engineOf([web, cart, cartFromWeb])
    expect(ask(engine, 'entity:unknown', 'shop/web').verdict).toBe('unknown')
    expect(ask(engine, 'entity:unknown', 'shop/cart')).toMatchObject({ verdict: 'unknown', reason: 'unknown-endpoint' })
    expect(ask(engine, 'entity:unknown', 'shop/cart', 9090).ingress.verdict).toBe('denied')
  })

  test('a range whose addresses get different answers is answered piece by piece', () => {
    const policy = aPolicy('cart', {
      podSelector: { matchLabels: { app: 'cart' } },
      ingress: [{ from: [{ ipBlock: { cidr: '192.0.2.0/24', except: ['192.0.2.128/25'] } }] }],
    })
    const answer = ask(engineOf([cart, policy]), 'cidr:192.0.2.0/24', 'shop/cart')
    expect(answer.verdict).toBe('partial')
    expect(answer.parts?.map((part) => [part.ref, part.answer.verdict])).toEqual([
      ['ip:192.0.2.0-192.0.2.127', 'allowed'],
      ['ip:192.0.2.128-192.0.2.255', 'denied'],
    ])
  })

  test('IPv4 and IPv6 are told apart when they differ', () => {
    const dual = aPod({ name: 'dual', namespace: 'shop', labels: { app: 'dual' }, ips: ['10.0.0.7', 'fd00::7'] })
    const peer = aPod({ name: 'peer', namespace: 'shop', ips: ['10.0.0.8', 'fd00::8'] })
    const policy = aPolicy('dual', {
      podSelector: { matchLabels: { app: 'dual' } },
      ingress: [{ from: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }],
    })
    const answer = ask(engineOf([dual, peer, policy]), 'shop/peer', 'shop/dual')
    expect(answer.verdict).toBe('partial')
    expect(answer.parts?.map((part) => [part.family, part.answer.verdict])).toEqual([
      [4, 'allowed'],
      [6, 'denied'],
    ])
  })

  test('a question without port covers all of them', () => {
    const engine = engineOf([web, cart, cartFromWeb])
    expect(ask(engine, 'shop/cart', 'shop/web', null).verdict).toBe('allowed')
    const answer = ask(engine, 'shop/web', 'shop/cart', null)
    expect(answer.verdict).toBe('partial')
    expect(answer.parts?.map((part) => [part.ports, part.answer.verdict])).toEqual([
      [
        [
          [1, 8079],
          [8081, 65535],
        ],
        'denied',
      ],
      [[[8080, 8080]], 'allowed'],
    ])
  })

  test('a namespace stands for its pods', () => {
    const engine = engineOf([web, cart, cartFromWeb, aNamespace({ name: 'shop' })])
    expect(ask(engine, 'shop/web', 'shop', 9090).verdict).toBe('partial')
  })
})

describe('Services', () => {
  const service = aService({ name: 'cart', namespace: 'shop', selector: { app: 'cart' }, ports: [{ port: 80, targetPort: 'http' }] })

  test('are asked by their own port and judged by the port of each endpoint', () => {
    const old = aPod({
      name: 'cart-old',
      namespace: 'shop',
      labels: { app: 'cart' },
      ip: '10.0.0.3',
      ports: [{ name: 'http', containerPort: 9000 }],
    })
    const only8080 = aPolicy('cart', { podSelector: { matchLabels: { app: 'cart' } }, ingress: [{ ports: [{ port: 8080 }] }] })
    const answer = ask(engineOf([web, cart, old, service, only8080]), 'shop/web', 'svc:shop/cart', 80)
    expect(answer.verdict).toBe('partial')
    expect(answer.endpoints?.map(({ ref, port, answer }) => [ref, port, answer.verdict])).toEqual([
      ['shop/cart', 8080, 'allowed'],
      ['shop/cart-old', 9000, 'denied'],
    ])
  })

  test('are found by their cluster-internal DNS name', () => {
    expect(ask(engineOf([web, cart, service, cartFromWeb]), 'shop/web', 'dns:cart.shop.svc.cluster.local', 80).verdict).toBe('allowed')
  })

  test('without endpoints are unknown', () => {
    expect(ask(engineOf([web, service]), 'shop/web', 'svc:shop/cart', 80)).toMatchObject({ verdict: 'unknown', reason: 'unknown-endpoint' })
  })
})
