import { describe, expect, test } from 'vitest'
import type { Envelope } from './line-format'
import { LineMemory } from './line-memory'
import { type Unwrapped, unwrap } from './unwrap'

const NOW = Date.UTC(2026, 4, 4, 10)
const EMPTY: Envelope = { receivedAt: NOW, time: null, logger: null, node: null }
const FLOW = { SrcAddr: '192.0.2.1', DstAddr: '192.0.2.2' }
const LINE = JSON.stringify(FLOW, null, 1).replaceAll('\n', ' ')
const KUBERNETES = { pod_name: 'proxy-1', namespace_name: 'mesh', container_name: 'istio-proxy', pod_ip: '192.0.2.9', host: 'node-1' }
const LOGGER = { namespace: 'mesh', pod: 'proxy-1', container: 'istio-proxy', ip: '192.0.2.9' }

function unwrapText(text: string, memory: LineMemory | null = null): Unwrapped {
  return unwrap({ kind: 'text', text }, EMPTY, memory?.partials ?? null)
}

function innermost(record: unknown) {
  const unwrapped = unwrapText(typeof record === 'string' ? record : JSON.stringify(record))
  if (unwrapped.kind !== 'layers') throw new Error(unwrapped.kind)
  const last = unwrapped.layers.at(-1)
  if (last === undefined) throw new Error('no layer')
  return { inside: last.payload.kind === 'text' ? last.payload.text : last.payload.body, ...last.envelope }
}

describe('wrappings', () => {
  test.each([
    ['Fluent Bit, kubernetes filter', { date: 1777888800.5, log: `${LINE}\n`, stream: 'stdout', kubernetes: KUBERNETES }, NOW + 500],
    ['Fluent Bit, log an object', { date: 1777888800, log: FLOW, kubernetes: KUBERNETES }, NOW],
    ['Fluent Bit, Merge_Log_Key', { date: 1777888800, mine: FLOW, stream: 'stdout', kubernetes: KUBERNETES }, NOW],
    ['Fluentd', { message: LINE, docker: { container_id: '12' }, kubernetes: KUBERNETES, time: '2026-05-04T10:00:00.25Z' }, NOW + 250],
    [
      'Filebeat',
      {
        '@timestamp': '2026-05-04T10:00:00.000Z',
        message: LINE,
        kubernetes: {
          pod: { name: 'proxy-1', ip: '192.0.2.9' },
          namespace: 'mesh',
          container: { name: 'istio-proxy' },
          node: { name: 'node-1' },
        },
      },
      NOW,
    ],
    [
      'Vector',
      {
        message: LINE,
        timestamp: '2026-05-04T10:00:00Z',
        kubernetes: {
          pod_name: 'proxy-1',
          pod_namespace: 'mesh',
          container_name: 'istio-proxy',
          pod_ip: '192.0.2.9',
          pod_node_name: 'node-1',
        },
      },
      NOW,
    ],
  ])('%s', (_name, record, time) => {
    const { inside, ...envelope } = innermost(record)
    expect(typeof inside === 'string' ? JSON.parse(inside) : inside).toEqual(FLOW)
    expect(envelope).toEqual({ receivedAt: NOW, time, logger: LOGGER, node: 'node-1' })
  })

  test.each([
    ['docker', { log: `${LINE}\n`, stream: 'stdout', time: '2026-05-04T10:00:00.5Z' }, NOW + 500, null],
    ['CRI', `2026-05-04T12:00:00.5+02:00 stdout F ${LINE}`, NOW + 500, null],
    ['journald', { MESSAGE: LINE, _HOSTNAME: 'node-1', __REALTIME_TIMESTAMP: '1777888800000000' }, NOW, 'node-1'],
    ['GELF', { version: '1.1', host: 'node-1', short_message: LINE, timestamp: 1777888800.25 }, NOW + 250, 'node-1'],
    [
      'Cloud Logging',
      { jsonPayload: FLOW, timestamp: '2026-05-04T10:00:00Z', resource: { labels: { node_name: 'node-1' } } },
      NOW,
      'node-1',
    ],
    ['kubectl logs --timestamps', `2026-05-04T12:00:00.5+02:00 ${LINE}`, NOW + 500, null],
    ['kubectl logs --timestamps of a wrapped line', `2026-05-04T10:00:09Z 2026-05-04T10:00:00Z stdout F ${LINE}`, NOW, null],
    [
      'Pub/Sub',
      { message: { data: Buffer.from(LINE).toString('base64'), messageId: '1', publishTime: '2026-05-04T10:00:00Z' }, subscription: 's' },
      NOW,
      null,
    ],
    [
      'Cloud Logging by Pub/Sub',
      {
        message: {
          data: Buffer.from(
            JSON.stringify({ jsonPayload: FLOW, timestamp: '2026-05-04T10:00:00Z', resource: { labels: { node_name: 'node-1' } } }),
          ).toString('base64'),
          message_id: '1',
        },
      },
      NOW,
      'node-1',
    ],
    ['syslog', `<13>May  4 09:59:58 node-1 agent[12]: ${LINE}`, NOW - 2_000, 'node-1'],
    ['syslog of last year', `Dec 31 23:59:59 node-1 kernel: ${LINE}`, Date.UTC(2025, 11, 31, 23, 59, 59), 'node-1'],
    ['RFC 5424', `<13>1 2026-05-04T10:00:00Z node-1 agent 12 - [a@1 b="c] d"] ${LINE}`, NOW, 'node-1'],
    ['journal in text', `2026-05-04T12:00:00+0200 node-1 kernel: ${LINE}`, NOW, 'node-1'],
    ['one in another', { message: JSON.stringify({ log: `2026-05-04T10:00:00Z stdout F ${LINE}` }) }, NOW, null],
  ])('%s', (_name, record, time, node) => {
    expect(innermost(record)).toEqual({ inside: FLOW, receivedAt: NOW, time, logger: null, node })
  })

  test('the name of a log file says who wrote it', () => {
    const tag = 'kube.var.log.containers.proxy-1_mesh_istio-proxy-0123abcd.log'
    expect(innermost({ log: LINE, tag })).toMatchObject({ logger: { ...LOGGER, ip: null } })
    const file = '/var/log/pods/mesh_proxy-1_0c1d/istio-proxy/0.log'
    expect(innermost({ message: LINE, file })).toMatchObject({ logger: { ...LOGGER, ip: null } })
  })

  test('a program cannot say that it is another one', () => {
    const faked = JSON.stringify({ ...FLOW, kubernetes: { pod_name: 'x', namespace_name: 'y', host: 'z' }, _HOSTNAME: 'z' })
    expect(innermost({ log: faked, kubernetes: KUBERNETES })).toMatchObject({ logger: LOGGER, node: 'node-1' })
    expect(innermost({ ...FLOW, path: '/containers/proxy-1_mesh_istio-proxy-0.log' })).toMatchObject({ logger: null })
  })

  test('keys that were lifted to the top stay a payload of their own, before the line inside', () => {
    const unwrapped = unwrapText(JSON.stringify({ ...FLOW, log: 'plain', host: 'elsewhere', kubernetes: KUBERNETES }))
    expect(unwrapped).toMatchObject({
      kind: 'layers',
      layers: [{ payload: { body: FLOW }, envelope: { node: 'node-1' } }, { payload: { text: 'plain' } }],
    })
  })

  test.each([
    ['{"SrcAddr": "192.0', 'broken'],
    ['', 'empty'],
    [' \t', 'empty'],
  ])('%j is %s', (text, kind) => {
    expect(unwrapText(text).kind).toBe(kind)
  })

  test('what was written before a line of text says its time', () => {
    expect(innermost('2026-05-04T10:00:00.25Z [2026-05-04T09:59:00Z] "GET')).toMatchObject({
      inside: '[2026-05-04T09:59:00Z] "GET',
      time: NOW + 250,
    })
  })

  test('data of a record that is no message of Pub/Sub is left alone', () => {
    const data = Buffer.from(LINE).toString('base64')
    expect(innermost({ data })).toMatchObject({ inside: { data } })
    expect(innermost({ data: 5, messageId: '1' })).toMatchObject({ inside: { data: 5 } })
  })

  test('text is text, also where it begins like something else', () => {
    for (const text of ['[1, 2]', 'May the 4th be with you: yes', '<13> a']) {
      expect(innermost(text).inside).toBe(text)
    }
  })

  test('nothing is taken apart without end', () => {
    let record = LINE
    for (let depth = 0; depth < 12; depth++) record = JSON.stringify({ log: record, more: { log: { log: record.length } } })
    const unwrapped = unwrapText(record)
    expect(unwrapped.kind === 'layers' && unwrapped.layers.length).toBeLessThan(20)
  })
})

describe('lines that the runtime cut', () => {
  const cut = [LINE.slice(0, 9), LINE.slice(9, 20), LINE.slice(20)] as const

  test.each([
    ['CRI', (piece: string, isLast: boolean) => `2026-05-04T10:00:00Z stdout ${isLast ? 'F' : 'P'} ${piece}`],
    ['logtag', (piece: string, isLast: boolean) => JSON.stringify({ log: piece, logtag: isLast ? 'F' : 'P', kubernetes: KUBERNETES })],
    ['docker', (piece: string, isLast: boolean) => JSON.stringify({ log: piece, partial_message: 'true', partial_last: String(isLast) })],
  ])('%s: the pieces are joined, each stream on its own', (_name, wrap) => {
    const memory = new LineMemory()
    expect(unwrapText(wrap(cut[0], false), memory).kind).toBe('waiting')
    expect(unwrapText(`2026-05-04T10:00:00Z stderr F other`, memory)).toMatchObject({ kind: 'layers' })
    expect(unwrapText(wrap(cut[1], false), memory).kind).toBe('waiting')
    const whole = unwrapText(wrap(cut[2], true), memory)
    expect(whole.kind === 'layers' && whole.layers.at(-1)?.payload).toEqual({ kind: 'object', body: FLOW })
    expect(unwrapText(wrap(LINE, true), memory).kind).toBe('layers')
  })

  test('pieces of different senders are not mixed', () => {
    const { partials } = new LineMemory()
    const piece = (text: string, sender: string) =>
      unwrap({ kind: 'text', text: `2026-05-04T10:00:00Z stdout ${text}` }, EMPTY, partials, sender)
    expect(piece(`P ${LINE.slice(0, 9)}`, 'a').kind).toBe('waiting')
    expect(piece(`F ${LINE}`, 'b')).toMatchObject({ layers: [{ payload: { kind: 'object' } }] })
    expect(piece(`F ${LINE.slice(9)}`, 'a')).toMatchObject({ layers: [{ payload: { kind: 'object' } }] })
  })

  test("docker's pieces are full and have no end", () => {
    const memory = new LineMemory()
    const piece = 'x'.repeat(16_384)
    const wrap = (log: string) => JSON.stringify({ log, stream: 'stdout', time: '2026-05-04T10:00:00Z' })
    expect(unwrapText(wrap(piece), memory).kind).toBe('waiting')
    const whole = unwrapText(wrap('end\n'), memory)
    expect(whole.kind === 'layers' && whole.layers.at(-1)?.payload).toEqual({ kind: 'text', text: `${piece}end` })
    expect(unwrapText(wrap('short'), memory).kind).toBe('layers')
  })

  test('a line without end is too long, and memory stays bounded', () => {
    const memory = new LineMemory()
    const piece = `2026-05-04T10:00:00Z stdout P ${'x'.repeat(10_000)}`
    for (let index = 0; index < 40; index++) expect(unwrapText(piece, memory).kind).toBe('waiting')
    expect(unwrapText('2026-05-04T10:00:00Z stdout F end', memory).kind).toBe('too-long')
    expect(unwrapText('2026-05-04T10:00:00Z stdout F next', memory).kind).toBe('layers')
    for (let index = 0; index < 5_000; index++) {
      unwrapText(JSON.stringify({ log: 'a', logtag: 'P', kubernetes: { ...KUBERNETES, pod_name: `p-${index}` } }), memory)
    }
    const first = unwrapText(JSON.stringify({ log: 'b', logtag: 'F', kubernetes: { ...KUBERNETES, pod_name: 'p-0' } }), memory)
    expect(first.kind === 'layers' && first.layers.at(-1)?.payload).toEqual({ kind: 'text', text: 'b' })
  })
})
