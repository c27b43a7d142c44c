import { expect, test } from 'vitest'
import { firstOrigin, locateRef } from './locate-ref'
import { aCluster } from './testing/a-cluster'
import { aDeployment, aNamespace } from './testing/objects'

const cluster = aCluster([
  aNamespace({ name: 'shop' }),
  aDeployment({ name: 'web', namespace: 'shop' }),
  { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'shell', namespace: 'dev' } },
])

test.each([
  ['shop/web[Deployment]', 2],
  ['dev/shell', 3],
  ['dev/shell[Pod]', 3],
  ['shop', 1],
  ['dev', 3],
])('%s is written in line %i', (ref, line) => {
  expect(locateRef(ref, cluster)?.line).toBe(line)
})

test('addresses and unknown names are written nowhere', () => {
  expect([locateRef('ip:10.0.0.1', cluster), locateRef('ops/x', cluster), locateRef('constructor', cluster)]).toEqual([null, null, null])
})

test('the first thing that is written stands for everything', () => {
  expect([firstOrigin(cluster)?.file, firstOrigin(aCluster())]).toEqual(['test.yaml', null])
})
