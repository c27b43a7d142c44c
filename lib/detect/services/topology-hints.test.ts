import { expect, test } from 'vitest'
import { aNode, aPod, aService } from '../../model/testing/objects'
import { aSlice } from '../testing/cluster-objects'
import { findIn } from '../testing/find-in'

const nodes = [aNode({ name: 'node-1', zone: 'a' }), aNode({ name: 'node-2', zone: 'b' })]
const pods = ['node-1', 'node-2'].map((node, index) =>
  aPod({ name: `web-${index}`, namespace: 'shop', labels: { app: 'web' }, ip: `10.0.0.${index}`, node }),
)
const near = aService({ name: 'web', namespace: 'shop', spec: { trafficDistribution: 'PreferSameZone' } })
const hinted = (zone: string) => ({ forZones: [{ name: zone }] })
const slice = (first: object | undefined, second: object | undefined) =>
  aSlice('web', [
    { pod: 'web-0', ip: '10.0.0.0', node: 'node-1', ...(first === undefined ? {} : { hints: first }) },
    { pod: 'web-1', ip: '10.0.0.1', node: 'node-2', ...(second === undefined ? {} : { hints: second }) },
  ])

test('one endpoint without a hint makes all hints void', () => {
  expect(findIn('SV-14', [...nodes, ...pods, near, slice(hinted('a'), undefined)])).toMatchObject([
    {
      message: 'Hints are ignored: 1 of 2 endpoints have none.',
      evidence: ['trafficDistribution PreferSameZone', 'shop/web-1 has no hint'],
    },
  ])
  expect(findIn('SV-14', [...nodes, ...pods, near, slice(hinted('a'), hinted('b'))])).toEqual([])
})

test('machines without a zone, and one zone with all endpoints, are told apart', () => {
  const bare = [aNode({ name: 'node-1', zone: 'a' }), aNode({ name: 'node-2' })]
  expect(findIn('SV-14', [...bare, ...pods, near, slice(hinted('a'), hinted('a'))])).toMatchObject([
    { evidence: ['node-2 has no label topology.kubernetes.io/zone'] },
  ])
  const one = aSlice('web', [{ pod: 'web-0', ip: '10.0.0.0', node: 'node-1', hints: hinted('a') }])
  expect(findIn('SV-14', [...nodes, ...pods, near, one])).toMatchObject([{ evidence: ['zone b has machines and no endpoint'] }])
})

test('it is silent for a Service that asks for nothing, and when the machines could not be read', () => {
  const plain = aService({ name: 'web', namespace: 'shop' })
  expect(findIn('SV-14', [...nodes, ...pods, plain, slice(undefined, undefined)])).toEqual([])
  expect(findIn('SV-14', [...nodes, ...pods, near, slice(undefined, undefined)], { unread: ['/Node'] })).toEqual([])
  const annotated = aService({ name: 'web', namespace: 'shop', annotations: { 'service.kubernetes.io/topology-mode': 'Auto' } })
  expect(findIn('SV-14', [...nodes, ...pods, annotated, slice(undefined, undefined)])).toHaveLength(1)
})
