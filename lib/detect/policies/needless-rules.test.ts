import { describe, expect, test } from 'vitest'
import { aDeployment, aNamespace } from '../../model/testing/objects'
import { aPolicy, findIn } from '../testing/find-in'

const pods = [
  aNamespace({ name: 'shop' }),
  aDeployment({ name: 'cart', namespace: 'shop', ports: [{ name: 'http', containerPort: 8080 }] }),
  aDeployment({ name: 'web', namespace: 'shop' }),
]
const from = (app: string, port?: number | string): object => ({
  from: [{ podSelector: { matchLabels: { app } } }],
  ...(port === undefined ? {} : { ports: [{ port }] }),
})
const cart = (name: string, ...ingress: readonly object[]): object =>
  aPolicy(name, { podSelector: { matchLabels: { app: 'cart' } }, ingress })

describe('NP-16, what changes nothing', () => {
  test('a policy of which another covers every connection, whatever the words', () => {
    const wide = cart('wide', { from: [{ podSelector: {} }], ports: [{ port: 8080 }] })
    expect(findIn('NP-16', [...pods, wide, cart('narrow', from('web', 'http'))])).toMatchObject([
      { severity: 'info', object: { name: 'narrow' }, field: null, evidence: ['NetworkPolicy:shop/wide ingress[0]'] },
    ])
  })

  test('of two equal policies one stays', () => {
    expect(findIn('NP-16', [...pods, cart('a', from('web')), cart('b', from('web'))])).toMatchObject([{ object: { name: 'b' } }])
  })

  test('a single rule that another one covers', () => {
    expect(findIn('NP-16', [...pods, cart('a', from('web'), from('web', 8080))])).toMatchObject([
      { object: { name: 'a' }, field: 'spec.ingress[1]', evidence: ['NetworkPolicy:shop/a ingress[0]'] },
    ])
  })

  test('is silent when something changes, and about guards that only deny', () => {
    expect(findIn('NP-16', [...pods, cart('a', from('web', 80)), cart('b', from('web', 8080))])).toEqual([])
    expect(findIn('NP-16', [...pods, cart('a', from('web'))])).toEqual([])
    const deny = aPolicy('deny', { podSelector: {} })
    expect(
      findIn('NP-16', [
        ...pods,
        deny,
        cart('a', from('web')),
        aPolicy('web', { podSelector: { matchLabels: { app: 'web' } }, ingress: [{}] }),
      ]),
    ).toEqual([])
  })

  test('a NetworkPolicy on Cilium closes before Baseline, what Cilium isolates after it', () => {
    const accept = {
      apiVersion: 'policy.networking.k8s.io/v1alpha2',
      kind: 'ClusterNetworkPolicy',
      metadata: { name: 'base' },
      spec: { tier: 'Baseline', priority: 1, subject: { namespaces: {} }, ingress: [{ action: 'Accept', from: [{ namespaces: {} }] }] },
    }
    const own = {
      apiVersion: 'cilium.io/v2',
      kind: 'CiliumNetworkPolicy',
      metadata: { name: 'own', namespace: 'shop' },
      spec: { endpointSelector: { matchLabels: { app: 'cart' } }, ingress: [{ fromEndpoints: [{ matchLabels: { app: 'web' } }] }] },
    }
    const found = findIn('NP-16', [...pods, accept, own, cart('early', from('web'))], { profile: 'cilium' })
    expect(found.filter(({ field, object }) => field === null && object.name === 'early')).toEqual([])
  })

  test('of two rules that others cover one stays where rules are what isolates', () => {
    const egress = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'out', namespace: 'shop' },
      spec: {
        podSelector: {},
        egress: [{ to: [{ podSelector: { matchLabels: { app: 'cart' } } }] }, { to: [{ podSelector: {} }] }],
      },
    }
    const accept = {
      apiVersion: 'policy.networking.k8s.io/v1alpha2',
      kind: 'ClusterNetworkPolicy',
      metadata: { name: 'accept' },
      spec: { tier: 'Admin', priority: 1, subject: { namespaces: {} }, egress: [{ action: 'Accept', to: [{ namespaces: {} }] }] },
    }
    expect(findIn('NP-16', [...pods, accept, egress])).toMatchObject([{ field: 'spec.egress[1]' }])
  })

  test('a rule with several lists of ports is one rule: all of it has to be needless', () => {
    const own = (...ingress: readonly object[]): object => ({
      apiVersion: 'cilium.io/v2',
      kind: 'CiliumNetworkPolicy',
      metadata: { name: 'own', namespace: 'shop' },
      spec: { endpointSelector: { matchLabels: { app: 'cart' } }, ingress },
    })
    const ports = (...lists: readonly number[]): object => ({
      fromEndpoints: [{ matchLabels: { app: 'web' } }],
      toPorts: lists.map((port) => ({ ports: [{ port: String(port), protocol: 'TCP' }] })),
    })
    const find = (...ingress: readonly object[]) => findIn('NP-16', [...pods, own(...ingress)], { profile: 'cilium' })
    expect(find(ports(80), ports(80, 8080))).toMatchObject([
      { field: 'spec.ingress[0]', evidence: ['CiliumNetworkPolicy:shop/own ingress[1]'] },
    ])
    expect(find(ports(80, 8080), ports(443, 443), ports(443))).toMatchObject([
      { field: 'spec.ingress[2]', evidence: ['CiliumNetworkPolicy:shop/own ingress[1]'] },
    ])
    const deny = {
      apiVersion: 'policy.networking.k8s.io/v1alpha2',
      kind: 'ClusterNetworkPolicy',
      metadata: { name: 'deny' },
      spec: {
        tier: 'Admin',
        priority: 1,
        subject: { namespaces: {} },
        ingress: [{ action: 'Deny', from: [{ namespaces: {} }], protocols: [{ tcp: { destinationPort: { number: 80 } } }] }],
      },
    }
    expect(findIn('NP-15', [...pods, deny, own(ports(80, 8080))], { profile: 'cilium' })).toEqual([])
    expect(findIn('NP-15', [...pods, deny, own(ports(80, 80), ports(8080))], { profile: 'cilium' })).toMatchObject([
      { field: 'spec.ingress[0]' },
    ])
  })

  test('a rule that denies isolates as well as the needless one beside it', () => {
    const policy = {
      apiVersion: 'cilium.io/v2',
      kind: 'CiliumNetworkPolicy',
      metadata: { name: 'own', namespace: 'shop' },
      spec: {
        endpointSelector: { matchLabels: { app: 'cart' } },
        ingress: [{ fromEndpoints: [{ matchLabels: { app: 'web' } }] }],
        ingressDeny: [{ fromEndpoints: [{ matchLabels: { app: 'web' } }] }],
      },
    }
    expect(findIn('NP-16', [...pods, policy], { profile: 'cilium' })).toMatchObject([{ field: 'spec.ingress[0]' }])
  })

  test('what never decides covers nothing: it may go as well', () => {
    const rule = (action: string, selector: string): object => ({ action, source: { selector } })
    const policy = {
      apiVersion: 'projectcalico.org/v3',
      kind: 'NetworkPolicy',
      metadata: { name: 'own', namespace: 'shop' },
      spec: {
        selector: "app == 'cart'",
        types: ['Ingress'],
        ingress: [rule('Deny', "app == 'web'"), rule('Allow', "app == 'db'"), rule('Allow', "app in {'web', 'db'}")],
      },
    }
    const all = [...pods, aDeployment({ name: 'db', namespace: 'shop' }), policy]
    expect(findIn('NP-15', all, { profile: 'calico' })).toMatchObject([{ field: 'spec.ingress[2]' }])
    expect(findIn('NP-16', all, { profile: 'calico' })).toEqual([])
  })

  test('one of several specs is found alone: the object is needed for the others', () => {
    const specs = {
      apiVersion: 'cilium.io/v2',
      kind: 'CiliumNetworkPolicy',
      metadata: { name: 'two', namespace: 'shop' },
      specs: [
        { endpointSelector: { matchLabels: { app: 'cart' } }, ingress: [{ fromEndpoints: [{ matchLabels: { app: 'web' } }] }] },
        { endpointSelector: { matchLabels: { app: 'cart' } }, ingress: [{}] },
      ],
    }
    expect(findIn('NP-16', [...pods, admin(1, ['Accept', 'web']), specs], { profile: 'cilium' })).toMatchObject([{ field: 'specs[0]' }])
  })

  test('a policy is needed for its isolation even where another one allows all that it allows', () => {
    expect(findIn('NP-16', [...pods, admin(1, ['Accept', 'web']), cart('a', from('web'))])).toMatchObject([{ field: 'spec.ingress[0]' }])
  })
})

const admin = (priority: number, ...rules: readonly (readonly [action: string, app: string])[]): object => ({
  apiVersion: 'policy.networking.k8s.io/v1alpha2',
  kind: 'ClusterNetworkPolicy',
  metadata: { name: `admin-${priority}` },
  spec: {
    tier: 'Admin',
    priority,
    subject: { namespaces: {} },
    ingress: rules.map(([action, app]) => ({ action, from: [{ pods: { namespaceSelector: {}, podSelector: { matchLabels: { app } } } }] })),
  },
})

describe('NP-15, a rule that never decides', () => {
  test('a rule behind one that says the opposite, in its own policy and in an earlier one', () => {
    expect(findIn('NP-15', [...pods, admin(1, ['Deny', 'web'], ['Accept', 'web'])])).toMatchObject([
      {
        severity: 'warning',
        field: 'spec.ingress[1]',
        message: 'The rule never decides: what it allows is denied by rules that come earlier.',
        evidence: ['ClusterNetworkPolicy:admin-1 ingress[0]'],
      },
    ])
    expect(findIn('NP-15', [...pods, admin(1, ['Accept', 'web']), admin(2, ['Deny', 'web'])])).toMatchObject([
      { object: { name: 'admin-2' } },
    ])
  })

  test('a NetworkPolicy rule that an admin policy denies', () => {
    expect(findIn('NP-15', [...pods, admin(1, ['Deny', 'web']), cart('a', from('web'))])).toMatchObject([{ object: { name: 'a' } }])
  })

  test('is gone with the right order, and where something is left to decide', () => {
    expect(findIn('NP-15', [...pods, admin(1, ['Accept', 'cart'], ['Deny', 'web'])])).toEqual([])
    expect(findIn('NP-15', [...pods, admin(2, ['Deny', 'web']), admin(1, ['Accept', 'web'])])).toHaveLength(1)
    expect(findIn('NP-15', [...pods, admin(1, ['Pass', 'web']), cart('a', from('web'))])).toEqual([])
  })

  test('a baseline that all pods outgrew is information', () => {
    const baseline = {
      apiVersion: 'policy.networking.k8s.io/v1alpha1',
      kind: 'BaselineAdminNetworkPolicy',
      metadata: { name: 'default' },
      spec: { subject: { namespaces: {} }, ingress: [{ action: 'Deny', from: [{ namespaces: {} }] }] },
    }
    expect(findIn('NP-15', [...pods, baseline, aPolicy('all', { podSelector: {}, ingress: [{}] })])).toMatchObject([{ severity: 'info' }])
    expect(findIn('NP-15', [...pods, baseline])).toEqual([])
  })

  test('how grave it is does not hang on names: all that comes earlier anywhere counts, not what does for the first pod', () => {
    const of = (kind: string, ...ingress: readonly object[]): object => ({
      apiVersion: 'policy.networking.k8s.io/v1alpha1',
      kind,
      metadata: { name: 'default' },
      spec: { subject: { namespaces: {} }, ...(kind === 'AdminNetworkPolicy' ? { priority: 1 } : {}), ingress },
    })
    const all = [{ namespaces: {} }]
    const found = ['cart', 'web'].map((app) => {
      const only = { pods: { namespaceSelector: {}, podSelector: { matchLabels: { app } } } }
      const baseline = of('BaselineAdminNetworkPolicy', { action: 'Allow', from: [only] }, { action: 'Deny', from: all })
      return findIn('NP-15', [...pods, of('AdminNetworkPolicy', { action: 'Allow', from: all }), baseline])
    })
    const [first, second] = found.map((findings) => findings.map(({ severity, field, evidence }) => ({ severity, field, evidence })))
    expect(first).toMatchObject([{ severity: 'warning', field: 'spec.ingress[1]' }])
    expect(second).toEqual(first)
  })

  test('Calico rules behind one that denies all', () => {
    const policy = {
      apiVersion: 'projectcalico.org/v3',
      kind: 'NetworkPolicy',
      metadata: { name: 'c', namespace: 'shop' },
      spec: { selector: 'all()', ingress: [{ action: 'Deny' }, { action: 'Allow', source: { selector: "app == 'web'" } }] },
    }
    expect(findIn('NP-15', [...pods, policy])).toMatchObject([{ field: 'spec.ingress[1]' }])
  })
})
