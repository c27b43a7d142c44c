import { describe, expect, test } from 'vitest'
import { aLogger, decodedOf, flowOf } from '../../testing/decode-flows'

const CLIENT = 'web.shop.serviceaccount.identity.linkerd.cluster.local'

describe('access logs of Linkerd', () => {
  const apache = `10.1.0.5:41000 ${CLIENT} - [2026-05-04T09:59:00.123456789Z] "GET http://cart:7000/items/12?q=secret HTTP/2.0" 200`
  const json = {
    'client.addr': '10.1.0.5:41000',
    'client.id': CLIENT,
    host: 'cart:7000',
    method: 'GET',
    processing_ns: '39826',
    request_bytes: '',
    response_bytes: '19627',
    status: 200,
    timestamp: '2026-05-04T09:59:00.123456789Z',
    total_ns: '14000000',
    trace_id: '',
    uri: 'http://cart:7000/items/12?q=secret',
    user_agent: 'probe',
    version: 'HTTP/2.0',
  }
  const expected = {
    time: Date.UTC(2026, 4, 4, 9, 59, 0, 123),
    source: { ip: '10.1.0.5', namespace: 'shop', pod: null },
    destination: { namespace: 'shop', pod: 'cart-1', service: { namespace: 'shop', name: 'cart' } },
    port: 7000,
    sourcePort: 41000,
    direction: 'ingress',
    verdict: 'forwarded',
    mutualTls: true,
    l7: { protocol: 'http', method: 'GET', path: '/items/{id}', code: '200' },
  }

  test('the pod that logged is the server', () => {
    const logger = aLogger({ pod: 'cart-1', container: 'linkerd-proxy' })
    expect(flowOf(apache, { logger })).toMatchObject(expected)
    expect(flowOf(json, { logger })).toMatchObject({ ...expected, bytes: 19627, l7: { ...expected.l7, latencyMs: 14 } })
  })

  test('without it, the name that was asked for is: a short one in the namespace of the client', () => {
    expect(flowOf(apache).destination).toMatchObject({ pod: null, service: { namespace: 'shop', name: 'cart' } })
    expect(flowOf({ ...json, host: '10.1.0.7:7000' })).toMatchObject({ destination: { ip: '10.1.0.7', service: null }, port: 7000 })
    expect(flowOf({ ...json, host: 'cart.other.svc.cluster.local:7000' }).destination.service).toEqual({ namespace: 'other', name: 'cart' })
    expect(flowOf({ ...json, host: 'api.example.com' })).toMatchObject({ destination: { names: ['api.example.com'] }, port: null })
  })

  test('a status that the proxy may have made up states no verdict', () => {
    expect(flowOf({ ...json, status: 403 })).toMatchObject({ verdict: 'unknown', l7: { code: '403' } })
    expect(flowOf({ ...json, status: 404 })).toMatchObject({ verdict: 'forwarded' })
  })

  test('a client that is no address is rejected', () => {
    expect(decodedOf({ ...json, 'client.addr': 'nowhere' })).toMatchObject({ kind: 'rejected' })
  })
})

describe('tap events of Linkerd', () => {
  const ends = {
    source: { ip: '10.1.0.5', port: 41000, metadata: { pod: 'web-1', namespace: 'shop', deployment: 'web' } },
    destination: { ip: '10.1.0.7', port: 8080, metadata: { pod: 'cart-1', namespace: 'shop', tls: 'true' } },
    routeMeta: null,
    proxyDirection: 'OUTBOUND',
  }
  const id = { base: 1, stream: 5 }
  const request = {
    ...ends,
    requestInitEvent: { id, method: 'GET', scheme: 'HTTP', authority: 'cart.shop.svc.cluster.local:80', path: '/items/12' },
  }
  const response = { ...ends, responseInitEvent: { id, sinceRequestInit: { nanos: 4_500_000 }, httpStatus: 200 } }

  test('a request names both pods', () => {
    expect(flowOf(request)).toMatchObject({
      source: { namespace: 'shop', pod: 'web-1', ip: '10.1.0.5' },
      destination: { namespace: 'shop', pod: 'cart-1', service: { namespace: 'shop', name: 'cart' } },
      port: 8080,
      direction: 'egress',
      phase: 'start',
      verdict: 'unknown',
      l7: { method: 'GET', path: '/items/{id}', code: null },
    })
  })

  test('an answer finds its request', () => {
    const answer = flowOf(response)
    expect(answer).toMatchObject({ phase: 'reply', verdict: 'forwarded', l7: { code: '200', latencyMs: 4.5 } })
    expect(answer.exchange?.answer).toBe(flowOf(request).exchange?.answer)
    const other = flowOf({ ...response, responseInitEvent: { ...response.responseInitEvent, id: { base: 1, stream: 6 } } })
    expect(other.exchange?.answer).not.toBe(answer.exchange?.answer)
  })

  test.each([403, 502, 503, 504, 0, undefined])('an answer of %s may be the proxy’s own and states no verdict', (httpStatus) => {
    const answer = { ...ends, responseInitEvent: { id, httpStatus } }
    expect(flowOf(answer)).toMatchObject({ verdict: 'unknown', phase: 'reply' })
    const v6 = { ...answer, source: { ...ends.source, ip: '2001:db8::1' }, proxyDirection: 'INBOUND' }
    expect(flowOf(v6)).toMatchObject({ verdict: 'unknown', source: { ip: '2001:db8::1' } })
  })

  test('an event without its ends is rejected', () => {
    expect(decodedOf({ ...request, source: null })).toMatchObject({ kind: 'rejected' })
  })
})
