import { FluentClient } from '@fluent-org/logger'
import { afterEach, expect, test } from 'vitest'
import { isBalanced } from '@/lib/flows/ledger'
import { aPipeline } from '@/lib/flows/testing/a-pipeline'
import { SYSTEM_CLOCK } from './clock'
import { DEFAULT_CONFIG } from './config'
import { checkForward } from './doctor/check-forward'
import type { FlowIntake } from './flow-intake'
import { FlowIntakes } from './flow-intakes'
import { aRecord } from './flow-sources/forward/testing/a-record'
import { RawSender } from './flow-sources/forward/testing/raw-sender'

const stopped: AbortController[] = []

afterEach(() => {
  for (const each of stopped.splice(0)) each.abort()
})

async function anIntake(): Promise<{ intake: FlowIntake; port: number }> {
  const clock = SYSTEM_CLOCK
  const intakes = new FlowIntakes({ pipeline: aPipeline(), clock, access: DEFAULT_CONFIG.flowAccess, onAccepted: () => undefined })
  const stop = new AbortController()
  stopped.push(stop)
  intakes.start({ kind: 'forward', host: '127.0.0.1', port: 0, format: null }, stop.signal)
  const [intake] = intakes.all
  if (intake === undefined) throw new Error('no intake')
  for (;;) {
    const [, port] = /:(\d+) /.exec(intake.facts[0]?.value ?? '') ?? []
    if (port !== undefined) return { intake, port: Number(port) }
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

test('what senders send is stored, and what cannot be read is in the ledger', async () => {
  const { intake, port } = await anIntake()
  expect(intake.summary()).toMatchObject({ name: 'forward', kind: 'forward', state: 'connecting' })
  const client = new FluentClient('app', { socket: { host: '127.0.0.1', port }, ack: { ackTimeout: 5_000 } })
  await Promise.all(Array.from({ length: 100 }, (_, number) => client.emit('flows', aRecord(number))))
  await client.emit('flows', { log: 'an agent says hello' })
  await client.disconnect()
  const hostile = await RawSender.connect(port)
  hostile.send(Buffer.from([0x92, 0xc1]))
  while (Object.keys(intake.ledger.dropped).length === 0) await new Promise((resolve) => setTimeout(resolve, 2))

  expect(intake.ledger).toMatchObject({
    received: 102,
    stored: 100,
    ignored: { 'not-a-flow': 1 },
    dropped: { 'unreadable: forward: a frame is broken: byte 0xc1 begins no value': 1 },
  })
  expect(isBalanced(intake.ledger)).toBe(true)
  while (intake.summary().message === null) await new Promise((resolve) => setTimeout(resolve, 2))
  expect(intake.summary()).toMatchObject({ state: 'live', message: '127.0.0.1 a frame is broken: byte 0xc1 begins no value' })
  expect(intake.facts.map(({ name }) => name)).toEqual([
    'listens on',
    'senders',
    'last sender',
    'broken connections',
    'last fault',
    'Our own lines',
  ])
})

test('doctor says whether senders can be listened for', async () => {
  const { port } = await anIntake()
  const none = DEFAULT_CONFIG.flowAccess
  const choice = (at: number, host = '127.0.0.1') => ({ kind: 'forward', host, port: at, format: null }) as const
  expect(await checkForward(choice(port), none)).toMatchObject({ state: 'ok', message: `a program listens on 127.0.0.1:${port} already` })
  expect(await checkForward(choice(24_225, '192.0.2.1'), none)).toMatchObject({
    state: 'problem',
    message: expect.stringContaining('EADDRNOTAVAIL'),
  })
  const missing = await checkForward(choice(port), { ...none, tokenFile: '/nowhere/key' })
  expect(missing).toMatchObject({ state: 'problem', message: 'forward: /nowhere/key cannot be read (ENOENT)' })
  const half = await checkForward(choice(port), { ...none, cert: '/nowhere/tls.crt' })
  expect(half.message).toBe('forward: TLS needs both a certificate and its key: give --flows-key, too')
})
