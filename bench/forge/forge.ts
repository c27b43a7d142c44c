import { seededRandom } from '@/server/demo/seeded-random'
import { BARE_LINES } from './bare-lines'
import { CALICO_LOG } from './calico-lines'
import { compare, type Difference } from './compare'
import { CONNTRACK_LOG } from './conntrack-lines'
import { ENVOY_LOG } from './envoy-lines'
import { GKE_LOG } from './gke-lines'
import { GOLDMANE } from './goldmane-rows'
import { HUBBLE, HUBBLE_LINES } from './hubble-records'
import { type Feed, type Played, play } from './play'
import type { Rendering } from './rendering'
import { type Schedule, schedule } from './schedule'
import { forgeTruth, type TrueConnection } from './truth'
import { forgeWorld, readingsOf } from './world'

export const RENDERINGS: readonly Rendering[] = [
  HUBBLE_LINES,
  HUBBLE,
  GOLDMANE,
  CALICO_LOG,
  CONNTRACK_LOG,
  GKE_LOG,
  ENVOY_LOG,
  BARE_LINES,
]

/** Sources that see the same at once; the first one counts. */
export const PAIRS: readonly (readonly [Rendering, Rendering])[] = [
  [HUBBLE, CONNTRACK_LOG],
  [HUBBLE, GOLDMANE],
  [GOLDMANE, ENVOY_LOG],
]

const START = Date.UTC(2026, 4, 4, 10)
const LENGTH_MS = 180_000
const CONNECTIONS = 300
const MAX_LAG_MS = 1_500

export type ForgeOptions = {
  /** Of 100 records, how many never come. */
  readonly losses: number
  /** True when a source goes away for a while, and comes back. */
  readonly hasOutage: boolean
}

export type Forged = {
  readonly truth: readonly TrueConnection[]
  readonly planned: readonly Schedule[]
  readonly played: Played
  readonly difference: Difference
}

/** One random schedule, told by the renderings at once, and how what the server shows of it differs from the truth. */
export async function forge(seed: number, renderings: readonly Rendering[], { losses, hasOutage }: ForgeOptions): Promise<Forged> {
  const random = seededRandom(seed)
  const world = forgeWorld(random, START, LENGTH_MS)
  const truth = forgeTruth(world, random, CONNECTIONS)
  const feeds = renderings.map(({ way, records, hasIds, maxDelayMs }): Feed => {
    const options = { maxDelayMs: 100 + random.below(maxDelayMs), duplicates: hasIds ? 10 : 0, losses }
    const from = START + 20_000 + random.below(LENGTH_MS - 60_000)
    const outages = hasOutage ? [{ from, to: from + 100 + random.below(20_000) }] : []
    return { way, schedule: schedule(records(truth), random, options), outages }
  })
  const played = await play(world, readingsOf(world, random, random.below(MAX_LAG_MS)), feeds)
  const [counting] = renderings
  if (counting === undefined) throw new Error('nobody tells anything')
  return { truth, planned: feeds.map((feed) => feed.schedule), played, difference: compare(played.edges, truth, counting) }
}
