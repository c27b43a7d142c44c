import { expect, test } from 'vitest'
import { decodedOf, flowOf } from '../../testing/decode-flows'
import { sampleLine } from '../testing/sample-lines'

test('a LOG line has no verdict, whatever its prefix says', () => {
  expect(flowOf(sampleLine('kernel-log'))).toMatchObject({
    verdict: 'unknown',
    rawReason: 'DENY web:',
    port: 5432,
    phase: 'start',
    node: 'node-1',
  })
  expect(flowOf(sampleLine('kernel-log', 1))).toMatchObject({ source: { ip: '192.0.2.2' }, protocol: 'ICMP' })
})

test.each([
  ['SEQ=7 ACK=0 WINDOW=64240 RES=0x00 SYN URGP=0', 'start', '192.0.2.1'],
  ['SEQ=7 ACK=8 WINDOW=64240 RES=0x00 ACK SYN URGP=0', 'reply', '192.0.2.20'],
  ['SEQ=7 ACK=8 WINDOW=64240 RES=0x00 ACK PSH URGP=0', 'later', '192.0.2.1'],
  ['SEQ=7 ACK=8 WINDOW=64240 RES=0x00 URGP=0 SYN', 'start', '192.0.2.1'],
])('with --log-tcp-sequence flags are the words, not the numbers: %s', (flags, phase, client) => {
  expect(flowOf(sampleLine('kernel-log').replace('WINDOW=64240 RES=0x00 SYN URGP=0', flags))).toMatchObject({
    phase,
    source: { ip: client },
  })
})

test.each([
  'INFO mirror src=192.0.2.1 dst=192.0.2.2 next src=192.0.2.3 dst=192.0.2.4',
  'msg src=2001:db8::1 dst=2001:db8::2 retry 3 src=2001:db8::3 dst=2001:db8::4',
  'msg="IN=eth0 OUT=eth1 SRC=… DST=…"',
  'rule IN=eth0 OUT=eth1 SRC=any DST=any accepted',
])('other programs write pairs, too: %s', (text) => {
  expect(decodedOf(text)).toEqual({ kind: 'ignored', reason: 'not-a-flow' })
})

test("the kernel's line in the quotes of another program's", () => {
  const text = 'level=info msg="DROP IN=eth0 OUT=cali1 SRC=2001:db8::1 DST=2001:db8::2 PROTO=UDP SPT=41000 DPT=53"'
  expect(flowOf(text)).toMatchObject({ source: { ip: '2001:db8::1' }, destination: { ip: '2001:db8::2' }, port: 53 })
  const atStart = 'msg="IN=eth0 OUT=cali1 SRC=192.0.2.1 DST=192.0.2.2"'
  expect(flowOf(atStart)).toMatchObject({ destination: { ip: '192.0.2.2' } })
})
