import { describe, expect, test } from 'vitest'
import { forge, PAIRS, RENDERINGS } from './forge'
import { HUBBLE, HUBBLE_LINES } from './hubble-records'

// Thousands in a longer run: BENCH_SEEDS=2000 node bench/run.mjs forge
const SEED = Number(process.env.SLUICE_SEED ?? 5)
const PATIENCE_MS = 120_000

describe.each(RENDERINGS.map((rendering) => [rendering.name, rendering] as const))('%s', (_, rendering) => {
  test('every connection is counted once, between the ends it was between', { timeout: PATIENCE_MS }, async () => {
    const { faults } = await forge(SEED, [rendering], { losses: 0, hasOutage: true })
    expect({ seed: SEED, faults }).toEqual({ seed: SEED, faults: [] })
  })
})

test.each(PAIRS.map((pair) => [pair[0].name, pair[1].name, pair] as const))(
  '%s and %s tell the same, and it is counted once',
  { timeout: PATIENCE_MS },
  async (_counting, _other, pair) => {
    const { faults } = await forge(SEED, pair, { losses: 0, hasOutage: true })
    expect({ seed: SEED, faults }).toEqual({ seed: SEED, faults: [] })
  },
)

test.each([HUBBLE_LINES, HUBBLE].map((rendering) => [rendering.name, rendering] as const))(
  '%s: what is lost on the way is told, and what comes is counted once',
  { timeout: PATIENCE_MS },
  async (_, rendering) => {
    const { faults } = await forge(SEED, [rendering], { losses: 20, hasOutage: false })
    expect({ seed: SEED, faults }).toEqual({ seed: SEED, faults: [] })
  },
)
