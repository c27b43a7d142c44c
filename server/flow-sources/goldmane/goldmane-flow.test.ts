import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ProtobufError, ProtobufReader } from '../grpc/protobuf-reader'
import { decodeGoldmaneObject } from './goldmane-json'
import { readFlowResult } from './goldmane-wire'
import { observeGoldmane } from './observe-goldmane'
import { GOLDMANE_ROOT } from './testing/goldmane-proto'

const result = GOLDMANE_ROOT.lookupType('goldmane.FlowResult')

const name = fc.constantFrom('', '-', 'web-7c78889d59-*', 'cart-0', 'pub', 'pvt', '__proto__')
const type = fc.constantFrom('EndpointTypeUnspecified', 'WorkloadEndpoint', 'HostEndpoint', 'NetworkSet', 'Network')
const action = fc.constantFrom('ActionUnspecified', 'Allow', 'Deny', 'Pass')
const index = fc.integer({ min: -1, max: 9 })
const hitParts = {
  kind: fc.constantFrom(
    'KindUnspecified',
    'CalicoNetworkPolicy',
    'GlobalNetworkPolicy',
    'StagedNetworkPolicy',
    'NetworkPolicy',
    'Profile',
    'EndOfTier',
  ),
  namespace: fc.constantFrom('', 'shop'),
  name: fc.constantFrom('', 'cart', 'kns.shop'),
  tier: fc.constantFrom('', 'default', 'security'),
  action,
  policy_index: index,
  rule_index: index,
}
const hit = fc.record({ ...hitParts, trigger: fc.option(fc.record(hitParts), { nil: undefined }) })
const count = fc.integer({ min: 0, max: 2 ** 50 })
const flowResult = fc.record({
  id: count,
  flow: fc.record({
    Key: fc.record({
      source_name: name,
      source_namespace: name,
      source_type: type,
      dest_name: name,
      dest_namespace: name,
      dest_type: type,
      dest_port: fc.integer({ min: 0, max: 70_000 }),
      dest_service_name: name,
      dest_service_namespace: name,
      proto: fc.constantFrom('', 'tcp', 'udp', '132'),
      reporter: fc.constantFrom('ReporterUnspecified', 'Src', 'Dst'),
      action,
      policies: fc.record({ enforced_policies: fc.array(hit, { maxLength: 3 }), pending_policies: fc.array(hit, { maxLength: 3 }) }),
    }),
    start_time: count,
    end_time: count,
    source_labels: fc.array(fc.constantFrom('app=web', '')),
    packets_in: count,
    bytes_out: count,
    num_connections_started: count,
  }),
})

function fromWire(bytes: Uint8Array) {
  const row = readFlowResult(new ProtobufReader(bytes))
  return row === null ? { kind: 'ignored', reason: 'not-a-flow' } : observeGoldmane(row, null)
}

test('a row says the same in protobuf and in JSON', () => {
  fc.assert(
    fc.property(flowResult, (json) => {
      const message = result.fromObject(json)
      const bytes = result.encode(message).finish()
      // As protobuf prints it: numbers of 64 bits as texts, zero values left out.
      const printed = result.toObject(message, { longs: String, enums: String })
      expect(fromWire(bytes)).toEqual(decodeGoldmaneObject(printed, null))
    }),
    { numRuns: 500 },
  )
})

test('bytes that are no row are an error with its place, never anything else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        readFlowResult(new ProtobufReader(bytes))
      } catch (error) {
        expect(error).toBeInstanceOf(ProtobufError)
      }
    }),
    { numRuns: 2_000 },
  )
})

describe('which row counts, and what it says', () => {
  const key = {
    source_name: 'web-0',
    source_namespace: 'shop',
    source_type: 'WorkloadEndpoint',
    dest_name: 'cart-0',
    dest_namespace: 'shop',
    dest_type: 'WorkloadEndpoint',
    dest_port: '80',
    proto: 'tcp',
    reporter: 'Dst',
    action: 'Allow',
  }
  const read = (over: object, more: object = {}) => {
    const flow = { Key: { ...key, ...over }, start_time: '15', end_time: '30', num_connections_started: '2', bytes_in: '7', ...more }
    const line = decodeGoldmaneObject({ id: '1', flow }, null)
    return line.kind === 'flow' ? line.flow : line
  }

  test.each([
    ['the destination’s', {}, 'start', 7],
    ['the source’s beside it', { reporter: 'Src' }, 'later', null],
    ['the source’s that refused', { reporter: 'Src', action: 'Deny' }, 'start', 7],
    ['the source’s to the outside', { reporter: 'Src', dest_type: 'Network', dest_name: 'pub', dest_namespace: '-' }, 'start', 7],
    ['the source’s to a machine', { reporter: 'Src', dest_type: 'HostEndpoint', dest_name: 'node-1-eth0' }, 'later', null],
  ])('%s', (_, over, phase, bytes) => {
    expect(read(over)).toMatchObject({ phase, bytes, count: 2 })
  })

  test('a bucket in which nothing began shows the connection in use', () => {
    expect(read({}, { num_connections_started: '0' })).toMatchObject({ phase: 'later', count: 1 })
  })

  test('the end of a tier names the policy that led there', () => {
    const trigger = { kind: 'NetworkPolicy', namespace: 'shop', name: 'db-only', tier: 'default', action: 'Deny', rule_index: '-1' }
    const enforced_policies = [{ kind: 'EndOfTier', tier: 'default', action: 'Deny', rule_index: '-1', trigger }]
    expect(read({ action: 'Deny', policies: { enforced_policies } })).toMatchObject({
      verdict: 'dropped',
      reason: 'policy/default-deny',
      policies: [{ policy: 'NetworkPolicy:shop/db-only', rule: null, confidence: 'stated' }],
    })
  })

  test('what a staged policy would refuse is an audit', () => {
    const pending_policies = [{ kind: 'StagedGlobalNetworkPolicy', name: 'lockdown', tier: 'security', action: 'Deny', rule_index: '3' }]
    expect(read({ policies: { enforced_policies: [], pending_policies } })).toMatchObject({
      verdict: 'audit',
      policies: [{ policy: 'StagedGlobalNetworkPolicy:lockdown', rule: 'ingress[3]' }],
    })
  })

  test('the outside, machines and private networks', () => {
    expect(read({ dest_type: 'Network', dest_name: 'pub', dest_namespace: '-' })).toMatchObject({
      destination: { entity: 'world', namespace: null },
    })
    expect(read({ dest_type: 'Network', dest_name: 'pvt', dest_namespace: '-' })).toMatchObject({ destination: { entity: 'unknown' } })
    expect(read({ dest_type: 'HostEndpoint', dest_name: 'node-1-eth0' })).toMatchObject({ destination: { entity: 'host' } })
    expect(read({ dest_type: 'NetworkSet', dest_name: 'partners', dest_namespace: '-' })).toMatchObject({
      destination: { entity: null, names: ['partners'], namespace: null, pod: null },
    })
    expect(read({ dest_type: 'NetworkSet', dest_name: 'partners' })).toMatchObject({ destination: { names: ['shop/partners'] } })
    expect(read({ dest_type: 'NetworkSet', dest_name: undefined })).toMatchObject({ destination: { entity: 'unknown' } })
  })

  test('a row of which protobuf left out the zero times stands at the moment it came', () => {
    const flow = { Key: { ...key, policies: undefined, dest_port: undefined }, num_connections_started: '12' }
    const untimed = decodeGoldmaneObject({ flow }, 5_000)
    expect(untimed).toMatchObject({
      kind: 'flow',
      isTimed: false,
      flow: { time: 5_000, uuid: null, count: 12, phase: 'start', port: null },
    })
    expect(decodeGoldmaneObject({ flow: { ...flow, start_time: '15' } }, 5_000)).toMatchObject({ isTimed: true, flow: { time: 15_000 } })
    expect(decodeGoldmaneObject({ flow: { ...flow, end_time: 30 } }, 5_000)).toMatchObject({ isTimed: true, flow: { time: 30_000 } })
    expect(decodeGoldmaneObject({ flow }, null)).toEqual({ kind: 'rejected', reason: 'start_time, end_time: neither is there' })
  })

  test('a row without its side, its ends or a sensible time is refused with the field', () => {
    expect(read({ reporter: undefined })).toEqual({ kind: 'rejected', reason: 'reporter: neither Src nor Dst' })
    expect(read({ dest_type: undefined })).toMatchObject({ kind: 'rejected' })
    expect(read({}, { end_time: '14' })).toMatchObject({ kind: 'rejected', reason: 'end_time: not after start_time' })
  })
})
