import { mkdtempSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FluentClient, type FluentClientOptions, FluentSocketEvent } from '@fluent-org/logger'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { isBalanced } from '@/lib/flows/ledger'
import { aPipeline } from '@/lib/flows/testing/a-pipeline'
import { CertificateAuthority } from '@/testing/fake-api/certificate'
import { Reception, type ReceptionOptions } from './testing/a-reception'

import { aRecord } from './testing/a-record'

const folder = mkdtempSync(join(tmpdir(), 'forward-'))
const authority = new CertificateAuthority()
const open: { stop(): Promise<void> }[] = []

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.stop()
})
afterAll(() => rm(folder, { recursive: true }))

async function aReception(options: ReceptionOptions = {}): Promise<Reception> {
  const reception = await Reception.start(options)
  open.push(reception)
  return reception
}

function aClient(port: number, options: FluentClientOptions = {}): FluentClient {
  const { socket, ...rest } = options
  const client = new FluentClient('app', {
    ack: { ackTimeout: 5_000 },
    milliseconds: true,
    ...rest,
    socket: { host: '127.0.0.1', port, timeout: 60_000, reconnect: { delay: 20, minDelay: 20, maxDelay: 200, backoff: 1.2 }, ...socket },
  })
  client.socketOn(FluentSocketEvent.ERROR, () => undefined)
  open.push({ stop: () => client.shutdown().catch(() => undefined) })
  return client
}

/** Lets a client try until the server says why it is refused. */
async function refusedWith(reception: Reception, message: RegExp, options: FluentClientOptions): Promise<void> {
  const client = aClient(reception.port, { ...options, ack: { ackTimeout: 300 } })
  client.emit('flows', aRecord(1)).catch(() => undefined)
  await reception.until(() => message.test(reception.message ?? ''))
  await client.shutdown().catch(() => undefined)
  expect(reception.flows).toEqual([])
}

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, text)
  return path
}

async function certificates() {
  const server = authority.issue({ commonName: 'sluice', hosts: ['127.0.0.1'] })
  const client = authority.issue({ commonName: 'sender' })
  const [cert, key, ca] = await Promise.all([
    file('tls.crt', server.certificate),
    file('tls.key', server.key),
    file('ca.crt', authority.certificate),
  ])
  return { cert, key, ca, client }
}

describe.each(['Message', 'Forward', 'PackedForward', 'CompressedPackedForward'] as const)('%s mode', (eventMode) => {
  test('every record arrives once and is acknowledged', async () => {
    const reception = await aReception()
    const client = aClient(reception.port, { eventMode, flushInterval: 5 })
    const count = 2_000
    await Promise.all(Array.from({ length: count }, (_, number) => client.emit('flows', aRecord(number))))
    expect(new Set(reception.flows.map(({ uuid }) => uuid)).size).toBe(count)
    expect([reception.flows.length, reception.ignored.size, reception.rejected.size]).toEqual([count, 0, 0])
    expect(reception.state).toBe('live')
    expect(reception.fact('senders')).toBe('1 connected, 1 connections since the start')
  })

  test('times of seconds and of nanoseconds are kept', async () => {
    const reception = await aReception()
    const exact = aClient(reception.port, { eventMode })
    await exact.emit('flows', { from: 'shop/web', to: 'shop/cart' }, new Date('2026-05-04T10:00:00.123Z'))
    const coarse = aClient(reception.port, { eventMode, milliseconds: false })
    await coarse.emit('flows', { from: 'shop/web', to: 'shop/cart' }, new Date('2026-05-04T10:00:00.123Z'))
    expect(reception.flows.map(({ time }) => new Date(time).toISOString())).toEqual([
      '2026-05-04T10:00:00.123Z',
      '2026-05-04T10:00:00.000Z',
    ])
  })

  test('the shared key opens, over TLS as well', async () => {
    const { cert, key } = await certificates()
    const tokenFile = await file('shared-key', 'correct horse\n')
    const reception = await aReception({ files: { tokenFile, cert, key } })
    const security = { clientHostname: 'node-7.example.com', sharedKey: 'correct horse' }
    const client = aClient(reception.port, { eventMode, security, socket: { tls: { ca: authority.certificate } } })
    await client.emit('flows', aRecord(1))
    expect(reception.flows).toHaveLength(1)
    expect(reception.fact('last sender')).toBe('node-7.example.com (127.0.0.1)')
  })
})

test('without acknowledgements, too', async () => {
  const reception = await aReception()
  const client = new FluentClient('app', { socket: { host: '127.0.0.1', port: reception.port } })
  open.push({ stop: () => client.shutdown() })
  for (let number = 0; number < 100; number++) await client.emit('flows', aRecord(number))
  await reception.until(() => reception.flows.length === 100)
})

test('a wrong key, a wrong password and no key are refused with the reason', async () => {
  const tokenFile = await file('users', 'correct horse\nnode-7:battery\n')
  const reception = await aReception({ files: { tokenFile } })
  const attempt = async (security: FluentClientOptions['security'], message: RegExp) => {
    await refusedWith(reception, message, security === undefined ? {} : { security })
  }
  const clientHostname = 'node-7.example.com'
  const sharedKey = 'correct horse'
  await attempt({ clientHostname, sharedKey: 'wrong' }, /^127\.0\.0\.1 "node-7\.example\.com": shared_key mismatch$/)
  await attempt({ clientHostname, sharedKey, username: 'node-7', password: 'staple' }, /password mismatch/)
  await attempt({ clientHostname, sharedKey, username: 'node-8', password: 'battery' }, /password mismatch/)
  await attempt(undefined, /without the shared key/)
  expect(reception.flows).toEqual([])

  const client = aClient(reception.port, {
    security: { clientHostname, sharedKey, username: 'node-7', password: 'battery' },
  })
  await client.emit('flows', aRecord(1))
  expect(reception.flows).toHaveLength(1)
})

test('senders must show a certificate where that is asked for', async () => {
  const { cert, key, ca, client } = await certificates()
  const reception = await aReception({ files: { cert, key, ca } })
  const stranger = new CertificateAuthority('other').issue({ commonName: 'stranger' })
  const tls = (own: { certificate: string; key: string } | null) => ({
    ca: authority.certificate,
    ...(own === null ? {} : { cert: own.certificate, key: own.key }),
  })
  await refusedWith(reception, /shows no certificate/, { socket: { tls: tls(null) } })
  await refusedWith(reception, /certificate that no authority in --flows-ca signed/, { socket: { tls: tls(stranger) } })
  await refusedWith(reception, /speaks without TLS/, {})

  const right = aClient(reception.port, { socket: { tls: tls(client) } })
  await right.emit('flows', aRecord(1))
  expect(reception.flows).toHaveLength(1)
})

test('a hundred thousand records', async () => {
  const reception = await aReception()
  const client = aClient(reception.port, { eventMode: 'PackedForward', flushInterval: 50, ack: { ackTimeout: 60_000 } })
  const count = 100_000
  const sent: Promise<void>[] = []
  for (let number = 0; number < count; number++) {
    sent.push(client.emit('flows', aRecord(number)))
    if (number % 5_000 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  await Promise.all(sent)
  expect(reception.flows.length).toBe(count)
  expect(new Set(reception.flows.map(({ uuid }) => uuid)).size).toBe(count)
}, 60_000)

test('the server goes and comes back while records flow: none that was acknowledged is lost', async () => {
  const first = await aReception()
  const { port } = first
  const client = aClient(port, {
    eventMode: 'PackedForward',
    flushInterval: 5,
    ack: { ackTimeout: 400 },
    eventRetry: { attempts: 100, delay: 50, minDelay: 50, maxDelay: 100, backoff: 1 },
  })
  const acknowledged = new Set<string>()
  const all: Promise<unknown>[] = []
  const seen = new Set<string | null>()
  let reception = first
  const count = 6_000
  for (let number = 0; number < count; number++) {
    all.push(client.emit('flows', aRecord(number)).then(() => acknowledged.add(`f-${number}`)))
    if (number % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 1))
    if (number % 2_000 !== 1_999) continue
    await reception.stop()
    for (const { uuid } of reception.flows) seen.add(uuid)
    await new Promise((resolve) => setTimeout(resolve, 50))
    reception = await aReception({ port })
  }
  await Promise.all(all)
  for (const { uuid } of reception.flows) seen.add(uuid)
  expect(acknowledged.size).toBe(count)
  expect([...acknowledged].filter((id) => !seen.has(id))).toEqual([])
}, 60_000)

test('records that come again because the acknowledgement was late count once', async () => {
  const pipeline = aPipeline()
  let isFirst = true
  const reception = await aReception({
    take: async (batch) => {
      pipeline.accept('forward', batch, Date.now())
      if (isFirst) await new Promise((resolve) => setTimeout(resolve, 900))
      isFirst = false
    },
  })
  const retry = { attempts: 20, delay: 20, minDelay: 20, maxDelay: 50, backoff: 1 }
  const client = aClient(reception.port, { ack: { ackTimeout: 300 }, eventRetry: retry })
  await Promise.all(Array.from({ length: 50 }, (_, number) => client.emit('flows', aRecord(number))))
  const entry = pipeline.ledger.source('forward').entry()
  expect(isBalanced(entry)).toBe(true)
  // This client gives the frame a new name when it sends it again, so the ids of the records tell.
  expect(entry.stored).toBe(50)
  expect(entry.received).toBeGreaterThanOrEqual(100)
  expect(entry.ignored).toEqual({ 'repeat/same-event': entry.received - 50 })
})

test('a key and a certificate that change hold for senders that come after', async () => {
  const first = await certificates()
  const tokenFile = await file('changing', 'old key\n')
  const reception = await aReception({ files: { tokenFile, cert: first.cert, key: first.key } })
  const sender = (sharedKey: string, ca: string) =>
    aClient(reception.port, { security: { clientHostname: 'node-7', sharedKey }, socket: { tls: { ca } } })
  const before = sender('old key', authority.certificate)
  await before.emit('flows', aRecord(1))

  const other = new CertificateAuthority('new authority')
  const renewed = other.issue({ commonName: 'sluice', hosts: ['127.0.0.1'] })
  await file('tls.key', renewed.key)
  await reception.until(() => reception.message !== null)
  expect(reception.message).toContain('that belong together')
  expect(reception.message).toContain('what was read before is still in use')
  await file('changing', 'new key\n')
  await file('tls.crt', renewed.certificate)
  await reception.until(() => reception.message === null)

  await sender('new key', other.certificate).emit('flows', aRecord(2))
  await before.emit('flows', aRecord(3))
  expect(reception.flows).toHaveLength(3)
})

test('files that are not right are told, and waited for', async () => {
  const tokenFile = await file('empty', '\n')
  const reception = await aReception({ files: { tokenFile } })
  expect([reception.state, reception.message]).toEqual([
    'failed',
    `${tokenFile} has no shared key on its first line; nothing is received until this is mended`,
  ])
  await file('empty', 'key\nnode-7\n')
  await reception.until(() => reception.message?.includes('line 2 is not NAME:PASSWORD') === true)
  await file('empty', 'key\nnode-7:pass\n')
  await reception.until(() => reception.state === 'connecting')
})
