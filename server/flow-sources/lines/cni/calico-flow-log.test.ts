import { expect, test } from 'vitest'
import { flowOf } from '../../testing/decode-flows'
import { LineMemory } from '../line-memory'
import { sampleLine } from '../testing/sample-lines'

test('the end that counts, and the other one', () => {
  expect(flowOf(sampleLine('calico'))).toMatchObject({
    verdict: 'forwarded',
    phase: 'start',
    count: 2,
    bytes: 300,
    source: { workload: { name: 'web-6b687c8dcb-*', kind: null } },
  })
  const bySource = sampleLine('calico').replace('"reporter":"dst"', '"reporter":"src"')
  expect(flowOf(bySource)).toMatchObject({ phase: 'later', bytes: null, direction: 'egress' })
  expect(flowOf(bySource.replace('"dest_type":"wep"', '"dest_type":"net"'))).toMatchObject({ phase: 'start', bytes: 300 })
  expect(flowOf(bySource.replace('"allow"', '"deny"'))).toMatchObject({ phase: 'start', verdict: 'dropped' })
  expect(flowOf(sampleLine('calico').replace('"num_flows_started":2', '"num_flows_started":0'))).toMatchObject({
    phase: 'later',
    bytes: 300,
  })
})

const row = (over: object): string => JSON.stringify({ ...JSON.parse(sampleLine('calico')), ...over })

test('pods without a controller keep their names, in IPv6 as well', () => {
  const bare = { source_name: '-', source_name_aggr: 'probe', dest_name: '-', dest_name_aggr: 'db-0' }
  const { source, destination } = flowOf(row({ ...bare, source_ip: '2001:db8::1', dest_ip: null }))
  expect(source).toMatchObject({ namespace: 'shop', pod: 'probe', workload: null, ip: '2001:db8::1' })
  expect(destination).toMatchObject({ namespace: 'shop', pod: 'db-0', workload: null })
  expect(flowOf(row({ ...bare, source_name_aggr: 'web-6b687c8dcb-*' })).source).toMatchObject({ pod: null })
  expect(flowOf(row({ ...bare, source_name_aggr: '-' })).source).toMatchObject({ pod: null, workload: null })
  expect(flowOf(row({ source_name: 'web-1', source_name_aggr: undefined, dest_name_aggr: undefined }))).toMatchObject({
    source: { pod: 'web-1', workload: null },
    destination: { pod: 'cart-1' },
  })
})

test.each([
  ['dst, fwd', 'ingress', 'start', 300],
  ['fwd,dst', 'ingress', 'start', 300],
  ['src, fwd', 'egress', 'later', null],
  ['fwd', null, 'later', null],
])('reported by %s', (reporter, direction, phase, bytes) => {
  expect(flowOf(row({ reporter }))).toMatchObject({ direction, phase, bytes })
})

test('a row that is sent again has the same name; another window, side or machine has another', () => {
  const { uuid } = flowOf(sampleLine('calico'))
  expect(uuid).not.toBeNull()
  expect(flowOf(row({ '@timestamp': 'later' })).uuid).toBe(uuid)
  const others = [
    ...[{ start_time: 1 }, { reporter: 'src' }, { host: 'other' }, { action: 'deny' }, { dest_port: 1 }, { dest_ip: '2001:db8::2' }],
    ...[{ policies: null }, { policies: { enforced_policies: ['0|default|np:shop/x|allow|0'] } }, { source_name_aggr: 'other-*' }],
  ].map((over) => flowOf(row(over)).uuid)
  expect(new Set([uuid, ...others]).size).toBe(10)
  expect(flowOf(row({ start_time: undefined })).uuid).toBeNull()
})

test('sets of networks keep their names; private networks are not the world', () => {
  const to = (over: object) => flowOf(row({ reporter: 'src', dest_namespace: '-', ...over })).destination
  expect(to({ dest_type: 'ns', dest_name_aggr: 'partners' })).toMatchObject({ names: ['partners'], entity: null, pod: null })
  expect(to({ dest_type: 'ns', dest_name_aggr: 'partners', dest_namespace: 'shop' })).toMatchObject({ names: ['shop/partners'] })
  expect(to({ dest_type: 'ns', dest_name_aggr: 'partners', dest_domains: ['a.example.com'] }).names).toEqual(['a.example.com', 'partners'])
  expect(to({ dest_type: 'net', dest_name_aggr: 'pvt' })).toMatchObject({ names: [], entity: 'unknown' })
  expect(to({ dest_type: 'net', dest_name_aggr: 'pub', dest_ip: '2001:db8::9' })).toMatchObject({ entity: 'world', ip: '2001:db8::9' })
})

test('the names of one row are not those of the next', () => {
  const memory = new LineMemory()
  const names = (dest_domains: unknown) =>
    flowOf(row({ dest_type: 'net', dest_name_aggr: 'pub', dest_labels: null, dest_domains }), { memory: memory }).destination.names
  expect([names(['a.example.com']), names(['b.example.com']), names(null)]).toEqual([['a.example.com'], ['b.example.com'], []])
})

test('an action of a later version is no verdict', () => {
  expect(flowOf(sampleLine('calico').replace('"action":"allow"', '"action":"mirror"'))).toMatchObject({
    verdict: 'unknown',
    rawReason: 'mirror',
    policies: [],
  })
})
