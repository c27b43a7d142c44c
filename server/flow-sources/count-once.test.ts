import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Verdict } from '@/lib/flows/flow'
import { isBalanced } from '@/lib/flows/ledger'
import { aPipeline } from '@/lib/flows/testing/a-pipeline'
import { BatchBuilder } from './batch-builder'
import { decodeLine } from './decode-line'
import { type Connection, hubbleEvents, type TimedLine } from './testing/hubble-events'

const START = Date.UTC(2026, 4, 4, 10, 0, 0)

const connections: fc.Arbitrary<readonly Connection[]> = fc
  .array(
    fc.record({
      client: fc.integer({ min: 0, max: 3 }),
      server: fc.integer({ min: 4, max: 7 }),
      port: fc.constantFrom(80, 443, 5432),
      outcome: fc.constantFrom(
        'forwarded',
        'refused-by-server',
        'refused-by-client',
        'lost',
        'audit',
        'request',
        'request-refused' as const,
      ),
      atMs: fc.integer({ min: 0, max: 120_000 }),
      isOneNode: fc.boolean(),
      hasEgressPolicy: fc.boolean(),
      hasIngressPolicy: fc.boolean(),
      retransmissions: fc.integer({ min: 0, max: 5 }),
      laterPackets: fc.integer({ min: 0, max: 4 }),
      isOldServer: fc.boolean(),
    }),
    { minLength: 1, maxLength: 25 },
  )
  .map((list) => list.map((connection, index) => ({ ...connection, startMs: START + connection.atMs, clientPort: 40_000 + index })))

/** What really happened, per edge and verdict. */
function truthOf(list: readonly Connection[]): Map<string, number> {
  const truth = new Map<string, number>()
  const add = (connection: Connection, verdict: Verdict): void => {
    const key = `lab/pod-${connection.client} lab/pod-${connection.server} ${connection.port} ${verdict}`
    truth.set(key, (truth.get(key) ?? 0) + 1)
  }
  for (const connection of list) {
    switch (connection.outcome) {
      case 'refused-by-server':
      case 'refused-by-client':
        add(connection, 'dropped')
        break
      case 'lost':
        add(connection, 'error')
        break
      case 'audit':
        add(connection, 'audit')
        break
      case 'request-refused':
        add(connection, 'forwarded')
        add(connection, 'dropped')
        break
      case 'forwarded':
      case 'request':
        add(connection, 'forwarded')
    }
  }
  return truth
}

/** Counts what comes out when the lines come in, in batches of the given size. */
function countedFrom(lines: readonly TimedLine[], batchSize: number): Map<string, number> {
  const pipeline = aPipeline()
  const builder = new BatchBuilder()
  const now = START + 200_000
  for (const [index, { line }] of lines.entries()) {
    builder.add(decodeLine(line, 'hubble', START))
    if (index % batchSize === batchSize - 1) pipeline.accept('hubble', builder.take(), now)
  }
  pipeline.accept('hubble', builder.take(), now)

  const entry = pipeline.ledger.source('hubble').entry()
  expect(entry.received).toBe(lines.length)
  expect(entry.dropped).toEqual({})
  expect(isBalanced(entry)).toBe(true)
  const counted = new Map<string, number>()
  for (const edge of pipeline.window.edges(START - 60_000, now + 60_000)) {
    for (const [verdict, count] of Object.entries(edge.verdicts)) {
      if (count > 0) counted.set(`${edge.source.ref} ${edge.destination.ref} ${edge.port} ${verdict}`, count)
    }
  }
  return counted
}

test('whatever events report a connection, it counts once with what became of it', () => {
  fc.assert(
    fc.property(connections, fc.integer({ min: 1, max: 50 }), (list, batchSize) => {
      const lines = list.flatMap(hubbleEvents).sort((a, b) => a.atMs - b.atMs)
      expect(countedFrom(lines, batchSize)).toEqual(truthOf(list))
    }),
    { numRuns: 100, seed: 7 },
  )
})

test('late lines and repeated lines change nothing', () => {
  const jitter = fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 40 })
  const repeats = fc.array(fc.boolean(), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(connections, jitter, repeats, (list, delays, repeated) => {
      const lines = list
        .flatMap(hubbleEvents)
        .flatMap((line, index) => (repeated[index % repeated.length] ? [line, line] : [line]))
        .map((line, index) => ({ ...line, atMs: line.atMs + (delays[index % delays.length] ?? 0) }))
        .sort((a, b) => a.atMs - b.atMs)
      expect(countedFrom(lines, 10)).toEqual(truthOf(list))
    }),
    { numRuns: 100, seed: 11 },
  )
})

test('a port that is used again after a minute is a new connection', () => {
  const base: Connection = {
    client: 1,
    server: 5,
    port: 80,
    outcome: 'refused-by-server',
    startMs: START,
    clientPort: 40_000,
    isOneNode: false,
    hasEgressPolicy: true,
    hasIngressPolicy: true,
    retransmissions: 3,
    laterPackets: 0,
    isOldServer: false,
  }
  const lines = [base, { ...base, startMs: START + 90_000 }].flatMap(hubbleEvents).sort((a, b) => a.atMs - b.atMs)
  expect([...countedFrom(lines, 5)]).toEqual([['lab/pod-1 lab/pod-5 80 dropped', 2]])
})
