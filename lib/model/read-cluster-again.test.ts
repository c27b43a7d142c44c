import { expect, test } from 'vitest'
import type { FieldLocator } from './field-locator'
import type { KnownReading } from './known-reading'
import { readClusterAgain } from './read-cluster'

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
const read = (objects: readonly object[], previous: KnownReading | null = null, locate?: FieldLocator): KnownReading =>
  readClusterAgain(
    objects.map((body) => ({ body, origin: null, ...(locate === undefined ? {} : { locate }) })),
    { name: 'test', source: 'live' },
    previous,
  )

test('a reading without changes is the cluster of before', () => {
  const before = read(documents())
  expect(read(documents(), before).cluster).toBe(before.cluster)
})

test('only what changed is new', () => {
  const before = read(documents())
  const { cluster } = read(documents('web'), before)
  expect(cluster.pods).not.toBe(before.cluster.pods)
  expect(cluster.pods.get('shop/api' as never)).toBe(before.cluster.pods.get('shop/api' as never))
  expect(cluster.pods.get('shop/web' as never)?.labels.get('app')).toBe('other')
  expect(cluster.policies).toBe(before.cluster.policies)
  expect(cluster.workloads.get('shop/api[Pod]' as never)).toBe(before.cluster.workloads.get('shop/api[Pod]' as never))
  const [policy] = read(documents('policy'), before).cluster.policies
  expect(policy?.body).toMatchObject({ spec: { podSelector: { matchLabels: { app: 'api' } } } })
})

test('what is gone is gone, and what came is there', () => {
  const before = read(documents())
  const fewer = read(documents().slice(0, 2), before)
  expect([...fewer.cluster.pods.keys()]).toEqual(['shop/web'])
  expect([...read(documents(), fewer).cluster.pods.keys()]).toEqual(['shop/web', 'shop/api'])
})

test('a document that is the same value is not looked at again', () => {
  const first = documents().map((body) => ({ body, origin: null }))
  const before = readClusterAgain(first, { name: 'test', source: 'live' }, null)
  const unreadable = {
    get kind(): string {
      throw new Error('looked at')
    },
  }
  for (const document of first) Object.assign(document, { body: unreadable })
  expect(readClusterAgain(first, { name: 'test', source: 'live' }, before).cluster).toBe(before.cluster)
})

test('a policy whose lines may have moved counts as changed', () => {
  const written = (text: string, previous: KnownReading | null = null) =>
    read(
      documents(),
      previous,
      Object.assign(() => null, { textOf: () => text }),
    )
  const unwritten = (previous: KnownReading | null = null) => read(documents(), previous, () => null)
  const before = written('web: 1')
  expect(written('web: 1', before).cluster.policies).toBe(before.cluster.policies)
  expect(written('web:\n  1', before).cluster.policies[0]).not.toBe(before.cluster.policies[0])
  expect(unwritten(before).cluster.policies[0]).not.toBe(before.cluster.policies[0])
  const unknown = unwritten()
  expect(unwritten(unknown).cluster.policies[0]).not.toBe(unknown.cluster.policies[0])
})

test('the text that finds the lines of a document is not held for the next reading', () => {
  const { documents: held } = read(documents(), null, () => null)
  expect(held).toEqual([null, null, null, null])
})
