import { expect, test } from 'vitest'
import { endpointOfRef } from '@/lib/flows/endpoint-of-ref'
import { aFlow } from '@/lib/flows/testing/a-flow'
import { flowConnections } from './flow-connections'

test('a name outside is asked for by the address that it stood for, as the policies know no names', () => {
  const destination = { ...endpointOfRef('dns:telemetry.example.com'), ip: '203.0.113.7' }
  expect(flowConnections(aFlow({ destination, port: 443 })).map(({ to }) => to)).toEqual(['ip:203.0.113.7', 'ip:203.0.113.7'])
  expect(flowConnections(aFlow({ destination: { ...destination, ip: null } }))[0]?.to).toBe('dns:telemetry.example.com')
})

test('pods are asked for first, and their workloads where a pod is gone', () => {
  expect(flowConnections(aFlow()).map(({ from, to }) => [from, to])).toEqual([
    ['shop/web', 'shop/cart'],
    ['shop/web', 'shop/cart[Deployment]'],
    ['shop/web[Deployment]', 'shop/cart'],
    ['shop/web[Deployment]', 'shop/cart[Deployment]'],
  ])
})

test('what policies do not cover is not asked', () => {
  expect(flowConnections(aFlow({ protocol: 'ICMP', port: null }))).toEqual([])
})
