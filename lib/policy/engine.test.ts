import { describe, expect, test } from 'vitest'
import type { PodRef } from '../model/names'
import { aCluster } from '../model/testing/a-cluster'
import { aNamespace, aNode, aPod, aService } from '../model/testing/objects'
import { compilePolicies, type EngineOptions, type PolicyEngine } from './engine'
import type { EvaluateAnswer } from './types'

type Spec = Readonly<Record<string, unknown>>

function aPolicy(name: string, spec: Spec, namespace = 'shop'): object {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace }, spec }
}

const web = aPod({ name: 'web', namespace: 'shop', labels: { app: 'web' }, ip: '10.0.0.1', node: 'node-1' })
const cart = aPod({
  name: 'cart',
  namespace: 'shop',
  labels: { app: 'cart' },
  ip: '10.0.0.2',
  node: 'node-2',
  ports: [{ name: 'http', containerPort: 8080 }],
})
const cartFromWeb = aPolicy('cart', {
  podSelector: { matchLabels: { app: 'cart' } },
  ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }], ports: [{ port: 'http' }] }],
})

function engineOf(objects: readonly object[], options: EngineOptions = {}): PolicyEngine {
  return compilePolicies(aCluster(objects), { profile: 'kubernetes', ...options })
}

function ask(engine: PolicyEngine, from: string, to: string, port: number | null = 8080): EvaluateAnswer {
  return engine.evaluate({ from, to, port, protocol: 'TCP' })
}

describe('why', () => {
  test('an allowed connection names every rule that allows it', () => {
    const answer = ask(engineOf([web, cart, cartFromWeb, aPolicy('all', { podSelector: {}, ingress: [{}] })]), 'shop/web', 'shop/cart')
    expect(answer.verdict).toBe('allowed')
    expect(answer.ingress.by).toEqual([
      { policy: 'NetworkPolicy:shop/all', rule: 'ingress[0]', effect: 'allow', detail: null },
      { policy: 'NetworkPolicy:shop/cart', rule: 'ingress[0]', effect: 'allow', detail: null },
    ])
    expect(answer.egress).toMatchObject({ verdict: 'allowed', isolated: false, by: [] })
  })

  test('a wrong port names the isolating policy and what the rule allows', () => {
    const answer = ask(engineOf([web, cart, cartFromWeb]), 'shop/web', 'shop/cart', 9090)
    expect(answer.verdict).toBe('denied')
    expect(answer.ingress.by).toEqual([
      { policy: 'NetworkPolicy:shop/cart', rule: null, effect: 'isolates', detail: 'rule-selects-peer-but-not-ports' },
    ])
    expect(answer.ingress.nearMisses[0]?.message).toBe('rule allows the port named "http", you asked TCP 9090')
  })

  test('a wrong label is told in one sentence', () => {
    const webapp = aPod({ name: 'webapp', namespace: 'shop', labels: { app: 'webapp' } })
    const answer = ask(engineOf([webapp, cart, cartFromWeb]), 'shop/webapp', 'shop/cart')
    expect(answer.ingress.nearMisses).toEqual([
      { policy: 'NetworkPolicy:shop/cart', rule: 'ingress[0]', cause: 'peer', message: 'label app=webapp, rule wants app=web' },
    ])
  })

  test('the nearest miss comes first', () => {
    const policy = aPolicy('cart', {
      podSelector: { matchLabels: { app: 'cart' } },
      ingress: [
        { from: [{ podSelector: { matchLabels: { app: 'x', tier: 'y' } } }] },
        { from: [{ podSelector: {} }], ports: [{ port: 80 }] },
        { from: [{ namespaceSelector: { matchLabels: { team: 'ops' } } }] },
      ],
    })
    const answer = ask(engineOf([web, cart, policy]), 'shop/web', 'shop/cart')
    expect(answer.ingress.nearMisses.map(({ rule, cause, message }) => [rule, cause, message])).toEqual([
      ['ingress[1]', 'port', 'rule allows TCP 80, you asked TCP 8080'],
      ['ingress[2]', 'namespace', 'namespace shop has no label team, rule wants team=ops'],
      ['ingress[0]', 'peer', 'label app=web, rule wants app=x; no label tier, rule wants tier=y'],
    ])
  })

  test.each(['kubernetes', 'calico', 'cilium'] as const)('%s: the namespace that is told is that of the pod asked about', (profile) => {
    const others = ['first', 'second'].map((namespace) => aPod({ name: 'web', namespace, labels: { app: 'web' } }))
    const engine = engineOf([...others, cart, cartFromWeb], { profile })
    const told = (pod: string): string | undefined => ask(engine, pod, 'shop/cart').ingress.nearMisses[0]?.message
    expect(['first/web', 'second/web', 'first', 'second'].map(told)).toEqual([
      'namespace first, rule wants its own namespace shop',
      'namespace second, rule wants its own namespace shop',
      'namespace first, rule wants its own namespace shop',
      'namespace second, rule wants its own namespace shop',
    ])
  })

  test('the trace ends with the step that decided', () => {
    const answer = ask(engineOf([web, cart, cartFromWeb]), 'shop/web', 'shop/cart', 9090)
    expect(answer.ingress.trace.enforced).toEqual([
      { tier: 'NetworkPolicy', kind: 'NetworkPolicy', policy: 'shop/cart', action: 'deny', rule: -1 },
    ])
  })
})

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

describe('what cannot be understood', () => {
  test.each<[string, Spec]>([
    ['an unknown field in a rule', { podSelector: {}, ingress: [{ form: [] }] }],
    ['an empty peer', { podSelector: {}, ingress: [{ from: [{}] }] }],
    ['a broken CIDR', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/33' } }] }] }],
    ['an operator that does not exist', { podSelector: { matchExpressions: [{ key: 'app', operator: 'Like', values: ['x'] }] } }],
    ['rules that are no list', { podSelector: {}, ingress: { from: [] } }],
    ['a port out of range', { podSelector: {}, ingress: [{ ports: [{ port: 65536 }] }] }],
    ['endPort without port', { podSelector: {}, ingress: [{ ports: [{ endPort: 80 }] }] }],
    [
      'an except outside its block',
      { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['11.0.0.0/9'] } }] }] },
    ],
  ])('%s is a problem with its place and makes answers unknown', (_, spec) => {
    const engine = engineOf([web, cart, aPolicy('broken', spec)])
    expect(engine.problems[0]).toMatchObject({ file: 'test.yaml', line: 3, severity: 'error' })
    expect(engine.problems[0]?.message).toMatch(/^NetworkPolicy shop\/broken: spec/)
    expect(ask(engine, 'shop/web', 'shop/cart')).toMatchObject({ verdict: 'unknown', reason: 'unsupported-policy' })
    expect(engine.connectivity('pod', { external: false }).connections).toEqual([])
    expect(engine.connectivity('pod', { external: false }).unknown[0]).toMatchObject({ conns: 'all', reason: 'unsupported-policy' })
  })

  test('it changes nothing that another policy allows for sure', () => {
    const engine = engineOf([web, cart, aPolicy('broken', { podSelector: {}, ingress: [{ from: [{}] }] }), cartFromWeb])
    expect(ask(engine, 'shop/web', 'shop/cart').verdict).toBe('allowed')
    expect(ask(engine, 'shop/web', 'shop/cart', 9090).verdict).toBe('unknown')
  })

  test('a port number in quotes is read, with a warning', () => {
    const engine = engineOf([web, cart, aPolicy('quoted', { podSelector: {}, ingress: [{ ports: [{ port: '8080' }] }] })])
    expect(engine.problems.map(({ severity }) => severity)).toEqual(['warning'])
    expect([ask(engine, 'shop/web', 'shop/cart').verdict, ask(engine, 'shop/web', 'shop/cart', 80).verdict]).toEqual(['allowed', 'denied'])
  })

  test('ICMP is not covered by NetworkPolicy: open pods stay open, isolated ones are unknown', () => {
    const engine = engineOf([web, cart, cartFromWeb])
    const ping = (to: string): EvaluateAnswer => engine.evaluate({ from: 'shop/web', to, port: null, protocol: 'ICMP' })
    expect(ping('shop/web').verdict).toBe('allowed')
    expect(ping('shop/cart')).toMatchObject({ verdict: 'unknown', reason: 'protocol-not-covered' })
    const closed = engineOf([web, cart, aPolicy('closed', { podSelector: {} })])
    expect(closed.evaluate({ from: 'shop/web', to: 'shop/cart', port: null, protocol: 'ICMP' }).reason).toBe('protocol-not-covered')
  })
})

describe('cluster-scoped policies', () => {
  const clusterPolicy = (name: string, tier: string, priority: number, ingress: object): object => ({
    apiVersion: 'policy.networking.k8s.io/v1alpha2',
    kind: 'ClusterNetworkPolicy',
    metadata: { name },
    spec: { tier, priority, subject: { namespaces: {} }, ingress: [{ from: [{ namespaces: {} }], ...ingress }] },
  })

  test('Pass skips every later Admin policy', () => {
    const engine = engineOf([
      web,
      cart,
      clusterPolicy('pass', 'Admin', 100, { action: 'Pass' }),
      clusterPolicy('accept', 'Admin', 101, { action: 'Accept' }),
      clusterPolicy('deny', 'Baseline', 1, { action: 'Deny' }),
    ])
    const answer = ask(engine, 'shop/web', 'shop/cart')
    expect(answer.verdict).toBe('denied')
    expect(answer.ingress.by.map(({ policy, effect }) => [policy, effect])).toEqual([
      ['ClusterNetworkPolicy:pass', 'pass'],
      ['ClusterNetworkPolicy:deny', 'deny'],
    ])
  })

  test('equal priorities that disagree are unknown, equal ones that agree are not', () => {
    const accept = clusterPolicy('accept', 'Admin', 5, { action: 'Accept' })
    const deny = clusterPolicy('deny', 'Admin', 5, { action: 'Deny', protocols: [{ tcp: { destinationPort: { number: 80 } } }] })
    const engine = engineOf([web, cart, accept, deny])
    expect(ask(engine, 'shop/web', 'shop/cart', 80)).toMatchObject({ verdict: 'unknown', reason: 'equal-priority' })
    expect(ask(engine, 'shop/web', 'shop/cart', 81).verdict).toBe('allowed')
    expect(engine.connectivity('pod', { external: false }).unknown).toContainEqual({
      src: 'shop/web',
      dst: 'shop/cart',
      conns: { TCP: [[80, 80]] },
      reason: 'equal-priority',
    })
  })

  test('a field of a newer version fails closed: accept matches nothing, anything else denies everything', () => {
    const newer = { protocols: [{ quic: {} }] }
    const accept = clusterPolicy('accept', 'Admin', 1, { action: 'Accept', ...newer })
    const pass = clusterPolicy('pass', 'Admin', 2, { action: 'Pass', ...newer })
    expect(ask(engineOf([web, cart, accept]), 'shop/web', 'shop/cart').ingress.by).toEqual([])
    expect(ask(engineOf([web, cart, pass]), 'shop/web', 'shop/cart').verdict).toBe('denied')
  })

  test('a rule for a DNS name is known only when the traffic flows', () => {
    const policy = {
      apiVersion: 'policy.networking.k8s.io/v1alpha2',
      kind: 'ClusterNetworkPolicy',
      metadata: { name: 'names' },
      spec: {
        tier: 'Admin',
        priority: 1,
        subject: { namespaces: {} },
        egress: [
          { action: 'Accept', to: [{ domainNames: ['*.example.com'] }] },
          { action: 'Deny', to: [{ networks: ['0.0.0.0/0', '::/0'] }] },
        ],
      },
    }
    const engine = engineOf([web, policy])
    expect(ask(engine, 'shop/web', 'dns:api.example.com')).toMatchObject({ verdict: 'unknown', reason: 'fqdn-rule' })
    expect(ask(engine, 'shop/web', 'dns:example.com').verdict).toBe('denied')
    expect(ask(engine, 'shop/web', 'ip:203.0.113.5')).toMatchObject({ verdict: 'unknown', reason: 'fqdn-rule' })
  })
})

describe('kinds of other vendors', () => {
  const calico = (spec: Spec): object => ({
    apiVersion: 'projectcalico.org/v3',
    kind: 'GlobalNetworkPolicy',
    metadata: { name: 'deny-all' },
    spec,
  })
  const cilium = {
    apiVersion: 'cilium.io/v2',
    kind: 'CiliumNetworkPolicy',
    metadata: { name: 'x', namespace: 'shop' },
    spec: { endpointSelector: {}, ingress: [{}] },
  }

  test('count for nothing under a profile that does not know them', () => {
    const engine = engineOf([web, cart, calico({ selector: 'all()', types: ['Ingress'] }), cilium])
    expect(ask(engine, 'shop/web', 'shop/cart').verdict).toBe('allowed')
    expect(engine.policies.map(({ enforcement }) => enforcement)).toEqual(['other-plugin', 'other-plugin'])
  })

  test('isolation and subjects follow the policies', () => {
    const engine = engineOf([web, cart, cartFromWeb])
    expect(engine.isolation('shop/cart' as PodRef)).toEqual({ ingress: ['NetworkPolicy:shop/cart'], egress: [], isComplete: true })
    expect(engine.isolation('shop/web' as PodRef)).toEqual({ ingress: [], egress: [], isComplete: true })
    expect(engine.policies[0]).toMatchObject({ subjectCount: 1, isolates: ['ingress'], ruleCounts: { ingress: 1, egress: 0 } })
  })

  const subjectsIn = (engine: PolicyEngine): readonly unknown[] =>
    engine.policies.map((policy) => [engine.subjectsOf(policy), engine.subjects(policy.ref), policy.subjectCount])

  const ofMesh = { apiVersion: 'security.istio.io/v1', kind: 'RequestAuthentication', spec: {} }
  test.each([cilium, ofMesh])('$kind: where nobody enforces them, the pods of their own namespace are their subjects', (object) => {
    const pods = ['t', 'u'].map((namespace) => aPod({ name: 'a', namespace }))
    const foreign = ['t', 'u'].map((namespace) => ({ ...object, metadata: { name: 'x', namespace } }))
    expect(subjectsIn(engineOf([...pods, ...foreign]))).toEqual([
      [['t/a'], ['t/a'], 1],
      [['u/a'], ['u/a'], 1],
    ])
  })

  test('policies select the pods that they name also where no policy is enforced', () => {
    const policy = aPolicy('web', { podSelector: { matchLabels: { app: 'web' } } })
    const engine = engineOf([web, cart, aPod({ name: 'other', namespace: 'pay', labels: { app: 'web' } }), policy], {
      profile: 'cilium',
      assumptions: { enablePolicy: 'never' },
    })
    expect(subjectsIn(engine)).toEqual([[['shop/web'], ['shop/web'], 1]])
    expect(ask(engine, 'shop/cart', 'shop/web').verdict).toBe('allowed')
  })
})
