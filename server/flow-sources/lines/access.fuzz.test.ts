import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeLine } from '../decode-line'
import type { DecodedLine } from '../decoded-line'
import { ACCESS_FORMATS } from './access-formats'
import type { Envelope } from './line-format'

const NOW = Date.UTC(2026, 4, 4, 10)
const ENVELOPE: Envelope = { receivedAt: NOW, time: null, logger: null, node: null }
const LOGGED: Envelope = { ...ENVELOPE, logger: { namespace: 'shop', pod: 'proxy-1', container: null, ip: '10.1.0.5' } }

/** A good line of each kind of text; cut, doubled and filled with other characters they are near to good ones. */
const LINES = [
  '[2026-05-04T09:59:00.123Z] "GET /a HTTP/1.1" 200 - via_upstream - "-" 1 2 3 4 "-" "x" "id" "a:80" "10.1.0.7:80" outbound|80||a.b.svc.c 10.1.0.5:1 10.96.0.9:80 10.1.0.5:2 - default',
  '[2026-05-04T09:59:00.123Z] "GET /a HTTP/1.1" 403 - rbac_access_denied_matched_policy[ns[a]-policy[b]-rule[0]] - "-" 1 2 3 - "-" "x" "id" "a:80" "-" inbound|80|| - 10.1.0.7:80 10.1.0.5:2 - default',
  '2026-05-04T09:59:00Z error access connection complete src.addr=10.1.0.5:1 dst.addr=10.1.0.7:2 direction="inbound" error="connection closed due to policy rejection: explicitly denied by: a/b"',
  '10.1.0.5:1 a.b.serviceaccount.identity - [2026-05-04T09:59:00.1Z] "GET http://a:1/b HTTP/2.0" 200',
  '10.1.0.5 - - [04/May/2026:09:59:00 +0000] "GET /a HTTP/1.1" 200 1 "-" "x" 1 0.1 [a-b-80] [] 10.1.0.7:80, 10.1.0.8:80 1, 2 0.1, 0.2 502, 200 id',
  '10.1.0.5 - - [04/May/2026:09:59:00 +0000] "GET /a HTTP/1.1" 200 1 "-" "x" 1 "r" "http://10.1.0.7:80" 1ms',
  '2026-05-04T09:59:00Z [INFO] 10.1.0.5:1 - 1 "A IN a.b. udp 41 false 512" NOERROR qr 68 0.1s',
]

const KEYS = [
  ...['response_code', 'upstream_cluster', 'response_flags', 'upstream_host', 'downstream_remote_address', ':authority', 'x-request-id'],
  ...[
    'src.addr',
    'dst.addr',
    'scope',
    'message',
    'client.addr',
    'client.id',
    'total_ns',
    'host',
    'status',
    'uri',
    'timestamp',
    'start_time',
  ],
  ...[
    'proxyDirection',
    'requestInitEvent',
    'responseEndEvent',
    'source',
    'destination',
    'metadata',
    'id',
    'ip',
    'port',
    'sinceRequestInit',
  ],
  ...['DownstreamStatus', 'ClientHost', 'OriginStatus', 'ServiceURL', 'ServiceName', 'Duration', 'upstream_addr', 'proxy_upstream_name'],
  ...['upstream_status', 'request', 'remote_addr', 'time_local', '__proto__', 'constructor', 'toString'],
]
const VALUES = [
  '10.1.0.5:80',
  '[::1]:',
  '-',
  '',
  'a-b-c-80',
  'outbound|80||a.b.svc.c',
  'PassthroughCluster',
  'GET / HTTP/1.1',
  '200, 502',
  'a'.repeat(5_000),
]

const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(...VALUES),
    fc.double(),
    fc.constant(null),
    fc.boolean(),
    tie('object'),
    fc.array(fc.string()),
  ),
  object: fc.dictionary(fc.constantFrom(...KEYS), tie('value'), { maxKeys: 12 }),
})).object

const mutated = fc
  .tuple(
    fc.constantFrom(...LINES),
    fc.array(
      fc.tuple(
        fc.nat(400),
        fc.nat(30),
        fc.constantFrom('', '"', '[', ']', ' ', '\\', ':', ',', '\t', '|', '{', '-', '\u0000', '" "', '0'.repeat(400)),
      ),
      {
        maxLength: 4,
      },
    ),
  )
  .map(([line, cuts]) => cuts.reduce((text, [at, length, put]) => text.slice(0, at) + put + text.slice(at + length), line))

function check(decoded: DecodedLine): void {
  if (decoded.kind !== 'flow' && decoded.kind !== 'flows') {
    expect(['ignored', 'rejected', 'lost']).toContain(decoded.kind)
    return
  }
  const flows = decoded.kind === 'flow' ? [decoded.flow] : decoded.flows
  expect(flows.length).toBeGreaterThan(0)
  // A client, a controller and sixteen backends.
  expect(flows.length).toBeLessThanOrEqual(17)
  for (const flow of flows) {
    expect(Number.isFinite(flow.time)).toBe(true)
    if (flow.port !== null) expect(flow.port > 0 && flow.port < 65_536).toBe(true)
    expect(flow.l7?.path?.length ?? 0).toBeLessThanOrEqual(256)
    expect(JSON.stringify(flow).length).toBeLessThan(30_000)
    if (flow.verdict === 'dropped') expect(flow.reason).not.toBeNull()
    if (flow.bytes !== null) expect(flow.bytes).toBeGreaterThanOrEqual(0)
  }
}

describe('lines of proxies and DNS servers that are not as they should be', () => {
  test.each(ACCESS_FORMATS)('$id: any object and any text', ({ decode }) => {
    fc.assert(
      fc.property(value, mutated, (body, text) => {
        for (const envelope of [ENVELOPE, LOGGED]) {
          check(decode({ kind: 'object', body: Object(body) }, envelope, null))
          check(decode({ kind: 'text', text }, envelope, null))
        }
      }),
      { numRuns: 400 },
    )
  })

  test('lines that are nearly good, told apart', () => {
    fc.assert(
      fc.property(mutated, (text) => check(decodeLine(text, null, NOW))),
      { numRuns: 1_500 },
    )
  })

  test('the good lines are good', () => {
    for (const line of LINES) expect(decodeLine(line, null, NOW).kind).toMatch(/^flows?$/)
  })

  test.each(['"', '[', ' ', '-', ',', '" ', ' - ', '] "', 'a-', 'src.addr='])('a line of 250,000 times %j takes no time', (piece) => {
    const started = performance.now()
    for (const line of LINES) check(decodeLine(line.slice(0, 60) + piece.repeat(250_000 / piece.length), null, NOW))
    expect(performance.now() - started).toBeLessThan(1_500)
  })
})
