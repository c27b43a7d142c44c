import { expect, test } from 'vitest'
import type { FlowEndpoint } from '@/lib/flows/flow'
import { endpointText } from './endpoint-name'
import { policyName } from './policy-name'

const outside: Omit<FlowEndpoint, 'ref'> = {
  ip: null,
  namespace: null,
  pod: null,
  workload: null,
  group: null,
  service: null,
  identity: 'stated',
  candidates: [],
}

test('an end outside is called by its name or address, without the prefix that says which', () => {
  const nameOf = (ref: FlowEndpoint['ref']) => endpointText({ ...outside, ref }).name
  expect(nameOf('entity:host')).toBe('host')
  expect(nameOf('ip:2001:db8::1')).toBe('2001:db8::1')
  expect(nameOf('dns:api.example.com')).toBe('api.example.com')
  expect(nameOf('2001:db8::1')).toBe('2001:db8::1')
})

test('a policy in a row is its name, whatever its kind and namespace', () => {
  expect(policyName('NetworkPolicy:payments/payments-api')).toBe('payments-api')
  expect(policyName('AdminNetworkPolicy:tenants')).toBe('tenants')
  expect(policyName('sandbox')).toBe('sandbox')
})
