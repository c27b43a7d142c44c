import { describe, expect, test } from 'vitest'
import { decodeLine } from '../../decode-line'
import { aLogger, decodedOf, flowOf, flowsOf, RECEIVED_AT } from '../../testing/decode-flows'

type Parts = {
  request?: string
  code?: number
  flags?: string
  details?: string
  termination?: string
  requestId?: string
  authority?: string
  host?: string
  cluster?: string
  upstreamLocal?: string
  local?: string
  remote?: string
  serverName?: string
  route?: string
}

/** A line in Istio's default format: by default what the client's sidecar writes. */
function istioLine(parts: Parts = {}): string {
  const p = {
    request: 'GET /cart?token=abc HTTP/1.1',
    code: 200,
    flags: '-',
    details: 'via_upstream',
    termination: '-',
    requestId: '11111111-2222-4333-8444-555555555555',
    authority: 'cart:8080',
    host: '10.1.0.7:8080',
    cluster: 'outbound|80||cart.shop.svc.cluster.local',
    upstreamLocal: '10.1.0.5:41000',
    local: '10.96.0.9:80',
    remote: '10.1.0.5:52000',
    serverName: '-',
    route: 'default',
    ...parts,
  }
  return `[2026-05-04T09:59:00.123Z] "${p.request}" ${p.code} ${p.flags} ${p.details} ${p.termination} "-" 11 22 7 6 "-" "probe/1.0" "${p.requestId}" "${p.authority}" "${p.host}" ${p.cluster} ${p.upstreamLocal} ${p.local} ${p.remote} ${p.serverName} ${p.route}`
}

const INBOUND: Parts = {
  host: '127.0.0.1:8080',
  cluster: 'inbound|8080||',
  upstreamLocal: '127.0.0.6:33000',
  local: '10.1.0.7:8080',
  remote: '10.1.0.5:41000',
  serverName: 'outbound_.80_._.cart.shop.svc.cluster.local',
}

describe('the ends of a line of Envoy', () => {
  test("the client's sidecar: from its pod to the backend that was chosen, with the Service", () => {
    const logger = aLogger()
    expect(flowOf(istioLine(), { logger })).toMatchObject({
      time: Date.UTC(2026, 4, 4, 9, 59, 0, 123),
      source: { namespace: 'shop', pod: 'web-1', ip: '10.1.0.5' },
      destination: { ip: '10.1.0.7', pod: null, service: { namespace: 'shop', name: 'cart' } },
      protocol: 'TCP',
      port: 8080,
      sourcePort: 41000,
      verdict: 'forwarded',
      reason: null,
      direction: 'egress',
      bytes: 33,
      l7: { protocol: 'http', type: 'response', method: 'GET', path: '/cart', code: '200', latencyMs: 7 },
    })
    expect(flowOf(istioLine())).toMatchObject({ source: { pod: null, ip: '10.1.0.5' } })
  })

  test("the server's sidecar: from the address that connected to its pod", () => {
    const logger = aLogger({ pod: 'cart-1' })
    expect(flowOf(istioLine(INBOUND), { logger })).toMatchObject({
      source: { ip: '10.1.0.5', pod: null },
      destination: { namespace: 'shop', pod: 'cart-1', ip: '10.1.0.7', service: { name: 'cart' } },
      port: 8080,
      sourcePort: 41000,
      direction: 'ingress',
    })
  })

  test('both sidecars of one request share the name of the exchange', () => {
    expect(flowOf(istioLine()).exchange).toEqual(flowOf(istioLine(INBOUND)).exchange)
    const other = istioLine({ requestId: '11111111-2222-4333-8444-666666666666' })
    expect(flowOf(other).exchange).not.toEqual(flowOf(istioLine()).exchange)
  })

  test('a gateway: from the client to it, and from it to the backend', () => {
    const line = istioLine({ local: '10.1.0.5:8443', remote: '203.0.113.9:60000' })
    expect(flowsOf(line, { logger: aLogger({ pod: 'gateway-1' }) })).toMatchObject([
      { source: { ip: '203.0.113.9' }, destination: { pod: 'gateway-1', ip: '10.1.0.5' }, port: 8443, direction: 'ingress' },
      { source: { pod: 'gateway-1' }, destination: { ip: '10.1.0.7', service: { name: 'cart' } }, port: 8080, direction: 'egress' },
    ])
  })

  test('a gateway that finds no backend: the client reached it, and the way onwards failed', () => {
    const line = istioLine({ local: '10.1.0.5:8443', remote: '203.0.113.9:60000', code: 503, flags: 'UH', host: '-', upstreamLocal: '-' })
    expect(flowsOf(line, { logger: aLogger({ pod: 'gateway-1', ip: '10.1.0.5' }) })).toMatchObject([
      { destination: { pod: 'gateway-1' }, verdict: 'forwarded' },
      { destination: { ip: null, service: { name: 'cart' } }, port: 80, verdict: 'error', reason: 'l7/no-healthy-backend' },
    ])
  })

  test('somewhere outside: by the name that was asked for', () => {
    const named = { host: '198.51.100.4:443', cluster: 'outbound|443||api.example.com', local: '198.51.100.4:443' }
    expect(flowOf(istioLine(named)).destination).toMatchObject({ ip: '198.51.100.4', names: ['api.example.com'], service: null })
    const passed = { host: '198.51.100.4:443', cluster: 'PassthroughCluster', serverName: 'API.example.com' }
    expect(flowOf(istioLine(passed)).destination).toMatchObject({ ip: '198.51.100.4', names: ['api.example.com'] })
  })

  test('a waypoint names the pod behind it inside of its own address', () => {
    const line = istioLine({
      host: 'envoy://connect_originate/10.1.0.7:8080',
      cluster: 'inbound-vip|80|http|cart.shop.svc.cluster.local;',
      upstreamLocal: 'envoy://internal_client_address/',
    })
    expect(flowsOf(line, { logger: aLogger({ pod: 'waypoint-1' }) })[1]).toMatchObject({
      source: { pod: 'waypoint-1' },
      destination: { ip: '10.1.0.7', service: { namespace: 'shop', name: 'cart' } },
      port: 8080,
    })
  })

  test("Envoy's own format has no addresses of the client: the pod that logged is the caller", () => {
    const line = `[2026-05-04T09:59:00.123Z] "POST /v1/items/77 HTTP/2" 201 - 11 22 7 6 "203.0.113.9" "grpc-go/1.6" "id-1" "api.example.test" "10.1.0.7:8080"`
    expect(flowOf(line, { logger: aLogger({ pod: 'edge-1' }) })).toMatchObject({
      source: { pod: 'edge-1' },
      destination: { ip: '10.1.0.7' },
      l7: { protocol: 'grpc', method: 'POST', path: '/v1/items/{id}', code: '201' },
    })
    expect(flowOf(line)).toMatchObject({ source: { ip: '203.0.113.9' } })
  })

  test("Contour's name for a backend may be a Service", () => {
    const line = istioLine({ cluster: 'shop/cart/80/da39a3ee5e', local: '10.1.0.5:8080', remote: '203.0.113.9:60000' })
    expect(flowsOf(line)[1]?.destination).toMatchObject({
      ip: '10.1.0.7',
      service: null,
      serviceCandidates: [{ namespace: 'shop', name: 'cart' }],
    })
  })

  test('a TCP connection has no L7 part', () => {
    const line = istioLine({ request: '- - -', code: 0, details: '-', requestId: '-', authority: '-' })
    expect(flowOf(line)).toMatchObject({ verdict: 'forwarded', l7: null, exchange: { key: '10.1.0.5 41000 10.1.0.7 8080 ' } })
  })

  test('a line that says nothing of its ends is ignored', () => {
    const line = `[2026-05-04T09:59:00.123Z] "GET / HTTP/1.1" 404 NR 0 0 0 - "-" "x" "id" "host" "-"`
    expect(decodedOf(line)).toEqual({ kind: 'ignored', reason: 'no-endpoints' })
  })
})

describe('what Envoy did', () => {
  const deny = 'rbac_access_denied_matched_policy[ns[shop]-policy[no-probes]-rule[2]]'

  test.each<[string, Parts, object]>([
    ["a backend's own 403", { code: 403 }, { verdict: 'forwarded', policies: [] }],
    ["a backend's own 503", { code: 503 }, { verdict: 'forwarded' }],
    [
      'a policy that denies',
      { ...INBOUND, code: 403, details: deny, host: '-' },
      {
        verdict: 'dropped',
        reason: 'l7/rbac',
        policies: [{ policy: 'AuthorizationPolicy:shop/no-probes', rule: 'rules[2]', confidence: 'stated' }],
      },
    ],
    [
      'policies of which none allows',
      { ...INBOUND, code: 403, details: 'rbac_access_denied_matched_policy[none]', host: '-' },
      { verdict: 'dropped', reason: 'l7/rbac-no-match', policies: [] },
    ],
    [
      'a policy on a TCP connection',
      { ...INBOUND, request: '- - -', code: 0, details: '-', termination: deny, host: '-' },
      { verdict: 'dropped', policies: [{ policy: 'AuthorizationPolicy:shop/no-probes' }], l7: null },
    ],
    [
      'external authorization',
      { code: 403, flags: 'UAEX', details: 'ext_authz_denied', host: '-' },
      { verdict: 'dropped', reason: 'l7/ext-authz' },
    ],
    ['external authorization that failed', { code: 403, flags: 'UAEX', details: 'ext_authz_error', host: '-' }, { verdict: 'error' }],
    [
      'no token',
      { ...INBOUND, code: 401, details: 'jwt_authn_access_denied{Jwt_is_missing}', host: '-' },
      { verdict: 'dropped', reason: 'l7/jwt' },
    ],
    [
      'outside of the registry, TCP',
      {
        request: '- - -',
        code: 0,
        flags: 'UH',
        details: '-',
        host: '-',
        cluster: 'BlackHoleCluster',
        upstreamLocal: '-',
        local: '198.51.100.4:443',
      },
      { verdict: 'dropped', reason: 'istio/registry-only', destination: { ip: '198.51.100.4' } },
    ],
    [
      'outside of the registry, HTTP',
      {
        code: 502,
        details: 'direct_response',
        host: '-',
        cluster: '-',
        upstreamLocal: '-',
        route: 'block_all',
        authority: 'out.example.com',
      },
      { verdict: 'dropped', reason: 'istio/registry-only', destination: { ip: '10.96.0.9', names: ['out.example.com'] } },
    ],
    ['a rate limit', { ...INBOUND, code: 429, details: 'local_rate_limited', host: '-' }, { verdict: 'error', reason: 'l7/rate-limited' }],
    [
      'nobody there',
      { code: 503, flags: 'UF,URX', details: 'upstream_reset_before_response_started' },
      { verdict: 'error', reason: 'l7/connect-failed', rawReason: 'UF,URX' },
    ],
    ['a client that left', { code: 0, flags: 'DC', details: 'downstream_remote_disconnect' }, { verdict: 'forwarded', rawReason: 'DC' }],
    ['a redirect of its own', { code: 301, details: 'direct_response', host: '-' }, { verdict: 'forwarded' }],
    ['a 404 of its own without a reason', { code: 404, details: 'direct_response', host: '-' }, { verdict: 'unknown' }],
  ])('%s', (_, parts, expected) => {
    expect(flowOf(istioLine(parts))).toMatchObject(expected)
  })
})

describe('the layouts of Envoy', () => {
  test('old releases, which have the status of a policy check before the bytes', () => {
    const line = istioLine().replace('via_upstream - "-" ', '"-" "-" ')
    expect(flowOf(line)).toMatchObject({ verdict: 'forwarded', bytes: 33, destination: { ip: '10.1.0.7' } })
  })

  test('JSON with texts, with numbers and nulls, and with the keys of Envoy Gateway', () => {
    const keys = {
      start_time: '2026-05-04T09:59:00.123Z',
      method: 'GET',
      protocol: 'HTTP/1.1',
      response_flags: '-',
      upstream_cluster: 'outbound|80||cart.shop.svc.cluster.local',
      upstream_host: '10.1.0.7:8080',
      upstream_local_address: '10.1.0.5:41000',
      downstream_local_address: '10.96.0.9:80',
      downstream_remote_address: '10.1.0.5:52000',
    }
    const texts = {
      ...keys,
      path: '/cart',
      response_code: '200',
      bytes_received: '11',
      bytes_sent: '22',
      duration: '7',
      request_id: 'id-1',
    }
    const numbers = {
      ...keys,
      path: '/cart',
      response_code: 200,
      bytes_received: 11,
      bytes_sent: 22,
      duration: 7,
      'x-request-id': 'id-1',
      route_name: null,
    }
    const gateway = { ...numbers, path: undefined, 'x-envoy-origin-path': '/cart', ':authority': 'cart:80', 'user-agent': 'x' }
    expect(flowOf(numbers)).toEqual(flowOf(texts))
    expect(flowOf(gateway)).toEqual(flowOf(texts))
    expect(flowOf(JSON.stringify(texts))).toMatchObject({ bytes: 33, l7: { path: '/cart', code: '200', latencyMs: 7 } })
  })

  const tail = 'BlackHoleCluster 198.51.100.9:1 198.51.100.8:443'
  test.each([
    ['by the agent', `"-" "x" "i" "v" "10.6.6.6:80" ${tail}" "id" "cart" "10.1.0.7:80"`],
    ['by the forwarded addresses', `"x" "a" "i" "v" "10.6.6.6:80" BlackHoleCluster 198.51.100.9:1" "probe" "id" "cart" "10.1.0.7:80"`],
    ['in IPv6', `"-" "x" "i" "v" "[2001:db8::6]:80" BlackHoleCluster [2001:db8::9]:1 [2001:db8::8]:443" "id" "cart" "[2001:db8::7]:80"`],
    ['with a bracket that swallows what follows', `"-" "x" "i" "v" "10.6.6.6:80" ${tail} - - [" "id" "cart" "[2001:db8::7]:80"`],
    ['with a name that closes the bracket', `"-" "x" "i" "v" "10.6.6.6:80" ${tail} - [" "id ]" "cart" "10.1.0.7:80"`],
  ])("a client cannot write the end of Istio's line into Envoy's own: %s", (_, quoted) => {
    expect(decodedOf(`[2026-05-04T09:59:00.123Z] "GET / HTTP/1.1" 200 - 0 5 4 3 ${quoted}`)).toMatchObject({ kind: 'rejected' })
  })

  test('a line in a layout of its own is rejected, and so is one that a client made longer', () => {
    const decode = (line: string) => decodeLine(line, null, RECEIVED_AT)
    expect(decode('[2026-05-04T09:59:00.123Z] "GET / HTTP/1.1" 200 - 1 2')).toMatchObject({ kind: 'rejected' })
    const forged = istioLine().replace('"probe/1.0"', '"probe" "forged-id" "forged" "10.9.9.9:80" outbound|80||x.y.svc.z - - - - - "x"')
    expect(decode(forged)).toMatchObject({ kind: 'rejected' })
    expect(flowOf(istioLine().replace('probe/1.0', 'a "quoted"agent'))).toMatchObject({ destination: { ip: '10.1.0.7' } })
  })

  test('what a client asks for names no pod that would have written the line', () => {
    const path = '/var/log/containers/admin_kube-system_main-0123456789abcdef.log'
    const ends = { upstream_cluster: 'inbound|8080||', downstream_remote_address: '10.1.0.5:1', downstream_local_address: '10.1.0.7:8080' }
    const line = { response_code: 200, response_flags: '-', method: 'GET', path, ...ends }
    expect(flowOf(line).destination).toMatchObject({ ip: '10.1.0.7', pod: null })
    expect(flowOf(line, { logger: aLogger({ pod: 'cart-1' }) }).destination).toMatchObject({ pod: 'cart-1' })
  })

  test('the query string and the agent are never kept', () => {
    expect(JSON.stringify(flowOf(istioLine()))).not.toMatch(/token|probe/)
  })
})

describe('mutual TLS', () => {
  const inbound = {
    start_time: '2026-05-04T09:59:00.123Z',
    response_code: 200,
    response_flags: '-',
    method: 'GET',
    path: '/cart',
    upstream_cluster: 'inbound|8080||',
    upstream_host: '10.1.0.7:8080',
    upstream_local_address: '127.0.0.6:33000',
    downstream_local_address: '10.1.0.7:8080',
    downstream_remote_address: '10.1.0.5:41000',
  }
  const outbound = {
    ...inbound,
    upstream_cluster: 'outbound|80||cart.shop.svc.cluster.local',
    upstream_local_address: '10.1.0.5:41000',
    downstream_remote_address: '10.1.0.5:52000',
  }
  const web = 'spiffe://cluster.local/ns/shop/sa/web'

  test.each([
    ['a client named by its certificate', { ...inbound, downstream_peer_uri_san: web }, true],
    ['a client without one', { ...inbound, downstream_peer_uri_san: '-' }, undefined],
    ['a log that does not say', inbound, undefined],
    ['a workload of the mesh as server', { ...outbound, upstream_peer_uri_san: web }, true],
    ['a server outside, which only proves itself', { ...outbound, upstream_peer_subject: 'CN=api.example.com' }, undefined],
    ["the application's own connection to its sidecar", { ...outbound, downstream_peer_uri_san: web }, undefined],
  ])('%s', (_, body, stated) => {
    expect(flowOf(body, { logger: aLogger({ ip: body === inbound ? '10.1.0.7' : null }) }).mutualTls).toBe(stated)
  })
})
