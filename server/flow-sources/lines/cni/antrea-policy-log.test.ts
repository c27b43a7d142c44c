import { expect, test } from 'vitest'
import { decodedOf, flowOf } from '../../testing/decode-flows'
import { sampleLine } from '../testing/sample-lines'

test('a rule, the default of all Kubernetes policies, and repeats', () => {
  expect(flowOf(sampleLine('antrea'))).toMatchObject({
    time: Date.UTC(2026, 4, 4, 10, 0, 0, 500),
    verdict: 'dropped',
    reason: 'policy/rule-deny',
    policies: [{ policy: 'NetworkPolicy:shop/cart' }],
    direction: 'egress',
    packets: 3,
    bytes: 252,
    count: 1,
  })
  expect(flowOf(sampleLine('antrea', 1))).toMatchObject({ verdict: 'dropped', reason: 'policy/default-deny', policies: [], port: 80 })
})

test('versions before 1.12', () => {
  expect(flowOf(sampleLine('antrea', 2))).toMatchObject({ verdict: 'forwarded', port: 8080, sourcePort: 41000, direction: 'ingress' })
  expect(flowOf(sampleLine('antrea', 3))).toMatchObject({ verdict: 'dropped', port: null, protocol: 'TCP' })
})

test('the versions that named the addresses', () => {
  expect(flowOf(sampleLine('antrea', 4))).toMatchObject({
    verdict: 'forwarded',
    protocol: 'TCP',
    bytes: 60,
    destination: { ip: '192.0.2.20' },
  })
  const six = sampleLine('antrea', 4).replaceAll('192.0.2.', '2001:db8::').replace('Allow', 'Drop').replace('TCP', 'UDP')
  expect(flowOf(six)).toMatchObject({
    verdict: 'dropped',
    protocol: 'UDP',
    source: { ip: '2001:db8::1' },
    destination: { ip: '2001:db8::20' },
  })
})

test('a packet that is passed on is counted by the policy that decides', () => {
  const pass = sampleLine('antrea').replace('Reject', 'Pass')
  expect(flowOf(pass)).toMatchObject({ verdict: 'unknown', bytes: null, packets: null })
  expect(flowOf(sampleLine('antrea'))).toMatchObject({ bytes: 252, packets: 3 })
})

test('an action of a later version is rejected', () => {
  expect(decodedOf(sampleLine('antrea').replace('Reject', 'Mirror'))).toMatchObject({ kind: 'rejected' })
})
