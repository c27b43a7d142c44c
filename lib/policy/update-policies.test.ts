import { expect, test } from 'vitest'
import { aCluster, aLaterCluster } from '../model/testing/a-cluster'
import { aNamespace } from '../model/testing/objects'
import { changedCells } from './connectivity/changed-cells'
import { compilePolicies, type PolicyEngine, updatePolicies } from './engine'

const pod = (name: string, namespace = 'shop'): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels: { app: name.split('-')[0], hash: name } },
  spec: { containers: [{ name: 'app' }] },
  status: { phase: 'Running', podIPs: [{ ip: `10.0.0.${name.length}` }] },
})
const policy = (app: string, from: string): object => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: app, namespace: 'shop' },
  spec: { podSelector: { matchLabels: { app } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: from } } }] }] },
})
const clusterOf = (...objects: readonly object[]) => aCluster(objects, { isPlaced: false })
const following = (before: PolicyEngine, ...objects: readonly object[]): PolicyEngine =>
  updatePolicies(before, aLaterCluster(before.compiled.cluster, objects, { isPlaced: false }))

test('a pod that looks like known ones joins their class and keeps every row', () => {
  const objects = [pod('web-1'), pod('api-1'), policy('api', 'web')]
  const before = compilePolicies(clusterOf(...objects))
  const [web] = before.compiled.classes.all
  const row = web === undefined ? null : before.compiled.rows().row(web, 'egress', null)
  const after = following(before, ...objects, pod('web-2'))
  expect(after.compiled.classes.all.map(({ id, pods }) => [id, pods])).toEqual([
    [0, ['shop/web-1', 'shop/web-2']],
    [1, ['shop/api-1']],
  ])
  expect(web === undefined ? null : after.compiled.rows().row(web, 'egress', null)).toBe(row)
  expect(changedCells(before, after).flatMap(({ src, dst }) => src.flatMap((from) => dst.map((to) => [from, to])))).toContainEqual([
    'shop/web-2',
    'shop/api-1',
  ])
})

test('an edited policy gives new rows to its subjects alone, and the cells that change', () => {
  const pods = [pod('web-1'), pod('api-1'), pod('db-1')]
  const before = compilePolicies(clusterOf(...pods, policy('api', 'web'), policy('db', 'api')))
  before.connectivity('pod')
  const after = following(before, ...pods, policy('api', 'db'), policy('db', 'api'))
  expect(changedCells(before, after)).toEqual([
    { src: ['shop/web-1'], dst: ['shop/api-1'], before: { conns: 'all', unknown: 'none' }, after: { conns: 'none', unknown: 'none' } },
    { src: ['shop/db-1'], dst: ['shop/api-1'], before: { conns: 'none', unknown: 'none' }, after: { conns: 'all', unknown: 'none' } },
  ])
  const rowOf = (engine: PolicyEngine, ref: string) => {
    const podClass = engine.compiled.classes.all.find(({ pods: [first] }) => first === ref)
    return podClass === undefined ? null : engine.compiled.rows().row(podClass, 'ingress', null)
  }
  expect(rowOf(after, 'shop/db-1')).toBe(rowOf(before, 'shop/db-1'))
  expect(rowOf(after, 'shop/api-1')).not.toBe(rowOf(before, 'shop/api-1'))
})

test('a row that a class left to others is not computed by the policies that the class has now', () => {
  const isolated = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'closed', namespace: 'pay' }, spec: {} }
  const before = compilePolicies(clusterOf(pod('web-1', 'pay'), pod('api-1')))
  before.connectivity('pod')
  const closed = following(before, pod('web-1', 'pay'), pod('api-1'), isolated)
  const after = following(closed, pod('web-1'), pod('api-1'), isolated)
  expect(closed.connectivity('pod', { external: false }).connections).toEqual([{ src: 'pay/web-1', dst: 'shop/api-1', conns: 'all' }])
  expect(after.connectivity('pod', { external: false }).connections).toHaveLength(2)
})

test('an engine of many edits is compiled anew from time to time', () => {
  let engine = compilePolicies(clusterOf(pod('web-1')))
  const ages = Array.from({ length: 250 }, (_, index) => {
    engine = following(engine, pod('web-1'), policy('web', `app-${index % 2}`))
    return engine.compiled.age
  })
  expect(Math.max(...ages)).toBe(200)
  expect(ages.at(-1)).toBeLessThan(200)
})

test('a label that changed while no policy looked at it counts for the policy that looks at it later', () => {
  const labelled = (app: string): object => ({ ...pod('web-1'), metadata: { name: 'web-1', namespace: 'shop', labels: { app } } })
  const relabelled = following(compilePolicies(clusterOf(labelled('web'))), labelled('api'))
  const after = following(relabelled, labelled('api'), policy('web', 'db'))
  expect(after.policies.map(({ subjectCount }) => subjectCount)).toEqual([0])
})

test('a policy of the network leaves a mesh that limits as it is, and the answers are those of a mesh read anew', () => {
  const namespace = aNamespace({ name: 'shop', labels: { 'istio-injection': 'enabled' } })
  const fromApi = {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name: 'db', namespace: 'shop' },
    spec: { selector: { matchLabels: { app: 'db' } }, rules: [{ from: [{ source: { ipBlocks: ['10.0.0.5'] } }], to: [{}] }] },
  }
  const objects = [namespace, pod('web-1'), pod('api-22'), pod('db-1'), fromApi]
  const edits = [[policy('db', 'web')], [policy('db', 'api'), policy('web', 'db')], [], [policy('api', 'web')]]
  let engine = compilePolicies(clusterOf(...objects))
  const { mesh } = engine.compiled.evaluation
  expect(mesh.isLimiting).toBe(true)
  for (const policies of edits) {
    engine = following(engine, ...objects, ...policies)
    const anew = compilePolicies(clusterOf(...objects, ...policies)).connectivity('pod')
    expect(engine.compiled.evaluation.mesh).toBe(mesh)
    expect(engine.connectivity('pod').connections).toEqual(anew.connections)
    expect(engine.connectivity('pod').unknown).toEqual(anew.unknown)
  }
  expect(following(engine, ...objects.slice(0, -1)).compiled.evaluation.mesh).not.toBe(mesh)
})
