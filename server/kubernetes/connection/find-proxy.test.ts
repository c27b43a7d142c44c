import { expect, test } from 'vitest'
import { findProxy } from './find-proxy'

const proxyOf = (server: string, environment: Record<string, string>) => findProxy(new URL(server), environment)

test('the proxy is that of the scheme, in capital letters first', () => {
  expect(proxyOf('https://a', { HTTPS_PROXY: 'http://big:1', https_proxy: 'http://small:1' })).toBe('http://big:1')
  expect(proxyOf('https://a', { https_proxy: 'small:1' })).toBe('http://small:1')
  expect(proxyOf('http://a', { HTTPS_PROXY: 'http://p:1', HTTP_PROXY: 'http://h:1' })).toBe('http://h:1')
  expect(proxyOf('https://a', { HTTP_PROXY: 'http://h:1', ALL_PROXY: 'http://all:1' })).toBeNull()
})

test.each(['https://localhost:1', 'https://127.0.0.1:1', 'https://127.9.9.9', 'https://[::1]:1'])(
  '%s is never behind a proxy',
  (server) => {
    expect(proxyOf(server, { HTTPS_PROXY: 'http://p:1' })).toBeNull()
  },
)

test.each([
  ['https://api.example.com:6443', 'example.com', true],
  ['https://example.com', 'example.com', true],
  ['https://notexample.com', 'example.com', false],
  ['https://api.example.com', '.example.com', true],
  ['https://example.com', '.example.com', false],
  ['https://api.example.com', '*.example.com', true],
  ['https://API.example.com', 'api.EXAMPLE.com', true],
  ['https://a:6443', 'b, a:6443', true],
  ['https://a:6443', 'a:443', false],
  ['https://a', 'a:443', true],
  ['https://10.1.2.3', '10.0.0.0/8', true],
  ['https://11.1.2.3', '10.0.0.0/8', false],
  ['https://10.1.2.3', '10.1.2.3', true],
  ['https://10.1.2.3', '1.2.3', false],
  ['https://10.1.2.3', '10.0.0.0/99', false],
  ['https://[fd00::1]', 'fd00::/8', true],
  ['https://[fd00::1]', '[fd00::1]', true],
  ['https://a', '*', true],
  ['https://a', ' , ', false],
])('%s with NO_PROXY %j: spared is %s', (server, list, isSpared) => {
  expect(proxyOf(server, { HTTPS_PROXY: 'http://p:1', NO_PROXY: list }) === null).toBe(isSpared)
})
