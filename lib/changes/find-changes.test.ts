import { expect, test } from 'vitest'
import { aCluster, aLaterCluster } from '../model/testing/a-cluster'
import { aDeployment, aNamespace, aNode, anObject, aPod, aService, type PodOptions } from '../model/testing/objects'
import { findChanges } from './find-changes'

const changesOf = (before: readonly object[], after: readonly object[]) => {
  const cluster = aCluster(before, { isPlaced: false })
  return findChanges(cluster, aLaterCluster(cluster, after, { isPlaced: false }))
}
const policy = (port: number) =>
  anObject('networking.k8s.io/v1', 'NetworkPolicy', {
    name: 'cart',
    namespace: 'shop',
    spec: { podSelector: { matchLabels: { status: 'on' } }, ingress: [{ ports: [{ port }] }] },
  })
const web = (name: string, options: PodOptions = {}) =>
  aPod({ name, namespace: 'shop', labels: { app: 'web' }, owner: { kind: 'Deployment', name: 'web' }, ...options })
const deployment = aDeployment({ name: 'web', namespace: 'shop' })

test('a policy that came, changed and went is told with what it said before and after', () => {
  const named = { topic: 'policy', objectKind: 'NetworkPolicy', ref: 'NetworkPolicy:shop/cart', namespace: 'shop' }
  expect(changesOf([], [policy(80)])).toMatchObject([{ ...named, type: 'added', fields: [] }])
  expect(changesOf([policy(80)], [policy(81)])).toMatchObject([
    {
      ...named,
      type: 'changed',
      fields: [{ path: 'spec.ingress[0].ports[0].port', before: '80', after: '81' }],
    },
  ])
  expect(changesOf([policy(80)], [])).toMatchObject([{ ...named, type: 'removed' }])
})

test('what only controllers write of a policy is no change', () => {
  const touched = { ...policy(80), status: { conditions: [{ type: 'Accepted' }] } }
  expect(changesOf([policy(80)], [touched])).toEqual([])
})

test('labels of namespaces and of pods are told, pods by their workload', () => {
  const namespace = (labels: Record<string, string>) => aNamespace({ name: 'shop', labels })
  expect(changesOf([namespace({ team: 'a' })], [namespace({ team: 'b' })])).toMatchObject([
    { topic: 'labels', type: 'changed', objectKind: 'Namespace', ref: 'shop', fields: [{ path: 'labels.team', before: 'a', after: 'b' }] },
  ])
  const pods = (app: string) => [aNamespace({ name: 'shop' }), deployment, ...['1', '2'].map((name) => web(name, { labels: { app } }))]
  expect(changesOf(pods('web'), pods('api'))).toEqual([
    {
      topic: 'labels',
      type: 'changed',
      objectKind: 'Deployment',
      ref: 'shop/web[Deployment]',
      namespace: 'shop',
      fields: [{ path: 'labels.app', before: 'web', after: 'api' }],
      moreFields: 0,
    },
  ])
})

test('pods that come and go are told by number', () => {
  const before = [aNamespace({ name: 'shop' }), deployment, web('1'), web('2')]
  const after = [aNamespace({ name: 'shop' }), deployment, web('2'), web('3'), web('4'), web('5')]
  expect(changesOf(before, after)).toMatchObject([
    {
      topic: 'pods',
      ref: 'shop/web[Deployment]',
      fields: [
        { path: 'pods', before: '2', after: '4' },
        { path: 'pods that came', after: '3' },
        { path: 'pods that went', after: '1' },
      ],
    },
  ])
})

test('a pod that is only ready or not is told by its Service', () => {
  const slice = (ready: boolean) =>
    anObject('discovery.k8s.io/v1', 'EndpointSlice', {
      name: 'web-x',
      namespace: 'shop',
      labels: { 'kubernetes.io/service-name': 'web' },
      extra: {
        addressType: 'IPv4',
        ports: [{ port: 80 }],
        endpoints: ['1', '2'].map((name) => ({
          addresses: [`10.0.0.${name}`],
          conditions: { ready: ready || name === '2' },
          targetRef: { kind: 'Pod', name },
        })),
      },
    })
  const service = aService({ name: 'web', namespace: 'shop' })
  const state = (ready: boolean) => [aNamespace({ name: 'shop' }), deployment, web('1', { ready }), web('2'), service, slice(ready)]
  expect(changesOf(state(true), state(false))).toEqual([
    {
      topic: 'endpoints',
      type: 'changed',
      objectKind: 'Service',
      ref: 'svc:shop/web',
      namespace: 'shop',
      fields: [{ path: 'ready', before: '2', after: '1' }],
      moreFields: 0,
    },
  ])
})

test('Services, routes, machines and what configures the network are told by their fields', () => {
  const state = (value: number) => [
    aNamespace({ name: 'shop' }),
    aNamespace({ name: 'kube-system' }),
    aService({ name: 'web', namespace: 'shop', ports: [{ port: value }] }),
    anObject('gateway.networking.k8s.io/v1', 'HTTPRoute', { name: 'r', namespace: 'shop', spec: { hostnames: [`h${value}.example`] } }),
    anObject('crd.projectcalico.org/v1', 'IPPool', { name: 'pool', spec: { cidr: `10.${value}.0.0/16` } }),
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'calico-config', namespace: 'kube-system' },
      data: { calico_backend: `b${value}` },
    },
    aNode({ name: 'n1', ip: `192.168.0.${value}` }),
  ]
  const found = changesOf(state(80), state(81))
  expect(found.map(({ topic, objectKind, fields }) => [topic, objectKind, fields.map(({ path }) => path)])).toEqual([
    ['service', 'Service', ['ports[0].port', 'ports[0].targetPort']],
    ['route', 'HTTPRoute', ['hostnames[0]']],
    ['network', 'IPPool', ['spec.cidr']],
    ['network', 'ConfigMap', ['calico_backend']],
    ['machine', 'Node', ['addresses[0].address']],
  ])
})

test('a reading without changes has none, and long lists of fields are counted', () => {
  const labelled = (value: string) =>
    aNamespace({ name: 'shop', labels: Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`label-${index}`, value])) })
  expect(changesOf([labelled('a')], [labelled('a')])).toEqual([])
  const [change] = changesOf([labelled('a')], [labelled('b')])
  expect([change?.fields.length, change?.moreFields]).toEqual([12, 28])
})
