import { pathToFileURL } from 'node:url'
import { forge, PAIRS, RENDERINGS } from './forge/forge'
import { HUBBLE, HUBBLE_LINES } from './forge/hubble-records'
import type { Rendering } from './forge/rendering'

/**
 * Random schedules through every rendering and pair of sources, until so many are played: `BENCH_SEEDS=2000 node bench/run.mjs
 * forge` (200 without it). Prints what went wrong, with its seed, and ends with 1 when anything did.
 */
type Sum = { schedules: number; records: number; connections: number; unnamed: number; faults: number }

const SCHEDULES = Number(process.env.BENCH_SEEDS ?? 200)
const FIRST_SEED = Number(process.env.SLUICE_SEED ?? 1)

const SETS: readonly { readonly renderings: readonly [Rendering, ...Rendering[]]; readonly losses: number }[] = [
  ...RENDERINGS.map((rendering) => ({ renderings: [rendering] as const, losses: 0 })),
  ...PAIRS.map((renderings) => ({ renderings, losses: 0 })),
  ...[HUBBLE_LINES, HUBBLE].map((rendering) => ({ renderings: [rendering] as const, losses: 20 })),
]

export async function benchForge(): Promise<ReadonlyMap<string, Sum>> {
  const sums = new Map<string, Sum>()
  for (let index = 0; index < SCHEDULES; index++) {
    const set = SETS[index % SETS.length]
    if (set === undefined) break
    const seed = FIRST_SEED + Math.floor(index / SETS.length)
    const name = `${set.renderings.map((rendering) => rendering.name).join(' and ')}${set.losses === 0 ? '' : ', with losses'}`
    const sum = sums.get(name) ?? { schedules: 0, records: 0, connections: 0, unnamed: 0, faults: 0 }
    sums.set(name, sum)
    // Half of the schedules have an outage; one that loses records says so on a connection that holds.
    const hasOutage = set.losses === 0 && seed % 2 === 0
    const { faults, records, connections, unnamed } = await forge(seed, set.renderings, { losses: set.losses, hasOutage }).catch(
      (error: unknown) => ({ faults: [String(error)], records: 0, connections: 0, unnamed: 0 }),
    )
    for (const fault of faults) process.stdout.write(`${name}, seed ${seed}: ${fault}\n`)
    sum.schedules++
    sum.records += records
    sum.connections += connections
    sum.unnamed += unnamed
    sum.faults += faults.length
  }
  return sums
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const sums = await benchForge()
  for (const [name, { schedules, records, connections, unnamed, faults }] of sums) {
    const part = ((unnamed / Math.max(1, connections)) * 100).toFixed(1)
    process.stdout.write(
      `${name}: ${schedules} schedules, ${records} records, ${connections} connections, ${part} % without a sure name, ${faults} faults\n`,
    )
  }
  if ([...sums.values()].some(({ faults }) => faults > 0)) process.exitCode = 1
}
