import { expect, test } from 'vitest'
import { decodedOf, flowOf } from '../../testing/decode-flows'
import { LineMemory } from '../line-memory'
import { sampleLine } from '../testing/sample-lines'

test('a connection through a Service ends at its backend', () => {
  for (const each of [sampleLine('conntrack'), sampleLine('ulogd', 1), sampleLine('conntrack', 2)]) {
    expect(flowOf(each)).toMatchObject({
      verdict: 'unknown',
      phase: 'start',
      destination: { ip: '192.0.2.20', addressed: { ip: '198.51.100.7', port: 80 } },
      port: 8080,
      sourcePort: 41000,
    })
  }
})

test.each([
  'tcp      6 431999 ESTABLISHED src=192.0.2.1 dst=192.0.2.2 sport=1 dport=80 src=192.0.2.2 dst=192.0.2.1 sport=80 dport=1 [ASSURED]',
  'ipv6     10 tcp      6 9 ESTABLISHED src=2001:db8::1 dst=2001:db8::2 sport=1 dport=80 src=2001:db8::2 dst=2001:db8::1 sport=80 dport=1 use=2',
  '[1777888803.3]\t[DESTROY] unknown  47 src=192.0.2.1 dst=192.0.2.2 src=192.0.2.2 dst=192.0.2.1',
  ' [UPDATE] icmp     1 29 src=192.0.2.1 dst=192.0.2.2 type=8 code=0 id=7 src=192.0.2.2 dst=192.0.2.1 type=0 code=0 id=7',
])('events and listings of conntrack are read: %s', (text) => {
  expect(decodedOf(text)).toMatchObject({ kind: 'flow' })
})

test('the end of a connection brings its bytes, and that it was answered', () => {
  expect(flowOf(sampleLine('conntrack', 1))).toMatchObject({ verdict: 'forwarded', phase: 'later', bytes: 300, packets: 3, event: 'trace' })
  expect(flowOf(sampleLine('conntrack', 1).replace('packets=1', 'packets=0'))).toMatchObject({ verdict: 'unknown' })
})

test('the end of a connection that was counted long ago is told apart from a new one', () => {
  const memory = new LineMemory()
  flowOf(sampleLine('conntrack'), { memory: memory })
  expect(flowOf(sampleLine('conntrack', 1), { memory: memory })).toMatchObject({ event: 'trace' })
  const later = sampleLine('conntrack', 1).replace('[1777888803', '[1777898803')
  const long = new LineMemory()
  flowOf(sampleLine('conntrack'), { memory: long })
  expect(flowOf(later, { memory: long })).toMatchObject({ event: 'flow', phase: 'later' })
  expect(flowOf(later, { memory: new LineMemory() })).toMatchObject({ event: 'trace', phase: 'later' })
})

test('lines of XML around the connections are none', () => {
  for (const text of ['<?xml version="1.0" encoding="utf-8"?>', '<conntrack>', '</conntrack>']) expect(decodedOf(text).kind).toBe('ignored')
  expect(decodedOf('<flow type="new"><meta direction="original">')).toMatchObject({ kind: 'rejected' })
})
