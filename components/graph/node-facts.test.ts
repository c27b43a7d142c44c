import { expect, test } from 'vitest'
import { worldNode } from '@/lib/graph/outside-nodes'
import { nodeFacts } from './node-facts'

const internet = worldNode('destination')

test('what is outside says what it is to the cluster', () => {
  const subtitle = (change: Partial<typeof internet>) => nodeFacts({ ...internet, ...change }, null).subtitle
  expect(nodeFacts(worldNode('source'), null).subtitle).toBe('clients')
  expect(subtitle({ lane: 'entry', ref: 'cidr:198.51.100.0/24' })).toBe('clients')
  expect(subtitle({ ref: 'cidr:198.51.100.0/24' })).toBe('outside address range')
  expect(subtitle({ ref: 'dns:api.example.com' })).toBe('DNS name')
  expect(subtitle({ ref: 'entity:kube-apiserver', kind: 'machine' })).toBe('control plane')
  expect(nodeFacts(internet, null).subtitle).toBe('outside the cluster')
})
