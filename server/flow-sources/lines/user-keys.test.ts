import { describe, expect, test } from 'vitest'
import { decodedOf, flowOf } from '../testing/decode-flows'

const ENVOY: Readonly<Record<string, unknown>> = {
  start_time: '2026-05-04T09:59:00.123Z',
  method: 'GET',
  path: '/cart',
  response_code: 200,
  response_flags: '-',
  upstream_cluster: 'outbound|80||cart.shop.svc.cluster.local',
  upstream_host: '[2001:db8::2]:8080',
  upstream_local_address: '[2001:db8::1]:41000',
  downstream_local_address: '[2001:db8::9]:80',
  downstream_remote_address: '[2001:db8::1]:52000',
  request_id: 'id-1',
  authority: 'cart:80',
}
const NGINX: Readonly<Record<string, unknown>> = {
  time_iso8601: '2026-05-04T09:59:00+00:00',
  remote_addr: '2001:db8::1',
  request_method: 'GET',
  request_uri: '/cart',
  status: 200,
  bytes_sent: 269,
  request_length: 92,
  proxy_upstream_name: 'shop-cart-80',
  upstream_addr: '[2001:db8::2]:8080',
  upstream_status: '200',
}

const WRITINGS: readonly (readonly [string, (key: string) => string])[] = [
  ['lower case', (key) => key],
  ['capitals', (key) => key.toUpperCase()],
  ['dashes', (key) => key.replaceAll('_', '-')],
  ['dots', (key) => key.replaceAll('_', '.')],
  ['headers', (key) => key.replaceAll('_', '-').replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())],
  ['a colon', (key) => `:${key}`],
]

function written(body: Readonly<Record<string, unknown>>, write: (key: string) => string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(body).map(([key, value]) => [write(key), value]))
}

describe.each(WRITINGS)('keys of the user in %s', (_, write) => {
  test.each([
    ['Envoy', ENVOY],
    ['ingress-nginx', NGINX],
  ])('%s', (_, body) => {
    expect(flowOf(written(body, write))).toEqual(flowOf(body))
    expect(flowOf(body)).toMatchObject({ destination: { ip: '2001:db8::2' }, port: 8080, verdict: 'forwarded' })
  })

  test('without what may be missing', () => {
    const envoy = { response_code: 503, response_flags: 'UF', downstream_remote_address: '10.1.0.5:1' }
    expect(flowOf(written(envoy, write))).toMatchObject({ source: { ip: '10.1.0.5' }, verdict: 'error' })
    const nginx = { remote_addr: '10.1.0.5', upstream_addr: '10.1.0.7:80', upstream_status: 200 }
    expect(flowOf(written(nginx, write))).toMatchObject({ destination: { ip: '10.1.0.7' }, verdict: 'forwarded' })
  })
})

test('objects under such keys are of other programs', () => {
  expect(decodedOf({ UPSTREAM: { host: 'a' }, Status: 200 })).toEqual({ kind: 'ignored', reason: 'not-a-flow' })
  expect(decodedOf({ upstream: 'a', status: { code: 1 } })).toEqual({ kind: 'ignored', reason: 'not-a-flow' })
})
