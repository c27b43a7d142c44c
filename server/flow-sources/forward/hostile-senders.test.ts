import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { gzipSync } from 'node:zlib'
import { ExtData, encode } from '@msgpack/msgpack'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { FORWARD_LIMITS } from './forward-limits'
import { Reception, type ReceptionOptions } from './testing/a-reception'
import { aRecord } from './testing/a-record'
import { RawSender } from './testing/raw-sender'

const SECONDS = 1_777_889_895
const open: { stop(): Promise<void> }[] = []

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.stop()
})

async function aReception(options: ReceptionOptions = {}): Promise<Reception> {
  const reception = await Reception.start(options)
  open.push(reception)
  return reception
}

async function aSender(reception: Reception): Promise<RawSender> {
  const sender = await RawSender.connect(reception.port)
  open.push(sender)
  return sender
}

/** Forward mode: records, each with its time, under one chunk name. */
function aFrame(chunk: string, records: readonly unknown[], tag = 'app'): Uint8Array {
  return encode([tag, records.map((record) => [SECONDS, record]), { chunk }])
}

function packed(records: readonly unknown[]): Buffer {
  return Buffer.concat(records.map((record) => encode([SECONDS, record])))
}

test.each([
  ['a length of four gigabytes', [0x92, 0xa1, 0x61, 0xc6, 0xff, 0xff, 0xff, 0xff]],
  ['four billion records', [0x92, 0xa1, 0x61, 0xdd, 0xff, 0xff, 0xff, 0xff]],
  ['four billion fields', [0x93, 0xa1, 0x61, 0x01, 0xdf, 0xff, 0xff, 0xff, 0xff]],
  ['a byte that begins no value', [0x92, 0xc1]],
  ['a number for a tag', [...encode([1, [], {}])]],
  ['an empty frame', [0x90]],
  ['a message without a record', [...encode(['app', 1])]],
])('%s ends the connection, is counted and told; others go on', async (_, bytes) => {
  const reception = await aReception()
  const healthy = await aSender(reception)
  healthy.send(aFrame('one', [aRecord(1)]))
  const hostile = await aSender(reception)
  hostile.send(Buffer.from(bytes))
  await reception.until(() => hostile.isClosed && reception.rejected.size > 0)
  expect([...reception.rejected.values()]).toEqual([1])
  expect(reception.message).toMatch(/^127\.0\.0\.1 (a frame|a message|the tag)/)
  healthy.send(aFrame('two', [aRecord(2)]))
  await reception.until(() => healthy.answers.length === 2)
  expect(reception.flows.map(({ uuid }) => uuid)).toEqual(['f-1', 'f-2'])
})

test('what was whole before a broken frame counts and is acknowledged', async () => {
  const reception = await aReception()
  const sender = await aSender(reception)
  sender.send(aFrame('good', [aRecord(1)]), Buffer.from([0x92, 0xa1, 0x61, 0xc1]))
  await reception.until(() => sender.isClosed)
  expect(sender.answers).toEqual([{ ack: 'good' }])
  expect(reception.flows).toHaveLength(1)
})

test('a bad record costs only itself', async () => {
  const reception = await aReception({ limits: { ...FORWARD_LIMITS, maxRecordBytes: 100_000 } })
  const sender = await aSender(reception)
  const deep = Buffer.concat([encode(1), Buffer.alloc(90_000, 0x91), encode(1)])
  const entries = Buffer.concat([
    packed([aRecord(1), null, 7]),
    encode('no pair'),
    Buffer.from([0x92]),
    deep,
    encode([SECONDS, { log: 'x'.repeat(200_000) }]),
    encode([SECONDS, { big: Array.from({ length: 20_000 }, () => 1) }]),
    packed([aRecord(2)]),
  ])
  sender.send(encode(['app', entries, { chunk: 'c' }]))
  await reception.until(() => sender.answers.length === 1)
  expect(reception.flows.map(({ uuid }) => uuid)).toEqual(['f-1', 'f-2'])
  expect(Object.fromEntries(reception.rejected)).toEqual({
    'forward: the record is nil, not a map': 1,
    'forward: the record is int, not a map': 1,
    'forward: not a pair of time and record': 1,
    'forward: the record is array, not a map': 1,
    'forward: longer than 100000 bytes': 1,
    'forward: more than 10000 items in one array': 1,
  })
})

test('records with names of built-in fields change nothing', async () => {
  const reception = await aReception()
  const sender = await aSender(reception)
  const key = Buffer.concat([Buffer.from([0x81, 0xa9]), Buffer.from('__proto__'), encode({ polluted: true })])
  const nested = Buffer.concat([Buffer.from([0x81, 0xa3]), Buffer.from('log'), key])
  sender.send(encode(['app', Buffer.concat([Buffer.from([0x92, 1]), key, Buffer.from([0x92, 1]), nested]), { chunk: 'c' }]))
  await reception.until(() => sender.answers.length === 1)
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  expect([...reception.ignored.values()].reduce((sum, count) => sum + count, 0)).toBe(2)
})

test('compressed data that inflates without end is refused, with what it would have held', async () => {
  const inflation = { maxBytes: 1 << 20, maxInflatedBytes: 1 << 22, maxRatio: 1100 }
  const reception = await aReception({ limits: { ...FORWARD_LIMITS, inflation } })
  const sender = await aSender(reception)
  const bomb = gzipSync(packed([aRecord(1), ...Array.from({ length: 300 }, () => ({ log: 'x'.repeat(60_000) }))]))
  sender.send(encode(['app', bomb, { chunk: 'c', compressed: 'gzip' }]))
  await reception.until(() => sender.isClosed && reception.rejected.size > 0)
  expect([...reception.rejected.keys()]).toEqual(['forward: the gzip data of a frame: over 4194304 bytes when inflated'])
  expect([reception.flows, sender.answers]).toEqual([[], []])
})

test('gzip of several members, unmarked gzip and zstd are read; other compression is refused by name', async () => {
  const reception = await aReception()
  const sender = await aSender(reception)
  const members = Buffer.concat([gzipSync(packed([aRecord(1)])), gzipSync(packed([aRecord(2)]))])
  const raw = packed([aRecord(4)])
  const head = raw.length * 8 + 1
  const zstd = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0, head & 0xff, head >> 8, 0, ...raw])
  sender.send(
    encode(['app', members, { chunk: '1', compressed: 'gzip' }]),
    encode(['app', gzipSync(packed([aRecord(3)])), { chunk: '2' }]),
    encode(['app', zstd, { chunk: '3', compressed: 'zstd' }]),
    encode(['app', raw, { chunk: '4', compressed: 'lz4' }]),
  )
  await reception.until(() => sender.isClosed && reception.rejected.size > 0)
  expect(reception.flows.map(({ uuid }) => uuid)).toEqual(['f-1', 'f-2', 'f-3', 'f-4'])
  expect(sender.answers).toEqual([{ ack: '1' }, { ack: '2' }, { ack: '3' }])
  expect([...reception.rejected.keys()]).toEqual(['forward: compression lz4 is not read; use gzip or zstd'])
})

test('a broken end of compressed data refuses all of the frame', async () => {
  const reception = await aReception()
  const sender = await aSender(reception)
  const whole = gzipSync(packed([aRecord(1), aRecord(2)]))
  sender.send(encode(['app', whole.subarray(0, -9), { chunk: '1', compressed: 'gzip' }]))
  await reception.until(() => sender.isClosed && reception.rejected.size > 0)
  expect([reception.flows, sender.answers]).toEqual([[], []])
})

test('a frame that comes again is acknowledged again and not counted again', async () => {
  const reception = await aReception()
  const sender = await aSender(reception)
  const frame = aFrame('same', [aRecord(1), { log: 'other' }])
  sender.send(frame)
  await reception.until(() => sender.answers.length === 1)
  const again = await aSender(reception)
  again.send(frame)
  await reception.until(() => again.answers.length === 1)
  expect(reception.flows).toHaveLength(1)
  expect(reception.ignored.get('repeat/same-chunk')).toBe(2)
})

test('nothing is acknowledged before the pipeline took it, and a slow pipeline slows the sender', async () => {
  let release = () => {}
  const gate = new Promise<void>((resolve) => {
    release = resolve
  })
  const reception = await aReception({ take: () => gate })
  const sender = await aSender(reception)
  const filler = { log: 'x'.repeat(50_000) }
  for (let number = 0; number < 400; number++) sender.send(aFrame(`c${number}`, [aRecord(number), filler]))
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(sender.answers).toEqual([])
  // Of 20 MB most waits on the sender's side.
  expect(sender.socket.writableLength).toBeGreaterThan(5_000_000)
  release()
  await reception.until(() => sender.answers.length === 400)
  expect(reception.flows).toHaveLength(400)
})

test('frames that are half there do not wait for each other', async () => {
  const reception = await aReception({ limits: { ...FORWARD_LIMITS, maxHeldBytes: 300_000 } })
  const frames = [1, 2, 3, 4].map((number) => aFrame(`c${number}`, [aRecord(number), { log: 'x'.repeat(200_000) }]))
  const senders = await Promise.all(frames.map(() => aSender(reception)))
  for (const [index, sender] of senders.entries()) sender.send((frames[index] ?? new Uint8Array()).subarray(0, 190_000))
  await new Promise((resolve) => setTimeout(resolve, 50))
  for (const [index, sender] of senders.entries()) sender.send((frames[index] ?? new Uint8Array()).subarray(190_000))
  await reception.until(() => senders.every(({ answers }) => answers.length === 1))
  expect(reception.flows).toHaveLength(4)
})

test('a sender that stops in the middle of a frame is let go, one that is idle between frames is not', async () => {
  const reception = await aReception({ limits: { ...FORWARD_LIMITS, stallMs: 100, greetingMs: 100 } })
  const idle = await aSender(reception)
  idle.send(aFrame('c', [aRecord(1)]))
  const stalled = await aSender(reception)
  stalled.send(aFrame('c', [aRecord(2)]).subarray(0, 20))
  await reception.until(() => stalled.isClosed && reception.rejected.size > 0)
  expect([...reception.rejected.keys()]).toEqual(['forward: sent nothing for 0.1 s in the middle of a frame'])
  expect(idle.isClosed).toBe(false)
})

test('a frame that comes a byte at a time has an end, too', async () => {
  const reception = await aReception({ limits: { ...FORWARD_LIMITS, frameMs: 150, greetingMs: 100 } })
  const slow = await aSender(reception)
  const frame = aFrame('c', [aRecord(2)])
  const timer = setInterval(() => slow.send(frame.subarray(0, 1)), 10)
  slow.send(Buffer.from([0x92, 0xa1, 0x61, 0xc6, 0, 0, 0xff, 0xff]))
  await reception.until(() => slow.isClosed && reception.rejected.size > 0)
  clearInterval(timer)
  expect([...reception.rejected.keys()]).toEqual(['forward: took over 0.15 s for one frame'])
})

test('a sender that leaves in the middle of a frame is counted', async () => {
  const reception = await aReception()
  const sender = await aSender(reception)
  sender.socket.end(aFrame('c', [aRecord(2)]).subarray(0, 20))
  await reception.until(() => reception.rejected.size > 0)
  expect([...reception.rejected.keys()]).toEqual(['forward: left in the middle of a frame'])
})

test('who closes its side still gets its acknowledgements', async () => {
  const reception = await aReception()
  const sender = await aSender(reception)
  sender.socket.end(aFrame('c', [aRecord(2)]))
  await reception.until(() => sender.answers.length === 1 && sender.isClosed)
})

test('more senders than may be are turned away, and told of', async () => {
  const reception = await aReception({ limits: { ...FORWARD_LIMITS, maxConnections: 2 } })
  const senders = [await aSender(reception), await aSender(reception)]
  await reception.until(() => reception.fact('senders')?.startsWith('2 connected') === true)
  const third = await aSender(reception)
  await reception.until(() => third.isClosed)
  expect(reception.message).toBe('more than 2 senders at once; 1 connections were turned away')
  await senders[0]?.stop()
  await reception.until(() => reception.fact('senders')?.startsWith('1 connected') === true)
  const fourth = await aSender(reception)
  fourth.send(aFrame('c', [aRecord(1)]))
  await reception.until(() => fourth.answers.length === 1)
})

test.each([
  ['GET / HTTP/1.1\r\n\r\n', 'probably HTTP'],
  ['\u0016\u0003\u0001', 'probably TLS'],
  ['\u0000', 'speaks something else'],
])('%j is told for what it is', async (text, message) => {
  const reception = await aReception()
  const sender = await aSender(reception)
  sender.send(Buffer.from(text))
  await reception.until(() => sender.isClosed)
  expect(reception.message).toContain(message)
})

test('metrics and traces of Fluent Bit are acknowledged, counted and left out', async () => {
  const reception = await aReception()
  const sender = await aSender(reception)
  for (const [index, name] of ['metrics', 'traces', 'other'].entries())
    sender.send(encode(['app', Buffer.from([0x81, 1, 2]), { chunk: name, fluent_signal: index + 1 }]))
  sender.send(encode(['app', packed([aRecord(1)]), { chunk: 'logs', fluent_signal: 0 }]))
  await reception.until(() => sender.answers.length === 4)
  expect(Object.fromEntries(reception.ignored)).toEqual({ 'fluent-metrics': 1, 'fluent-traces': 1, 'fluent-other': 1 })
  expect(reception.flows).toHaveLength(1)
  expect(reception.fact('last sender')).toBe('127.0.0.1, Fluent Bit')
})

test('records with metadata, group marks, and times of nanoseconds, as Fluent Bit sends them', async () => {
  const reception = await aReception()
  const sender = await aSender(reception)
  const time = (seconds: number) => {
    const body = Buffer.alloc(8)
    body.writeUInt32BE(seconds >>> 0)
    body.writeUInt32BE(250_000_000, 4)
    return new ExtData(0, body)
  }
  const entries = Buffer.concat([
    encode([[time(-1), {}], { resource: {} }]),
    encode([[time(SECONDS), { otlp: {} }], aRecord(1)]),
    encode([[time(-2), {}], {}]),
    encode([time(SECONDS), aRecord(2)]),
  ])
  sender.send(encode(['app', entries, { chunk: '1' }]), encode(['app', [time(SECONDS), {}], aRecord(3), { chunk: '2' }]))
  await reception.until(() => sender.answers.length === 2)
  expect(reception.flows.map(({ time: at }) => at)).toEqual(Array(3).fill(SECONDS * 1000 + 250))
  expect(Object.fromEntries(reception.ignored)).toEqual({ 'group-mark': 2 })
})

test('frames in JSON, one behind the other, however they are cut', async () => {
  const reception = await aReception()
  const sender = await aSender(reception)
  const text = `["app", ${SECONDS}, ${JSON.stringify(aRecord(1))}, {"chunk": "a"}]
    ["app", [[${SECONDS}, ${JSON.stringify(aRecord(2))}], [${SECONDS}, 7]], {"chunk": "b"}]{"from": "a/b", "to": "c/d"}`
  for (let at = 0; at < text.length; at += 7) sender.send(Buffer.from(text.slice(at, at + 7)))
  await reception.until(() => reception.flows.length === 3 && sender.answerText === '{"ack":"a"}{"ack":"b"}')
  expect(Object.fromEntries(reception.rejected)).toEqual({ 'forward: the record is no object': 1 })
})

test('a tag may say what is in it', async () => {
  const reception = await aReception()
  const sender = await aSender(reception)
  sender.send(aFrame('a', [aRecord(1)], 'sluice.hubble.node-1'), aFrame('b', [aRecord(1)], 'sluice.flow-line'))
  await reception.until(() => sender.answers.length === 2)
  expect(reception.flows).toHaveLength(1)
})

test('heartbeats of every kind are answered and are no fault', async () => {
  const reception = await aReception()
  const socket = createSocket('udp4')
  socket.send(Buffer.from([0]), reception.port, '127.0.0.1')
  const [answer] = await once(socket, 'message')
  expect(answer).toEqual(Buffer.from([0]))
  socket.close()
  const connects = await aSender(reception)
  connects.socket.end()
  const nil = await aSender(reception)
  nil.send(Buffer.from([0xc0, 0xc0]))
  await reception.until(() => connects.isClosed)
  nil.send(aFrame('c', [aRecord(1)]))
  await reception.until(() => nil.answers.length === 1)
  expect([reception.message, reception.rejected.size]).toEqual([null, 0])
})

test('a port that is taken is waited for', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const address = other.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const reception = await aReception({ port })
  await reception.until(() => reception.state === 'failed')
  expect(reception.message).toBe(`127.0.0.1:${port} is in use by another program; trying again. Stop it, or give another port.`)
  other.close()
  await reception.until(() => reception.state === 'connecting')
  expect(reception.message).toBe(`listening on 127.0.0.1:${port}; no sender has connected yet`)
})

test('hundreds of senders of anything leave nothing behind', async () => {
  const reception = await aReception()
  const begins = [[0x92, 0xa1, 0x61], [0x93], [0xdc, 0, 3], [0x5b], [0x7b], []]
  const [samples] = fc.sample(fc.array(fc.tuple(fc.constantFrom(...begins), fc.uint8Array({ maxLength: 200 })), { minLength: 300 }), {
    numRuns: 1,
    seed: 5,
  })
  for (const [begin, rest] of samples ?? []) {
    const sender = await aSender(reception)
    sender.socket.end(Buffer.from([...begin, ...rest]))
  }
  await reception.until(() => reception.fact('senders') === `0 connected, ${samples?.length} connections since the start`)
  const healthy = await aSender(reception)
  healthy.send(aFrame('c', [aRecord(1)]))
  await reception.until(() => healthy.answers.length === 1)
  expect(reception.flows).toHaveLength(1)
})
