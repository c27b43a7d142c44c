import { expect, test } from 'vitest'
import { worldNode } from '@/lib/graph/outside-nodes'
import { lineBelow, nodeFacts } from './node-facts'

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

test('the card of a way in keeps its kind beside what is wrong', () => {
  const door = (...badges: (typeof internet)['badges'][number][]) => {
    const node = { ...internet, kind: 'entry' as const, badges: [{ id: 'door' as const, value: 'Gateway, class main' }, ...badges] }
    return lineBelow(node, nodeFacts(node, null))
  }
  expect(door({ id: 'tls', value: 'TLS' }, { id: 'hosts', value: 'shop.example' })).toBe('Gateway · TLS · shop.example')
  expect(door({ id: 'problem', value: 'it has no address' })).toBe('! Gateway · it has no address')
  expect(door({ id: 'nowhere', value: 'leads nowhere' }, { id: 'problem', value: 'x' })).toBe('! leads nowhere · Gateway')
})
