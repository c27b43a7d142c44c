import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { WANTED_KINDS } from '@/server/kubernetes/reflector/wanted-kinds'
import { type ControlPlane, startControlPlane } from './control-plane'
import { aCustomKind } from './custom-kind'
import { eventually } from './eventually'
import type { KubeObject } from './kube-object'
import { writeKubeconfig } from './kubeconfig'
import { aDeployment, aNamespace, anAllowPolicy, aService } from './objects'
import { clusterRights, deployedRules, namespaceRights, type RoleRule, without } from './roles'
import { makeToken } from './service-account'
import { type WatchedCluster, watchCluster } from './watched-cluster'

/** One custom kind stands for all; its definition makes the API server serve it. */
const TIERS = aCustomKind({ group: 'crd.projectcalico.org', kind: 'Tier', plural: 'tiers' })

let plane: ControlPlane
let open: WatchedCluster[] = []

beforeAll(async () => {
  plane = await startControlPlane()
  await plane.admin.apply(
    TIERS.definition,
    aNamespace('shop'),
    aDeployment('shop', 'cart'),
    aService('shop', 'cart'),
    anAllowPolicy('shop', 'cart', 'cart', { role: 'client' }),
    aConfigMap('kube-system', 'coredns'),
    aConfigMap('shop', 'coredns'),
    aConfigMap('shop', 'settings'),
    { apiVersion: 'v1', kind: 'Secret', metadata: { namespace: 'shop', name: 'password' } },
    TIERS.object('platform', { order: 1 }),
  )
})

afterEach(() => {
  for (const { cluster } of open) cluster.stop()
  open = []
})

afterAll(() => plane?.stop())

function aConfigMap(namespace: string, name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name }, data: { Corefile: '.:53 {}' } }
}

/** Watches as an account of its own, to which `rightsOf` gives its rights. */
async function watchAs(
  name: string,
  rightsOf: (account: { namespace: string; name: string }) => readonly KubeObject[],
): Promise<WatchedCluster> {
  const token = await makeToken(plane, 'default', name)
  await plane.admin.apply(...rightsOf({ namespace: 'default', name }))
  const kubeconfig = join(plane.folder, `${name}.kubeconfig`)
  const watched = watchCluster(writeKubeconfig(kubeconfig, { ...plane, credentials: { token }, namespace: 'shop' }))
  open.push(watched)
  return watched
}

const watchWith = (name: string, rules: readonly RoleRule[]) => watchAs(name, (account) => clusterRights(name, account, rules))

function unpermitted({ cluster }: WatchedCluster): readonly string[] {
  return cluster
    .kinds()
    .flatMap(({ group, resource, state }) => (state.kind === 'not-permitted' ? [`${group}/${resource} ${state.verb}`] : []))
}

test('with the role of deploy/ everything there is is watched', async () => {
  const watched = await watchWith('whole', deployedRules())
  await watched.reaches('live', 'absent')
  await watched.agreesWith(plane.admin)
  expect(watched.kind('crd.projectcalico.org', 'tiers')).toMatchObject({ state: { kind: 'live' }, objects: 1 })
  // Only the one that the network plugin and DNS are set with, in its own namespace.
  expect(watched.kind('', 'configmaps').objects).toBe(1)
})

const LINES = WANTED_KINDS.filter(({ group, resource, usualVersion }) =>
  resource === 'tiers' ? group === TIERS.definition.metadata.name.slice(6) : usualVersion !== null,
)

test.each(LINES.map(({ group, resource }) => [resource, group] as const))(
  'without the line for %s of "%s" the rest is watched, and it is said',
  async (resource, group) => {
    const watched = await watchWith(`without-${resource}`, without(deployedRules(), group, resource))
    await watched.reaches('live', 'absent', 'not-permitted')
    await eventually('the refusal', () => unpermitted(watched).length > 0)
    expect(unpermitted(watched)).toEqual([`${group}/${resource} list`])
    await watched.agreesWith(plane.admin)
  },
)

test('without the line for definitions of custom kinds their objects are watched all the same', async () => {
  const watched = await watchWith('without-definitions', without(deployedRules(), 'apiextensions.k8s.io', 'customresourcedefinitions'))
  await watched.reaches('live', 'absent')
  expect(watched.kind('crd.projectcalico.org', 'tiers').objects).toBe(1)
  expect(unpermitted(watched)).toEqual([])
})

test('with the role in one namespace only, that one is watched', async () => {
  const watched = await watchAs('narrow', (account) => [
    ...clusterRights('narrow', { ...account, name: 'somebody-else' }, deployedRules()),
    namespaceRights('shop', 'narrow', account),
  ])
  await watched.reaches('live', 'absent', 'not-permitted')
  expect(watched.kind('', 'services')).toMatchObject({
    state: { kind: 'live' },
    scope: { kind: 'namespaces', names: ['shop'] },
    objects: 1,
  })
  expect(unpermitted(watched)).toContain('/nodes list')
  await plane.admin.apply(aService('shop', 'more'))
  await eventually('the new service', () => watched.kind('', 'services').objects === 2)
})

test('without any right it says so of every kind', async () => {
  const watched = await watchAs('nobody', () => [])
  await watched.reaches('not-permitted', 'absent')
  expect(unpermitted(watched)).toEqual(expect.arrayContaining(LINES.map(({ group, resource }) => `${group}/${resource} list`)))
})
