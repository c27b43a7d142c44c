import { expect, test } from 'vitest'
import { parseFilter } from '@/lib/flows/filter'
import { connectionFilter, endWords } from './end-words'

test('each kind of end has its words', () => {
  expect(endWords('shop/cart[Deployment]')).toEqual({ before: 'shop/', name: 'cart', after: '' })
  expect(endWords('shop/nightly[CronJob]')).toEqual({ before: 'shop/', name: 'nightly', after: ' CronJob' })
  expect(endWords('shop/cart-1')).toEqual({ before: 'shop/', name: 'cart-1', after: '' })
  expect(endWords('svc:shop/cart')).toEqual({ before: 'Service ', name: 'shop/cart', after: '' })
  expect(endWords('ip:10.0.0.0-10.0.0.255')).toEqual({ before: 'outside ', name: '10.0.0.0 – 10.0.0.255', after: '' })
  expect(endWords('ip:0.0.0.0-255.255.255.255').name).toBe('any IPv4 address outside')
  expect(endWords('ip:2001:db8::1')).toEqual({ before: 'outside ', name: '2001:db8::1', after: '' })
  expect(endWords('entity:host').name).toBe('host')
  expect(endWords('constructor/__proto__[Deployment]').name).toBe('__proto__')
})

test('the filter for a connection can be read and names both ends and the port', () => {
  for (const src of [
    'shop/web[Deployment]',
    'shop/web-1',
    'ip:10.0.0.1',
    'ip:2001:db8::1',
    'cidr:10.0.0.0/8',
    'dns:api.example.com',
    'entity:host',
  ]) {
    const text = connectionFilter({ src, dst: 'shop/cart[Deployment]', protocol: 'TCP', port: 8080 })
    expect(parseFilter(text), text).toMatchObject({ ok: true })
  }
  expect(connectionFilter({ src: 'shop/web[Deployment]', dst: 'ip:10.0.0.1', protocol: 'TCP', port: 443 })).toBe(
    'from:workload:shop/web[Deployment] to:ip:10.0.0.1 port:443 protocol:TCP',
  )
})
