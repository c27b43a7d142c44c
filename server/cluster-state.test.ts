import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { type ClusterState, compileCluster } from './cluster-state'
import { DEFAULT_MANIFEST_LIMITS } from './kubernetes/manifests/limits'
import { Collected, parseManifest } from './kubernetes/manifests/read-manifests'

async function read(text: string, previous: ClusterState | null = null): Promise<ClusterState> {
  const collected = new Collected(DEFAULT_MANIFEST_LIMITS)
  await parseManifest(text, 'shop.yaml', collected)
  return compileCluster({ documents: collected.documents, problems: [], name: 'shop', source: 'manifests' }, 1, 0, previous)
}

const policy = (name: string, from: string): object => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name, namespace: 'shop' },
  spec: { podSelector: { matchLabels: { app: name } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: from } } }] }] },
})
const pod = (name: string): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'shop', labels: { app: name } },
  spec: { containers: [{ name: 'app' }] },
})
const pods = ['web', 'api', 'db'].map(pod)
const peerOf = ({ cluster }: ClusterState, name: string) =>
  cluster.policies.find(({ meta }) => meta.name === name)?.locate?.(['spec', 'ingress', 0, 'from'])
const policyOf = ({ cluster }: ClusterState, name: string) => cluster.policies.find(({ meta }) => meta.name === name)

const stream = (...objects: readonly object[]): string => objects.map((object) => JSON.stringify(object, null, 2)).join('\n---\n')
const list = (...items: readonly object[]): string => JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, null, 2)
const yamlList = (...items: readonly object[]): string => stringify({ apiVersion: 'v1', kind: 'List', items })

test.each([
  ['a stream', stream],
  ['a list', list],
  ['a list in YAML', yamlList],
])('%s that is read once more keeps its policies, what they compile to and the mesh', async (_form, write) => {
  const first = await read(write(...pods, policy('api', 'web'), policy('db', 'api')))
  const again = await read(write(...pods, policy('api', 'web'), policy('db', 'api')), first)
  expect(again.cluster.policies).toBe(first.cluster.policies)
  expect(again.engine).toBe(first.engine)
  expect(again.index).toBe(first.index)

  const edited = await read(write(...pods, policy('api', 'web'), policy('db', 'web')), again)
  expect(policyOf(edited, 'api')).toBe(policyOf(first, 'api'))
  expect(policyOf(edited, 'db')).not.toBe(policyOf(first, 'db'))
  expect(edited.engine.compiled.age).toBe(1)
  expect(edited.index).not.toBe(first.index)
  expect(edited.engine.compiled.evaluation.mesh).toBe(first.engine.compiled.evaluation.mesh)
})

test('a policy shows the lines of its newest text, moved or only written otherwise', async () => {
  const first = await read(stream(policy('api', 'web'), policy('db', 'api')))
  const moved = await read(stream(pod('web'), policy('api', 'web'), policy('db', 'api')), first)
  expect(peerOf(moved, 'api')).toEqual(peerOf(await read(stream(pod('web'), policy('api', 'web'))), 'api'))
  const flat = await read(`${JSON.stringify(policy('api', 'web'))}\n`, first)
  expect(peerOf(first, 'api')?.line).toBeGreaterThan(1)
  expect(peerOf(flat, 'api')?.line).toBe(1)
})
