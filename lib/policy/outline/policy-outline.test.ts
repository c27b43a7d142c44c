import { describe, expect, test } from 'vitest'
import { aCluster } from '../../model/testing/a-cluster'
import { aNamespace, aPod } from '../../model/testing/objects'
import { compilePolicies } from '../engine'
import type { Direction, ProfileName } from '../types'
import type { PolicyOutline } from './policy-outline'

const objects = [
  aNamespace({ name: 'shop', labels: { 'kubernetes.io/metadata.name': 'shop', team: 'a' } }),
  aNamespace({ name: 'pay', labels: { 'kubernetes.io/metadata.name': 'pay', team: 'b' } }),
  aPod({ name: 'web', namespace: 'shop', labels: { app: 'web' }, ip: '10.0.0.1' }),
  aPod({ name: 'cart', namespace: 'shop', labels: { app: 'cart' }, ip: '10.0.0.2' }),
  aPod({ name: 'bank', namespace: 'pay', labels: { app: 'bank' }, ip: '10.0.0.3' }),
]

function outlinesOf(policy: object, profile: ProfileName): readonly PolicyOutline[] {
  const engine = compilePolicies(aCluster([...objects, policy]), { profile })
  const [info] = engine.policies
  return info === undefined ? [] : engine.outline(info)
}

/** Every rule as one line: `place: words (pods) ports`. */
function lines(policy: object, direction: Direction, profile: ProfileName = 'kubernetes'): readonly string[] {
  return outlinesOf(policy, profile).flatMap((outline) =>
    outline.sides[direction].rules.flatMap(({ rule, action, peers, ports }) => {
      const covered = ports.map(({ words, unsure }) => (unsure === null ? words : `${words} (${unsure})`)).join('; ')
      return peers.map(({ place, words, pods }) => `${rule} ${action} ${place}: ${words} [${[...pods].sort().join(' ')}] ${covered}`)
    }),
  )
}

function aPolicy(spec: object): object {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'p', namespace: 'shop' },
    spec: { podSelector: {}, ...spec },
  }
}

describe('a NetworkPolicy', () => {
  test.each<[string, object, string]>([
    ['pods of its own namespace', { podSelector: { matchLabels: { app: 'web' } } }, 'namespace: app=web [shop/web]'],
    ['the whole own namespace', { podSelector: {} }, 'namespace: every pod of namespace shop [shop/cart shop/web]'],
    [
      'its own namespace by its name',
      { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } },
      'namespace: every pod of namespace shop [shop/cart shop/web]',
    ],
    [
      'another namespace by its name',
      { namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['pay'] }] } },
      'cluster: every pod of namespace pay [pay/bank]',
    ],
    [
      'pods of namespaces by label',
      { namespaceSelector: { matchLabels: { team: 'b' } }, podSelector: { matchExpressions: [{ key: 'app', operator: 'Exists' }] } },
      'cluster: any app of namespaces with team=b [pay/bank]',
    ],
    ['every pod', { namespaceSelector: {} }, 'cluster: every pod of the cluster [pay/bank shop/cart shop/web]'],
    ['addresses', { ipBlock: { cidr: '192.0.2.0/24', except: ['192.0.2.8/29'] } }, 'outside: 192.0.2.0/24 except 192.0.2.8/29 []'],
    ['all addresses', { ipBlock: { cidr: '0.0.0.0/0' } }, 'outside: any IPv4 address (0.0.0.0/0) [pay/bank shop/cart shop/web]'],
  ])('names %s', (_, peer, expected) => {
    expect(lines(aPolicy({ ingress: [{ from: [peer] }] }), 'ingress')).toEqual([`ingress[0] allow ${expected} any port`])
  })

  test('says which ports, and who without peers', () => {
    const ports = [{ port: 80 }, { port: 8000, endPort: 8100 }, { port: 'metrics' }, { protocol: 'UDP', port: 53 }]
    expect(lines(aPolicy({ egress: [{ ports }] }), 'egress')).toEqual([
      'egress[0] allow anywhere: anyone, inside and outside the cluster [pay/bank shop/cart shop/web] TCP 80, 8000-8100; UDP 53; TCP port "metrics"',
    ])
  })

  test('says of which directions it speaks', () => {
    const [outline] = outlinesOf(aPolicy({ policyTypes: ['Egress'] }), 'kubernetes')
    expect(outline?.sides.ingress).toEqual({ applies: false, isolates: false, rules: [] })
    expect(outline?.sides.egress).toEqual({ applies: true, isolates: true, rules: [] })
    expect(outline?.subject).toBe('every pod of namespace shop')
  })
})

test('a ClusterNetworkPolicy has rules with names, nodes and domain names', () => {
  const policy = {
    apiVersion: 'policy.networking.k8s.io/v1alpha2',
    kind: 'ClusterNetworkPolicy',
    metadata: { name: 'p' },
    spec: {
      tier: 'Admin',
      priority: 5,
      subject: { namespaces: { matchLabels: { team: 'a' } } },
      egress: [
        { name: 'nodes', action: 'Deny', to: [{ nodes: {} }] },
        { name: 'names', action: 'Accept', to: [{ domainNames: ['*.example.com'] }] },
      ],
    },
  }
  expect(lines(policy, 'egress')).toEqual([
    'egress[0] deny cluster: every cluster node [] any port',
    'egress[1] allow outside: *.example.com [] any port',
  ])
  const [outline] = outlinesOf(policy, 'kubernetes')
  expect(outline?.subject).toBe('every pod of namespaces with team=a')
  expect(outline?.sides.egress.isolates).toBe(false)
  expect(outline?.sides.egress.rules.map(({ name }) => name)).toEqual(['nodes', 'names'])
})

test('a Calico policy is in words of its own, its namespace told apart', () => {
  const policy = {
    apiVersion: 'projectcalico.org/v3',
    kind: 'NetworkPolicy',
    metadata: { name: 'p', namespace: 'shop' },
    spec: {
      selector: "app == 'cart'",
      ingress: [
        { action: 'Allow', protocol: 'TCP', source: { selector: "app == 'web'" }, destination: { ports: [80] } },
        { action: 'Deny', source: { namespaceSelector: "team == 'b'" } },
        { action: 'Pass', source: { notNets: ['10.0.0.0/8'] } },
      ],
    },
  }
  expect(lines(policy, 'ingress', 'calico')).toEqual([
    'ingress[0] allow namespace: app == "web" [shop/web] TCP 80',
    'ingress[1] deny cluster: namespace label team == "b" [pay/bank] any port',
    'ingress[2] pass anywhere: not 10.0.0.0/8 [] any port',
  ])
})

test('a Cilium policy of several specs has an outline for each, requests are unsure, and the port lists of a rule are together', () => {
  const policy = {
    apiVersion: 'cilium.io/v2',
    kind: 'CiliumNetworkPolicy',
    metadata: { name: 'p', namespace: 'shop' },
    specs: [
      {
        endpointSelector: { matchLabels: { app: 'cart' } },
        ingress: [
          {
            fromEndpoints: [{ matchLabels: { app: 'web' } }],
            toPorts: [
              { ports: [{ port: '80', protocol: 'TCP' }], rules: { http: [{ method: 'GET' }] } },
              { ports: [{ port: '81', protocol: 'TCP' }] },
            ],
          },
        ],
        ingressDeny: [{ fromEntities: ['world'] }],
      },
      {
        endpointSelector: {},
        egress: [
          { toEndpoints: [{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'pay', app: 'bank' } }] },
          { toFQDNs: [{ matchName: 'example.com' }] },
        ],
      },
    ],
  }
  expect(lines(policy, 'ingress', 'cilium')).toEqual([
    'ingress[0] allow namespace: app=web [shop/web] TCP 80 (l7-rule); TCP 81',
    'ingressDeny[0] deny outside: everything outside the cluster (world) [] any port',
  ])
  expect(lines(policy, 'egress', 'cilium')).toEqual([
    'egress[0] allow cluster: namespace=pay, app=bank [pay/bank] any port',
    'egress[1] allow outside: example.com [] any port',
  ])
  expect(outlinesOf(policy, 'cilium').map(({ subject }) => subject)).toEqual(['app=cart', 'every pod of namespace shop'])
})
