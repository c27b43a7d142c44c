import { expect, test } from 'vitest'
import { aLogger, decodedOf, flowOf } from '../../testing/decode-flows'

const IN_MESH =
  'src.addr=10.1.0.5:41000 src.workload="web-1" src.namespace="shop" src.identity="spiffe://cluster.local/ns/shop/sa/web" ' +
  'dst.addr=10.1.0.7:15008 dst.hbone_addr=10.1.0.7:8080 dst.service="cart.shop.svc.cluster.local" dst.workload="cart-1" dst.namespace="shop"'

const line = (rest: string, level = 'info') => `2026-05-04T09:59:00.123456Z ${level} access connection complete ${rest}`

test('both pods are named, and the port is the one inside of the tunnel', () => {
  const flow = flowOf(line(`${IN_MESH} direction="inbound" bytes_sent=10 bytes_recv=20 duration="5ms"`), {
    logger: aLogger({ pod: 'ztunnel-x' }),
  })
  expect(flow).toMatchObject({
    time: Date.UTC(2026, 4, 4, 9, 59, 0, 123),
    source: { ip: '10.1.0.5', namespace: 'shop', pod: 'web-1' },
    destination: { ip: '10.1.0.7', namespace: 'shop', pod: 'cart-1', service: { namespace: 'shop', name: 'cart' } },
    port: 8080,
    sourcePort: 41000,
    direction: 'ingress',
    verdict: 'forwarded',
    bytes: 30,
    l7: null,
  })
})

test('text with tabs and JSON say the same', () => {
  const values = `${IN_MESH} direction="outbound" bytes_sent=10 bytes_recv=20 duration="5ms"`
  const spaced = flowOf(line(values))
  const tabbed = `2026-05-04T09:59:00.123456Z\tinfo\taccess\tconnection complete\t${values.replaceAll(' ', '\t')}`
  const object: Record<string, unknown> = {
    level: 'info',
    time: '2026-05-04T09:59:00.123456Z',
    scope: 'access',
    message: 'connection complete',
  }
  for (const [, key, value] of values.matchAll(/([\w.]+)="?([^" ]*)"?/g)) if (key !== undefined) object[key] = value
  object.bytes_sent = 10
  object.bytes_recv = 20
  expect(flowOf(tabbed)).toEqual(spaced)
  expect(flowOf(object)).toEqual(spaced)
})

test('a client that the tunnel knows by its certificate had mutual TLS; nothing is said of others', () => {
  expect(flowOf(line(`${IN_MESH} direction="inbound"`)).mutualTls).toBe(true)
  expect(flowOf(line(`${IN_MESH.replace('src.identity', 'src.other')} direction="inbound"`)).mutualTls).toBeUndefined()
  expect(flowOf(line(`${IN_MESH} direction="outbound"`)).mutualTls).toBeUndefined()
  const server = 'dst.identity="spiffe://cluster.local/ns/shop/sa/cart"'
  expect(flowOf(line(`${IN_MESH} ${server} direction="outbound"`)).mutualTls).toBe(true)
})

test('both sides of a connection share the name of the exchange', () => {
  const outbound = flowOf(line(`${IN_MESH} direction="outbound"`))
  const inbound = flowOf(line(`${IN_MESH.replace(':41000', ':55555')} direction="inbound"`))
  expect(inbound.exchange).toEqual(outbound.exchange)
})

test.each<[string, object]>([
  [
    'connection closed due to policy rejection: allow policies exist, but none allowed',
    { verdict: 'dropped', reason: 'istio/no-match', policies: [] },
  ],
  [
    'connection closed due to policy rejection: explicitly denied by: shop/no-probes',
    { verdict: 'dropped', reason: 'istio/rule-deny', policies: [{ policy: 'AuthorizationPolicy:shop/no-probes', confidence: 'stated' }] },
  ],
  [
    'connection closed due to policy rejection: explicitly denied by: shop/converted_peer_authentication_strict',
    { verdict: 'dropped', policies: [{ policy: 'PeerAuthentication:shop/strict' }] },
  ],
  ['http status: 401 Unauthorized', { verdict: 'error', reason: 'other/connection-failed', policies: [] }],
  ['connection timed out, maybe a NetworkPolicy is blocking HBONE port 15008: deadline has elapsed', { verdict: 'error' }],
])('%s', (error, expected) => {
  expect(flowOf(line(`${IN_MESH} direction="inbound" error="${error}"`, 'error'))).toMatchObject({
    ...expected,
    rawReason: error.slice(0, 200),
  })
})

test('a connection that was opened is counted when it ends; a client outside of the mesh is an address', () => {
  expect(decodedOf(line(IN_MESH).replace('complete', 'opened'))).toEqual({ kind: 'ignored', reason: 'connection-opened' })
  expect(flowOf(line('src.addr=[2001:db8::5]:41000 dst.addr=[2001:db8::7]:8080 dst.workload="cart-1" dst.namespace="shop"'))).toMatchObject(
    {
      source: { ip: '2001:db8::5', pod: null },
      destination: { ip: '2001:db8::7', pod: 'cart-1' },
      port: 8080,
      direction: null,
    },
  )
  expect(decodedOf(line('src.addr=nowhere dst.addr=10.1.0.7:80'))).toMatchObject({ kind: 'rejected' })
  expect(decodedOf('2026-05-04T09:59:00.123456Z info xds::client connected to the control plane')).toMatchObject({ kind: 'ignored' })
})

test.each([
  ['cart.shop.svc.cluster.local:8080', 8080],
  ['[2001:db8::7]:8080', 8080],
  ['cart.shop.svc.cluster.local', 15008],
  ['2001:db8::7', 15008],
  ['', 15008],
])('inside of the tunnel %s was asked for', (place, port) => {
  expect(flowOf(line(IN_MESH.replace('hbone_addr=10.1.0.7:8080', `hbone_addr="${place}"`)))).toMatchObject({ port })
})
