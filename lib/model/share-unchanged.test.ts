import { expect, test } from 'vitest'
import type { FieldLocator } from './field-locator'
import { readCluster } from './read-cluster'
import { shareUnchanged } from './share-unchanged'

const documents = (replaced: string | null = null): readonly object[] => [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { team: 'a' } } },
  ...['web', 'api'].map((name) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', labels: { app: name === replaced ? 'other' : name } },
    spec: { containers: [{ name: 'app', ports: [{ containerPort: 80 }] }] },
    status: { phase: 'Running' },
  })),
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { podSelector: { matchLabels: { app: replaced === 'policy' ? 'api' : 'web' } } },
  },
]
const clusterOf = (objects: readonly object[], locate?: FieldLocator) =>
  readCluster(
    objects.map((body) => ({ body, origin: null, ...(locate === undefined ? {} : { locate }) })),
    { name: 'test', source: 'live' },
  )

test('a reading without changes has the tables of the one before', () => {
  const before = clusterOf(documents())
  const after = shareUnchanged(before, clusterOf(documents()))
  const parts = Object.keys(before) as (keyof typeof before)[]
  expect(parts.filter((part) => after[part] !== before[part])).toEqual([])
})

test('only what changed is new', () => {
  const before = clusterOf(documents())
  const after = shareUnchanged(before, clusterOf(documents('web')))
  expect(after.pods).not.toBe(before.pods)
  expect(after.pods.get('shop/api' as never)).toBe(before.pods.get('shop/api' as never))
  expect(after.pods.get('shop/web' as never)?.labels.get('app')).toBe('other')
  expect(after.policies).toBe(before.policies)
  const [policy] = shareUnchanged(before, clusterOf(documents('policy'))).policies
  expect(policy?.body).toMatchObject({ spec: { podSelector: { matchLabels: { app: 'api' } } } })
})

test('what is gone is gone, and what came is there', () => {
  const before = clusterOf(documents())
  expect([...shareUnchanged(before, clusterOf(documents().slice(0, 2))).pods.keys()]).toEqual(['shop/web'])
  expect([...shareUnchanged(clusterOf(documents().slice(0, 2)), before).pods.keys()]).toEqual(['shop/web', 'shop/api'])
})

test('a policy whose lines may have moved counts as changed', () => {
  const written = (text: string) =>
    clusterOf(
      documents(),
      Object.assign(() => null, { textOf: () => text }),
    )
  const unwritten = () => clusterOf(documents(), () => null)
  const before = written('web: 1')
  expect(shareUnchanged(before, written('web: 1')).policies).toBe(before.policies)
  expect(shareUnchanged(before, written('web:\n  1')).policies[0]).not.toBe(before.policies[0])
  expect(shareUnchanged(before, unwritten()).policies[0]).not.toBe(before.policies[0])
  const unknown = unwritten()
  expect(shareUnchanged(unknown, unwritten()).policies[0]).not.toBe(unknown.policies[0])
})
