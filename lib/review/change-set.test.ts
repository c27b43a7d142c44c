import { describe, expect, test } from 'vitest'
import { readCluster } from '../model/read-cluster'
import type { SourceDocument } from '../model/source-document'
import { aDeployment, aNamespace, aPod, aService } from '../model/testing/objects'
import { applyChangeSet } from './change-set'

function documents(objects: readonly object[], file = 'cluster.yaml'): SourceDocument[] {
  return objects.map((body, index) => ({ body, origin: { file, line: index * 10 + 1, column: 1 } }))
}

function apply(cluster: readonly object[], draft: readonly object[]) {
  const base = documents(cluster)
  const set = applyChangeSet(base, documents(draft, 'draft'))
  return { ...set, base, after: readCluster(set.documents, { name: 'test', source: 'manifests' }) }
}

function aPolicy(name: string, spec: object = { podSelector: {} }, extra: object = {}): object {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace: 'shop', ...extra }, spec }
}

const namespace = aNamespace({ name: 'shop', labels: { team: 'a', tier: 'front' } })
const cart = aDeployment({ name: 'cart', namespace: 'shop', podLabels: { app: 'cart', tier: 'back' } })
const patchDelete = (object: object) => ({ ...object, $patch: 'delete' })

describe('policies', () => {
  test('a new one is added, an existing one replaced, not merged', () => {
    const { after, changes } = apply(
      [aPolicy('cart', { podSelector: { matchLabels: { app: 'cart' } }, egress: [] })],
      [aPolicy('new'), aPolicy('cart', { podSelector: {}, ingress: [{}] })],
    )
    expect(changes.map(({ action, ref, line, isPolicy }) => [action, ref, line, isPolicy])).toEqual([
      ['added', 'NetworkPolicy:shop/new', 1, true],
      ['changed', 'NetworkPolicy:shop/cart', 11, true],
    ])
    expect(after.policies.find(({ meta }) => meta.name === 'cart')?.body.spec).toEqual({ podSelector: {}, ingress: [{}] })
  })

  test('one without a namespace is in default, as kubectl puts it', () => {
    const { changes } = apply(
      [],
      [{ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'x' }, spec: { podSelector: {} } }],
    )
    expect(changes[0]?.ref).toBe('NetworkPolicy:default/x')
  })

  test('the one of a former API group is the same object', () => {
    const former = { ...aPolicy('cart'), apiVersion: 'extensions/v1beta1' }
    expect(apply([former], [aPolicy('cart', { podSelector: {}, ingress: [{}] })]).after.policies).toHaveLength(1)
  })

  test('drafting what is there already has no effect, whatever the cluster wrote into it', () => {
    const live = aPolicy(
      'cart',
      { podSelector: {} },
      { uid: 'u', resourceVersion: '7', annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' } },
    )
    const { changes, documents: result, base } = apply([live], [aPolicy('cart')])
    expect(changes.map(({ action }) => action)).toEqual(['none'])
    expect(result).toBe(base)
  })
})

describe('deletion', () => {
  test('takes away the object that it names', () => {
    const { after, changes } = apply([aPolicy('cart'), aPolicy('web')], [patchDelete(aPolicy('cart'))])
    expect(after.policies.map(({ meta }) => meta.name)).toEqual(['web'])
    expect(changes.map(({ action, ref }) => [action, ref])).toEqual([['deleted', 'NetworkPolicy:shop/cart']])
  })

  test('needs kind and name only, where they tell which object is meant', () => {
    const { after } = apply([aPolicy('cart')], [{ kind: 'NetworkPolicy', metadata: { name: 'cart', namespace: 'shop' }, $patch: 'delete' }])
    expect(after.policies).toEqual([])
  })

  test('of what is not there is a warning at its line', () => {
    const { problems, changes } = apply([], [patchDelete(aPolicy('cart'))])
    expect(problems).toEqual([
      {
        file: 'draft',
        line: 1,
        column: 1,
        severity: 'warning',
        message: 'NetworkPolicy shop/cart is not in the cluster: nothing is deleted',
      },
    ])
    expect(changes[0]?.action).toBe('none')
  })

  test('of a workload takes what it made with it', () => {
    const owner = { kind: 'ReplicaSet', name: 'cart-1' }
    const replicaSet = {
      ...aDeployment({ name: 'cart-1', namespace: 'shop', extra: { kind: 'ReplicaSet' } }),
      metadata: {
        name: 'cart-1',
        namespace: 'shop',
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart', controller: true }],
      },
    }
    const { after, changes } = apply(
      [cart, replicaSet, aPod({ name: 'cart-1-x', namespace: 'shop', owner }), aPod({ name: 'lone', namespace: 'shop' })],
      [patchDelete(cart)],
    )
    expect([...after.pods.keys()]).toEqual(['shop/lone'])
    expect(changes[0]).toMatchObject({ action: 'deleted', ref: 'shop/cart[Deployment]', following: 2 })
  })

  test('of a namespace takes all that is in it, and warns of what the draft puts there', () => {
    const { after, problems } = apply([namespace, cart, aPolicy('cart'), aPod({ name: 'other' })], [patchDelete(namespace), aPolicy('new')])
    expect([...after.workloads.keys()]).toEqual(['default/other[Pod]'])
    expect(after.policies.map(({ meta }) => meta.name)).toEqual(['new'])
    expect(problems.map(({ message }) => message)).toEqual(['NetworkPolicy shop/new stands in a namespace that this draft deletes'])
  })
})

describe('parts of objects', () => {
  test('labels of a namespace are merged, and null removes one', () => {
    const { after } = apply(
      [namespace],
      [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { env: 'prod', tier: null } } }],
    )
    expect(Object.fromEntries(after.namespaces.get('shop')?.labels ?? [])).toEqual({
      'kubernetes.io/metadata.name': 'shop',
      team: 'a',
      env: 'prod',
    })
  })

  test('labels of a template reach the pods that run, which keep what controllers gave them', () => {
    const pod = aPod({
      name: 'cart-1-x',
      namespace: 'shop',
      ip: '10.0.0.9',
      node: 'n1',
      labels: { app: 'cart', tier: 'back', 'pod-template-hash': '1' },
      owner: { kind: 'ReplicaSet', name: 'cart-1' },
    })
    const draft = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'cart', namespace: 'shop' },
      spec: { template: { metadata: { labels: { app: 'cart', tier: null, mesh: 'on' } } } },
    }
    const { after, changes } = apply([cart, pod], [draft])
    const changed = after.pods.get('shop/cart-1-x' as never)
    expect(Object.fromEntries(changed?.labels ?? [])).toEqual({ app: 'cart', mesh: 'on', 'pod-template-hash': '1' })
    expect(changed).toMatchObject({ ips: ['10.0.0.9'], nodeName: 'n1', workload: 'shop/cart[Deployment]' })
    expect(changes[0]).toMatchObject({ action: 'changed', following: 1 })
  })

  test('a workload written out whole takes the place of the one there was', () => {
    const { after } = apply([cart], [aDeployment({ name: 'cart', namespace: 'shop', podLabels: { app: 'cart' } })])
    expect(Object.fromEntries(after.workloads.get('shop/cart[Deployment]' as never)?.labels ?? [])).toEqual({ app: 'cart' })
  })

  test('a Service written out whole keeps the address that the cluster gave it', () => {
    const live = aService({
      name: 'cart',
      namespace: 'shop',
      spec: { clusterIP: '10.96.0.7', selector: { app: 'cart', tier: 'back' }, ports: [{ port: 80 }] },
    })
    const draft = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'cart', namespace: 'shop' },
      spec: { selector: { app: 'cart' }, ports: [{ port: 81 }] },
    }
    const service = apply([live], [draft]).after.services.get('svc:shop/cart' as never)
    expect(service).toMatchObject({ clusterIps: ['10.96.0.7'], ports: [{ port: 81 }] })
    expect([...(service?.selector ?? [])]).toEqual([['app', 'cart']])
  })

  test('$patch: merge merges a policy, $patch: replace replaces a namespace', () => {
    const live = aPolicy('cart', { podSelector: { matchLabels: { app: 'cart' } }, policyTypes: ['Ingress'] })
    const { after } = apply(
      [live, namespace],
      [
        { ...aPolicy('cart', { policyTypes: ['Egress'] }), $patch: 'merge' },
        { ...aNamespace({ name: 'shop', labels: { env: 'prod' } }), $patch: 'replace' },
      ],
    )
    expect(after.policies[0]?.body).toEqual({
      ...live,
      spec: { podSelector: { matchLabels: { app: 'cart' } }, policyTypes: ['Egress'] },
    })
    expect(after.namespaces.get('shop')?.labels.has('team')).toBe(false)
  })

  test('a part of something that is not there is added with a warning', () => {
    const draft = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'crt', namespace: 'shop' },
      spec: { template: { metadata: { labels: { a: 'b' } } } },
    }
    expect(apply([cart], [draft]).problems.map(({ message }) => message)).toEqual([
      'Deployment shop/crt is not in the cluster: this part of it is taken as a new object',
    ])
  })

  test('labels named like properties of every object are labels', () => {
    const draft = JSON.parse(
      '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop","labels":{"__proto__":"x","constructor":"y"}}}',
    )
    const labels = apply([namespace], [draft]).after.namespaces.get('shop')?.labels
    expect([labels?.get('__proto__'), labels?.get('constructor'), labels?.get('team')]).toEqual(['x', 'y', 'a'])
  })
})

describe('problems', () => {
  test('what is no object stands at its line', () => {
    const { problems, changes } = apply([], [{ kind: 'NetworkPolicy', metadata: { name: 'x' } }, aPolicy('fine')])
    expect(problems.map(({ line, message }) => [line, message])).toEqual([
      [1, 'apiVersion: this document is no Kubernetes object: it has no apiVersion'],
    ])
    expect(changes).toHaveLength(1)
  })

  test('an unknown $patch is refused', () => {
    const { problems, changes } = apply([aPolicy('cart')], [{ ...aPolicy('cart'), $patch: 'remove' }])
    expect(problems.map(({ message }) => message)).toEqual(['$patch: expected delete, merge or replace'])
    expect(changes).toEqual([])
  })
})

test('lists are taken apart on both sides', () => {
  const list = { apiVersion: 'v1', kind: 'List', items: [aPolicy('a'), aPolicy('b')] }
  const { after } = apply([list], [{ apiVersion: 'v1', kind: 'List', items: [patchDelete(aPolicy('a')), aPolicy('c')] }])
  expect(after.policies.map(({ meta }) => meta.name)).toEqual(['b', 'c'])
})
