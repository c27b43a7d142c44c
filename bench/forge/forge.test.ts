import { expect, test } from 'vitest'
import { isBalanced } from '@/lib/flows/ledger'
import { seededRandom } from '@/server/demo/seeded-random'
import { bareLines } from './bare-lines'
import { compare } from './compare'
import { hubbleRecords } from './hubble-records'
import { play } from './play'
import { schedule } from './schedule'
import { forgeTruth } from './truth'
import { forgeWorld, readingsOf } from './world'

// More in a longer run: SLUICE_PROPERTY_RUNS=2000 npx vitest run bench/forge
const RUNS = Number(process.env.SLUICE_PROPERTY_RUNS ?? 6)
const FIRST_SEED = Number(process.env.SLUICE_SEED ?? 1)
const SEEDS = Array.from({ length: RUNS }, (_, index) => FIRST_SEED + index)
const START = Date.UTC(2026, 4, 4, 10)
const LENGTH_MS = 180_000

async function forge(seed: number, source: 'hubble' | 'bare', options: { readonly duplicates: number; readonly losses: number }) {
  const random = seededRandom(seed)
  const world = forgeWorld(random, START, LENGTH_MS)
  const truth = forgeTruth(world, random, 300)
  const records = truth.flatMap((connection) =>
    source === 'hubble' ? hubbleRecords(connection, connection.client.id % 2 === 0) : bareLines(connection),
  )
  const planned = schedule(records, random, { maxDelayMs: 100 + random.below(4_000), ...options })
  const played = await play(world, readingsOf(world, random, random.below(1_500)), planned)
  return { truth, planned, played, difference: compare(played.edges, truth) }
}

test('every connection of Hubble is counted once, between the ends it was between', { timeout: 60_000 + RUNS * 3_000 }, async () => {
  for (const seed of SEEDS) {
    const { truth, played, difference } = await forge(seed, 'hubble', { duplicates: 10, losses: 0 })
    expect({ seed, ...difference }).toEqual({ seed, wrong: [], miscounted: [], unnamed: 0, connections: truth.length })
    expect(played.ledger.received).toBe(played.sent)
    expect(isBalanced(played.ledger)).toBe(true)
  }
})

test('with addresses alone nothing is named wrongly, and nothing is missing', { timeout: 60_000 + RUNS * 3_000 }, async () => {
  for (const seed of SEEDS) {
    const { truth, played, difference } = await forge(seed, 'bare', { duplicates: 10, losses: 0 })
    expect({ seed, wrong: difference.wrong }).toEqual({ seed, wrong: [] })
    expect({ seed, connections: difference.connections + difference.unnamed }).toEqual({ seed, connections: truth.length })
    expect(isBalanced(played.ledger)).toBe(true)
  }
})

test('what is lost on the way is told, and what comes is still counted once', { timeout: 60_000 + RUNS * 3_000 }, async () => {
  for (const seed of SEEDS) {
    const { truth, planned, played, difference } = await forge(seed, 'hubble', { duplicates: 10, losses: 20 })
    const heardOf = new Set(planned.arrivals.map(({ record }) => record.connection))
    expect({ seed, wrong: difference.wrong }).toEqual({ seed, wrong: [] })
    expect(difference.connections).toBe(heardOf.size)
    expect(heardOf.size).toBeLessThanOrEqual(truth.length)
    expect(played.ledger.lostAtSource).toBe(planned.lost.length)
    expect(played.ledger.received).toBe(played.sent)
    expect(isBalanced(played.ledger)).toBe(true)
  }
})
