import { expect, test } from 'vitest'
import { aCluster } from '../../model/testing/a-cluster'
import { compilePolicies, type PolicyEngine } from '../engine'
import { diffConnectivity } from './diff-connectivity'

const pod = (name: string, labels: object = { app: name }): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'shop', labels },
  spec: { containers: [{ name: 'app' }] },
  status: { phase: 'Running', podIPs: [{ ip: `10.0.0.${name.length}` }] },
})
const policy = (name: string, spec: object): object => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name, namespace: 'shop' },
  spec,
})
const fromWeb = (port: number): object =>
  policy('api', {
    podSelector: { matchLabels: { app: 'api' } },
    ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }], ports: [{ port }] }],
  })
const engine = (...objects: readonly object[]): PolicyEngine => compilePolicies(aCluster(objects))
const inside = { level: 'pod', external: false } as const

test('a policy that moves a port names its rule on both sides of the change', () => {
  const [web, api] = [pod('web'), pod('api')]
  const { changes } = diffConnectivity(engine(web, api, fromWeb(80)), engine(web, api, fromWeb(8080)), inside)
  const rule = { policy: 'NetworkPolicy:shop/api', rule: 'ingress[0]', effect: 'allow', detail: null, side: 'ingress' }
  const isolates = { ...rule, rule: null, effect: 'isolates', detail: 'rule-selects-peer-but-not-ports' }
  expect(changes).toEqual([
    {
      type: 'changed',
      src: 'shop/web',
      dst: 'shop/api',
      before: { TCP: [[80, 80]] },
      after: { TCP: [[8080, 8080]] },
      workloadChange: null,
      because: [
        { ...rule, at: 'before' },
        { ...isolates, at: 'before' },
        { ...isolates, at: 'after' },
        { ...rule, at: 'after' },
      ],
    },
  ])
})

test('a side that says the same before and after is no reason', () => {
  const objects = [pod('web'), pod('api'), policy('out', { podSelector: {}, policyTypes: ['Egress'], egress: [{}] })]
  const { changes } = diffConnectivity(engine(...objects), engine(...objects, fromWeb(80)), inside)
  expect(changes.flatMap(({ because }) => because).filter(({ side }) => side === 'egress')).toEqual([])
})

test('a workload that comes or goes is told apart from a policy that changes', () => {
  const { changes } = diffConnectivity(engine(pod('web'), pod('api')), engine(pod('web'), pod('db')), inside)
  expect(changes.map(({ src, dst, type, workloadChange, because }) => [src, dst, type, workloadChange, because])).toEqual([
    ['shop/api', 'shop/web', 'removed', { src: 'disappears', dst: null }, []],
    ['shop/db', 'shop/web', 'added', { src: 'appears', dst: null }, []],
    ['shop/web', 'shop/api', 'removed', { src: null, dst: 'disappears' }, []],
    ['shop/web', 'shop/db', 'added', { src: null, dst: 'appears' }, []],
  ])
})

test('labels that move a pod under a policy close its connections without a policy change', () => {
  const before = engine(pod('web'), pod('api', {}), fromWeb(80))
  const after = engine(pod('web'), pod('api', { app: 'api' }), fromWeb(80))
  const [change] = diffConnectivity(before, after, inside).changes
  expect(change).toMatchObject({ src: 'shop/web', dst: 'shop/api', before: 'all', after: { TCP: [[80, 80]] }, workloadChange: null })
  expect(change?.because.map(({ at, effect }) => `${at} ${effect}`)).toEqual(['after isolates'])
})

test('outside ranges are cut where either side tells addresses apart and joined where the change is the same', () => {
  const fromOutside = (...cidrs: readonly string[]): object =>
    policy('outside', { podSelector: {}, ingress: [{ from: cidrs.map((cidr) => ({ ipBlock: { cidr } })) }] })
  const before = engine(pod('web'), fromOutside('192.0.2.0/24', '198.51.100.0/24'))
  const after = engine(pod('web'), fromOutside('192.0.2.0/25', '192.0.3.0/25', '192.0.3.128/25', '198.51.100.0/24'))
  const { changes } = diffConnectivity(before, after, { level: 'pod' })
  expect(changes.map(({ src, dst, type }) => [src, dst, type])).toEqual([
    ['ip:192.0.2.128-192.0.2.255', 'shop/web', 'removed'],
    ['ip:192.0.3.0-192.0.3.255', 'shop/web', 'added'],
  ])
})

test('one outside address that is also the address of a pod is asked as outside', () => {
  const fromOne = policy('outside', {
    podSelector: { matchLabels: { app: 'api' } },
    ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.3/32' } }] }],
  })
  const { changes } = diffConnectivity(engine(pod('web'), pod('api')), engine(pod('web'), pod('api'), fromOne), { level: 'pod' })
  const closed = changes.find(({ src }) => src === 'ip:10.0.0.4-255.255.255.255')
  expect(closed?.because).toEqual([
    expect.objectContaining({ at: 'after', side: 'ingress', effect: 'isolates', detail: 'no-rule-selects-peer' }),
  ])
})

test('what can no longer be told is listed apart, with the reason', () => {
  const broken = policy('api', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 'nonsense' } }] }] })
  const { changes, unknown } = diffConnectivity(engine(pod('web'), pod('api')), engine(pod('web'), pod('api'), broken), inside)
  expect(changes.map(({ src, dst, type }) => [src, dst, type])).toContainEqual(['shop/web', 'shop/api', 'removed'])
  expect(unknown).toContainEqual({ src: 'shop/web', dst: 'shop/api', before: 'none', after: 'all', reason: 'unsupported-policy' })
})
