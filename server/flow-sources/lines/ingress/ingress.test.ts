import { describe, expect, test } from 'vitest'
import { aLogger, decodedOf, flowOf, flowsOf } from '../../testing/decode-flows'

const CONTROLLER = aLogger({ namespace: 'ingress', pod: 'controller-1', container: 'controller' })

function nginxLine(over: { request?: string; status?: number; name?: string; upstream?: string; user?: string } = {}): string {
  const { request, status, name, upstream, user } = {
    request: 'GET /cart?id=1 HTTP/1.1',
    status: 200,
    name: 'shop-cart-80',
    upstream: '10.1.0.7:8080 146 0.023 200',
    user: '-',
    ...over,
  }
  return `203.0.113.9 - ${user} [04/May/2026:11:59:00 +0200] "${request}" ${status} 146 "http://r.example.com/?a=b c" "a \\x22b\\x22" 92 0.023 [${name}] [] ${upstream} f82b0aa4a78051493d200a4e1451311e`
}

describe('ingress-nginx', () => {
  test('the client to the controller, and the controller to the backend', () => {
    expect(flowsOf(nginxLine(), { logger: CONTROLLER })).toMatchObject([
      {
        time: Date.UTC(2026, 4, 4, 9, 59),
        source: { ip: '203.0.113.9' },
        destination: { namespace: 'ingress', pod: 'controller-1' },
        port: null,
        verdict: 'forwarded',
        direction: 'ingress',
        bytes: 238,
        l7: { method: 'GET', path: '/cart', code: '200', latencyMs: 23 },
      },
      {
        source: { pod: 'controller-1' },
        destination: { ip: '10.1.0.7', service: { namespace: 'shop', name: 'cart' } },
        port: 8080,
        verdict: 'forwarded',
        direction: 'egress',
      },
    ])
  })

  test('without the name of the controller the client is shown at the backend', () => {
    expect(flowOf(nginxLine())).toMatchObject({
      source: { ip: '203.0.113.9' },
      destination: { ip: '10.1.0.7' },
      port: 8080,
      direction: null,
    })
  })

  test('every backend that was tried is an edge of its own', () => {
    const upstream = '10.1.0.7:8080, 10.1.0.8:8080 : 10.1.0.9:8080 0, - : 146 0.001, 0.002 : 0.003 502, 504 : 200'
    expect(flowsOf(nginxLine({ upstream }))).toMatchObject([
      { destination: { ip: '10.1.0.7' }, verdict: 'error', reason: 'l7/connect-failed', l7: { code: '502' } },
      { destination: { ip: '10.1.0.8' }, verdict: 'error', reason: 'l7/backend-timeout', l7: { code: '504' } },
      { destination: { ip: '10.1.0.9' }, verdict: 'forwarded', l7: { code: '200', latencyMs: 3 } },
    ])
  })

  test.each([null, CONTROLLER])('the bytes of a request are those of the try that was answered', (logger) => {
    const bytes = (line: string) =>
      flowsOf(line, { logger })
        .filter(({ destination }) => destination.ip !== null)
        .map((flow) => flow.bytes)
    const upstream = '10.1.0.7:8080, [2001:db8::8]:8080, 10.1.0.9:8080 0, 17, 146 0.001, 0.002, 0.003 502, 503, 200'
    expect(bytes(nginxLine({ upstream }))).toEqual([0, 17, 238])
    expect(bytes(nginxLine({ upstream: '10.1.0.7:8080, 10.1.0.9:8080 -, 146 0.001, 0.003 502, 200' }))).toEqual([null, 238])
  })

  test('a backend that was never asked got no bytes', () => {
    const [arrived, onwards] = flowsOf(nginxLine({ status: 503, upstream: '- - - -' }), { logger: CONTROLLER })
    expect([arrived?.bytes, onwards?.bytes]).toEqual([238, null])
  })

  test('a name that may be several Services keeps them all, the longest namespace first', () => {
    expect(flowOf(nginxLine({ name: 'a-b-c-http' })).destination).toMatchObject({
      service: null,
      serviceCandidates: [
        { namespace: 'a-b', name: 'c' },
        { namespace: 'a', name: 'b-c' },
      ],
    })
  })

  test.each<[number, object]>([
    [403, { verdict: 'dropped', reason: 'l7/ingress-rule' }],
    [401, { verdict: 'dropped', reason: 'l7/ingress-auth' }],
    [301, { verdict: 'forwarded', reason: null }],
    [429, { verdict: 'error', reason: 'l7/rate-limited' }],
    [503, { verdict: 'error', reason: 'l7/no-healthy-backend' }],
    [418, { verdict: 'unknown', reason: null }],
  ])('%i without a backend', (status, expected) => {
    const line = nginxLine({ status, upstream: '- - - -' })
    expect(flowOf(line)).toMatchObject({ ...expected, destination: { service: { namespace: 'shop', name: 'cart' } }, port: 80 })
  })

  test("a backend's own 403 and 503 were let through", () => {
    for (const status of [403, 503])
      expect(flowOf(nginxLine({ status, upstream: `10.1.0.7:8080 146 0.02 ${status}` })).verdict).toBe('forwarded')
  })

  test('a client that left before the backend answered', () => {
    expect(flowOf(nginxLine({ status: 499, upstream: '10.1.0.7:8080 0 1.200 -' }))).toMatchObject({
      verdict: 'error',
      reason: 'l7/client-left',
    })
  })

  test('where the log does not say what backends answered, what the client got came from the last one', () => {
    const asked = (status: number, upstream_addr = '10.1.0.7:8080') =>
      flowsOf(JSON.stringify({ remote_addr: '203.0.113.9', status, proxy_upstream_name: 'shop-cart-80', upstream_addr }))
    expect(asked(200)).toMatchObject([{ verdict: 'forwarded', reason: null }])
    expect(asked(404)).toMatchObject([{ verdict: 'unknown', reason: null }])
    expect(asked(502)).toMatchObject([{ verdict: 'error', reason: 'l7/no-answer' }])
    expect(asked(200, '10.1.0.7:8080, 10.1.0.9:8080').map(({ verdict }) => verdict)).toEqual(['unknown', 'forwarded'])
  })

  test('a refusal is one of the client; a backend that is missing is one of the way onwards', () => {
    expect(flowsOf(nginxLine({ status: 403, upstream: '- - - -' }), { logger: CONTROLLER })).toMatchObject([
      { destination: { pod: 'controller-1' }, verdict: 'dropped' },
    ])
    expect(flowsOf(nginxLine({ status: 503, upstream: '- - - -' }), { logger: CONTROLLER })).toMatchObject([
      { destination: { pod: 'controller-1' }, verdict: 'forwarded' },
      { destination: { service: { name: 'cart' } }, verdict: 'error' },
    ])
  })

  test('the default backend is a part of the controller', () => {
    const line = nginxLine({ status: 404, name: 'upstream-default-backend', upstream: '127.0.0.1:8181 146 0.001 404' })
    expect(flowsOf(line, { logger: CONTROLLER })).toMatchObject([{ destination: { pod: 'controller-1' }, verdict: 'forwarded' }])
    expect(flowOf(line)).toMatchObject({ destination: { ip: null, service: null }, port: null, verdict: 'forwarded' })
  })

  test('a line of an old release: the client twice, and no alternative name', () => {
    const line = nginxLine().replace('203.0.113.9 - - [', '203.0.113.9 - [203.0.113.9] - - [').replace('] [] ', '] ')
    expect(flowOf(line)).toMatchObject({ source: { ip: '203.0.113.9' }, destination: { ip: '10.1.0.7' }, l7: { code: '200' } })
  })

  test('JSON under keys of the user', () => {
    const expected = { source: { ip: '203.0.113.9' }, destination: { ip: '10.1.0.7' }, port: 8080, verdict: 'forwarded', bytes: 361 }
    const one = {
      time: '2026-05-04T09:59:00+00:00',
      remote_addr: '203.0.113.9',
      method: 'GET',
      path: '/cart',
      status: 200,
      bytes_sent: 269,
      request_length: 92,
      duration: 0.023,
      upstream_addr: '10.1.0.7:8080',
      upstream_status: '200',
      upstream_response_time: '0.023',
      namespace: 'shop',
      service_name: 'cart',
      service_port: '80',
    }
    expect(flowOf(one)).toMatchObject({ ...expected, destination: { ip: '10.1.0.7', service: { namespace: 'shop', name: 'cart' } } })
    const other = {
      time_local: '04/May/2026:11:59:00 +0200',
      client_ip: '203.0.113.9',
      request: 'GET /cart?a=b HTTP/2.0',
      status: '200',
      bytes_sent: '269',
      request_length: '92',
      'request-time': '0.023',
      proxy_upstream_name: 'shop-cart-80',
      upstream_addr: '10.1.0.7:8080',
      upstream_status: '200',
    }
    expect(flowOf(other)).toMatchObject({
      ...expected,
      time: Date.UTC(2026, 4, 4, 9, 59),
      l7: { method: 'GET', path: '/cart', latencyMs: 23 },
    })
  })

  test('a connection that was closed before there was a status states no verdict', () => {
    expect(flowOf(nginxLine({ upstream: '- - - -' }).replace(' 200 146 ', ' 000 0 '))).toMatchObject({
      verdict: 'unknown',
      l7: { code: null },
    })
    const json = { remote_addr: '10.1.0.5', status: '000', proxy_upstream_name: 'shop-cart-80', upstream_addr: '-' }
    expect(flowOf(json)).toMatchObject({ verdict: 'unknown', l7: { code: null } })
  })

  test('lines of the controller, the error log and the plain combined log are no flows', () => {
    for (const line of [
      'I0504 09:59:00.123456       7 controller.go:190] "Configuration changes detected, backend reload required"',
      'W0504 09:59:00.123456       7 controller.go:1114] Error obtaining Endpoints for Service "shop/cart"',
      '2026/05/04 09:59:00 [error] 31#31: *12 connect() failed (111: Connection refused) while connecting to upstream, client: 203.0.113.9',
      '203.0.113.9 - - [04/May/2026:09:59:00 +0000] "GET / HTTP/1.1" 200 135 "-" "probe"',
    ]) {
      expect(decodedOf(line)).toMatchObject({ kind: 'ignored' })
    }
  })

  test('what no HTTP was has neither method nor path; a user name with a space is read', () => {
    expect(flowOf(nginxLine({ request: '\\x16\\x03\\x01', status: 400, name: '', upstream: '- - - -' }))).toMatchObject({
      verdict: 'error',
      l7: { method: null, path: null, code: '400' },
    })
    expect(flowOf(nginxLine({ user: 'a b' }))).toMatchObject({ l7: { code: '200' } })
  })

  test('a line that breaks off is rejected', () => {
    expect(decodedOf(nginxLine({ upstream: '10.1.0.7:8080,' }))).toMatchObject({ kind: 'rejected' })
  })
})

describe('Traefik', () => {
  const line = (rest: string, status = 200) =>
    `203.0.113.9 - - [04/May/2026:09:59:00 +0000] "GET /cart/12 HTTP/1.1" ${status} 17 "-" "a \\" b" ${rest}`

  test('a line of text', () => {
    expect(flowOf(line('1 "shop-web@kubernetes" "http://10.1.0.7:8080" 12ms'))).toMatchObject({
      time: Date.UTC(2026, 4, 4, 9, 59),
      source: { ip: '203.0.113.9' },
      destination: { ip: '10.1.0.7' },
      port: 8080,
      verdict: 'forwarded',
      l7: { path: '/cart/{id}', latencyMs: 12 },
    })
  })

  test('an answer of its own', () => {
    expect(flowOf(line('1 "web" - 0ms', 403))).toMatchObject({ verdict: 'dropped', reason: 'l7/ingress-rule' })
    expect(flowOf(line('1 - - 0ms', 404))).toMatchObject({ verdict: 'error', reason: 'l7/no-route' })
  })

  test.each<[number, number, object]>([
    [502, 11, { verdict: 'error', reason: 'l7/connect-failed' }],
    [504, 15, { verdict: 'error', reason: 'l7/backend-timeout' }],
    [499, 21, { verdict: 'error', reason: 'l7/client-left' }],
    [502, 300, { verdict: 'forwarded', reason: null }],
  ])('%i with %i bytes', (status, length, expected) => {
    const text = line('1 "web" "http://10.1.0.7:8080" 12ms', status).replace(` ${status} 17 `, ` ${status} ${length} `)
    expect(flowOf(text)).toMatchObject({ ...expected, l7: { code: String(status) } })
  })

  test.each(['1 "web" "http://10.1.0.7:8080" 12ms', '1 "web" "http://[2001:db8::7]:8080" 12ms', '1 "web" - 0ms'])(
    'no status at all states no verdict: %s',
    (rest) => {
      expect(flowOf(line(rest, 0))).toMatchObject({ verdict: 'unknown', reason: null, l7: { type: 'request', code: null } })
      expect(flowsOf(line(rest, 0), { logger: CONTROLLER }).some(({ verdict }) => verdict === 'dropped' || verdict === 'error')).toBe(false)
    },
  )

  test('JSON: times in nanoseconds, and the Service by the cluster', () => {
    const body = {
      ClientAddr: '203.0.113.9:60000',
      ClientHost: '203.0.113.9',
      DownstreamStatus: 200,
      DownstreamContentSize: 397,
      OriginStatus: 200,
      OriginDuration: 3_000_000,
      Duration: 4_000_000,
      RequestMethod: 'GET',
      RequestPath: '/cart?x=1',
      RequestScheme: 'https',
      ServiceName: 'shop-web-cart-80@kubernetes',
      ServiceAddr: '10.1.0.7:8080',
      StartUTC: '2026-05-04T09:59:00.5Z',
    }
    const [arrived, onwards] = flowsOf(body, { logger: CONTROLLER })
    expect(arrived).toMatchObject({ source: { ip: '203.0.113.9' }, sourcePort: 60000, port: 443, l7: { path: '/cart', latencyMs: 4 } })
    expect(onwards).toMatchObject({ destination: { ip: '10.1.0.7' }, port: 8080, l7: { latencyMs: 3 } })
    expect(onwards?.destination.serviceCandidates).toContainEqual({ namespace: 'shop', name: 'cart' })
    const own = { ...body, OriginStatus: 0, DownstreamStatus: 401, ServiceName: undefined }
    expect(flowOf(own)).toMatchObject({ verdict: 'dropped', reason: 'l7/ingress-auth' })
    expect(flowOf({ ...body, ServiceAddr: undefined, ServiceURL: { Scheme: 'http', Host: '10.1.0.8:80' } })).toMatchObject({
      destination: { ip: '10.1.0.8' },
    })
  })
})
