import { expect, test } from 'vitest'
import { isOwnHost, isProbeHost } from './host-check'

const names = new Set(['sluice.example.com'])

test.each([
  'localhost',
  'LOCALHOST:3000',
  '127.0.0.1:3000',
  '127.1.2.3',
  '[::1]:3000',
  '[::1]',
  'sluice.example.com',
  'Sluice.Example.com:443',
])('%s is our own', (host) => {
  expect(isOwnHost(host, names)).toBe(true)
})

test.each([
  undefined,
  '',
  'evil.example',
  'localhost.evil.example',
  'evil.localhost',
  '127.0.0.1.evil.example',
  'sluice.example.com.evil.example',
  '10.0.0.1:3000',
  '0.0.0.0',
  '[::]',
  'localhost:3000:3000',
  'localhost@evil.example',
  'localhost/evil',
  ' localhost',
  'xn--lcalhost-51a',
])('%s is not', (host) => {
  expect(isOwnHost(host, names)).toBe(false)
})

test('a probe may come by bare address, but not under another name', () => {
  expect(isProbeHost('10.0.0.1:3000', names)).toBe(true)
  expect(isProbeHost('[2001:db8::1]:3000', names)).toBe(true)
  expect(isProbeHost('evil.example', names)).toBe(false)
})
