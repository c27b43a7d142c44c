import { expect, test } from 'vitest'
import { aCluster, aLaterCluster } from '../model/testing/a-cluster'
import { aNamespace, anObject, aPod } from '../model/testing/objects'
import { compilePolicies, updatePolicies } from '../policy/engine'
import { alteredVerdicts, VERDICT_BOUNDS } from './altered-verdicts'

const pod = (name: string, app = name.split('-')[0] ?? '') =>
  aPod({ name, namespace: 'shop', labels: { app }, owner: { kind: 'StatefulSet', name: name.split('-')[0] ?? '' } })
const policy = (app: string, from: string) =>
  anObject('networking.k8s.io/v1', 'NetworkPolicy', {
    name: app,
    namespace: 'shop',
    spec: { podSelector: { matchLabels: { app } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: from } } }] }] },
  })
const NAMESPACE = aNamespace({ name: 'shop' })
const PODS = [NAMESPACE, pod('web-0'), pod('web-1'), pod('api-0'), pod('db-0')]

function altered(before: readonly object[], after: readonly object[], bounds = VERDICT_BOUNDS) {
  const cluster = aCluster(before, { isPlaced: false })
  const engine = compilePolicies(cluster)
  return alteredVerdicts(engine, updatePolicies(engine, aLaterCluster(cluster, after, { isPlaced: false })), bounds)
}

test('an edited policy opens and closes pairs of workloads', () => {
  expect(altered([...PODS, policy('api', 'web')], [...PODS, policy('api', 'db')])).toEqual({
    state: 'computed',
    opened: 1,
    closed: 1,
    otherwise: 0,
    pairs: [
      { source: 'shop/web[StatefulSet]', destination: 'shop/api[StatefulSet]', before: 'all', after: 'none' },
      { source: 'shop/db[StatefulSet]', destination: 'shop/api[StatefulSet]', before: 'none', after: 'all' },
    ],
  })
})

test('a pod that is relabelled flips what it may do', () => {
  const relabelled = PODS.map((object, index) => (index === 4 ? pod('db-0', 'web') : object))
  expect(altered([...PODS, policy('api', 'web')], [...relabelled, policy('api', 'web')])).toMatchObject({
    opened: 1,
    closed: 0,
    pairs: [{ source: 'shop/db[StatefulSet]', destination: 'shop/api[StatefulSet]' }],
  })
})

test('pods that come and go like their siblings alter nothing', () => {
  const grown = [...PODS.slice(0, 2), pod('web-2'), ...PODS.slice(3)]
  expect(altered([...PODS, policy('api', 'web')], [...grown, policy('api', 'web')])).toMatchObject({ opened: 0, closed: 0, otherwise: 0 })
})

test('new pods of a roll-out that look like none before are compared with those that they replace', () => {
  const rolled = [NAMESPACE, pod('web-0'), pod('web-2', 'front'), pod('api-0'), pod('db-0')]
  expect(altered([...PODS, policy('api', 'web')], [...rolled, policy('api', 'web')])).toMatchObject({
    opened: 0,
    closed: 1,
    pairs: [{ source: 'shop/web[StatefulSet]', destination: 'shop/api[StatefulSet]', before: 'all', after: 'none' }],
  })
})

test('over a bound it says why nothing was computed', () => {
  const change = [[...PODS], [...PODS, policy('api', 'web')]] as const
  expect(altered(...change, { ...VERDICT_BOUNDS, classes: 1, classesAnew: 1 })).toMatchObject({ state: 'not-computed' })
  expect(altered(...change, { ...VERDICT_BOUNDS, pairs: 0 })).toEqual({
    state: 'not-computed',
    reason: 'more than 0 pairs of workloads may have changed',
  })
})
