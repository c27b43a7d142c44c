import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeLine } from '../decode-line'
import { decodeWhiskerObject } from './whisker-json'

const NOW = Date.UTC(2026, 4, 4, 10, 1)

const ROW = {
  start_time: '2026-05-04T10:00:00Z',
  end_time: '2026-05-04T10:00:15Z',
  action: 'Allow',
  source_name: 'web-6b687c8dcb-*',
  source_namespace: 'shop',
  source_labels: 'app=web | tier=front',
  dest_name: 'cart-0',
  dest_namespace: 'shop',
  dest_labels: 'app=cart',
  protocol: 'tcp',
  dest_port: 8080,
  reporter: 'Dst',
  policies: { enforced: ['0|default|np:shop/cart|allow|1'], pending: [] },
  packets_in: 10,
  packets_out: 8,
  bytes_in: 1000,
  bytes_out: 500,
}

function flowOf(over: object) {
  const decoded = decodeLine(JSON.stringify({ ...ROW, ...over }), null, NOW)
  return decoded.kind === 'flow' ? decoded.flow : decoded
}

test('a row is known without its format being named', () => {
  expect(flowOf({})).toMatchObject({
    time: Date.UTC(2026, 4, 4, 10, 0, 15),
    source: { namespace: 'shop', workload: { name: 'web-6b687c8dcb-*', kind: null }, labels: ['app=web', 'tier=front'] },
    destination: { namespace: 'shop', pod: 'cart-0' },
    port: 8080,
    verdict: 'forwarded',
    policies: [{ policy: 'NetworkPolicy:shop/cart', rule: 'ingress[1]', confidence: 'stated' }],
    bytes: 1500,
    packets: 18,
    phase: 'later',
    family: 'calico',
  })
})

test('a refusal counts, with its policy as text or as object; what would be refused is an audit', () => {
  const step = { kind: 'GlobalNetworkPolicy', name: 'deny', tier: 'security', action: 'Deny', policy_index: 0, rule_index: 2 }
  expect(flowOf({ action: 'Deny', reporter: 'Src', policies: { enforced: [step], pending: [] } })).toMatchObject({
    verdict: 'dropped',
    phase: 'start',
    direction: 'egress',
    policies: [{ policy: 'GlobalNetworkPolicy:deny', rule: 'egress[2]' }],
  })
  expect(flowOf({ policies: { enforced: [], pending: ['0|default|snp:shop/cart|deny|-1'] } })).toMatchObject({ verdict: 'audit' })
})

test('networks have no names of their own, and what has no namespace is not guessed at', () => {
  const end = (name: string) => flowOf({ source_name: name, source_namespace: '-' })
  expect(end('PUBLIC NETWORK')).toMatchObject({ source: { entity: 'world', pod: null } })
  for (const name of ['PRIVATE NETWORK', 'node-1-eth0']) expect(end(name)).toMatchObject({ source: { entity: 'unknown', pod: null } })
})

test('a wrong time is rejected with its fields', () => {
  expect(flowOf({ end_time: 'soon' })).toEqual({ kind: 'rejected', reason: 'start_time, end_time: not RFC 3339' })
})

test('no row makes it throw', () => {
  const value = fc.oneof(fc.string(), fc.integer(), fc.constantFrom(null, '-', [], {}, [null], ['0|a|b|c']), fc.object())
  const row = fc.record(
    Object.fromEntries(Object.keys(ROW).map((key) => [key, fc.oneof(value, fc.constant(ROW[key as keyof typeof ROW]))])),
    {
      requiredKeys: [],
    },
  )
  fc.assert(
    fc.property(row, (body) => {
      expect(['flow', 'ignored', 'rejected']).toContain(decodeWhiskerObject(body).kind)
    }),
  )
})
