import { isBalanced } from '@/lib/flows/ledger'
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
import { schedule } from './schedule'
import { forgeTruth } from './truth'
import { forgeWorld, readingsOf } from './world'

export const RENDERINGS: readonly Rendering[] = [HUBBLE_LINES, HUBBLE, GOLDMANE, CALICO_LOG, CONNTRACK_LOG, GKE_LOG, ENVOY_LOG, BARE_LINES]

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

/** Of 100 connections whose pods a source does not name, how many may be shown without a name, or as their Service. */
const MAX_UNNAMED_PERCENT = 15

export type ForgeOptions = {
  /** Of 100 records, how many never come; the source says so. */
  readonly losses: number
  /** True when each source goes away for a while, and comes back. */
  readonly hasOutage: boolean
}

export type Forged = {
  /** What is wrong with what the server made of it; must be empty. */
  readonly faults: readonly string[]
  readonly records: number
  readonly connections: number
  readonly unnamed: number
}

/** One random schedule, told by the renderings at once; the first one counts. Says how what the server shows differs from the truth. */
export async function forge(seed: number, renderings: readonly [Rendering, ...Rendering[]], options: ForgeOptions): Promise<Forged> {
  const random = seededRandom(seed)
  const world = forgeWorld(random, START, LENGTH_MS)
  const truth = forgeTruth(world, random, CONNECTIONS)
  const feeds = renderings.map(({ way, records, hasIds, maxDelayMs }): Feed => {
    const planned = { maxDelayMs: 100 + random.below(maxDelayMs), duplicates: hasIds ? 10 : 0, losses: options.losses }
    const from = START + 20_000 + random.below(LENGTH_MS - 60_000)
    const outages = options.hasOutage ? [{ from, to: from + 100 + random.below(20_000) }] : []
    return { way, schedule: schedule(records(truth), random, planned), outages }
  })
  const played = await play(world, readingsOf(world, random, random.below(MAX_LAG_MS)), feeds)

  const [counting] = renderings
  const heardOf = new Set(feeds[0]?.schedule.arrivals.map(({ record }) => record.connection))
  // Of a summary that is lost nobody can tell whom it was about.
  const told = options.losses === 0 ? truth : truth.filter(({ id }) => heardOf.has(id))
  const difference = compare(played.edges, told, counting)
  const faults = [...faultsOfEdges(difference, renderings), ...feeds.flatMap((feed, index) => faultsOfLedger(feed, played.feeds[index]))]
  const records = played.feeds.reduce((sum, { sent }) => sum + sent, 0)
  return { faults, records, connections: truth.length, unnamed: difference.unnamed }
}

function faultsOfEdges({ wrong, tooMany, missing, unnamed }: Difference, renderings: readonly Rendering[]): readonly string[] {
  const faults = [...wrong.map((edge) => `never talked: ${edge}`), ...tooMany.map((edge) => `too many: ${edge}`)]
  const [counting] = renderings
  const mayBeUnnamed = renderings.some(({ namesPods }) => !namesPods)
  if (unnamed > (mayBeUnnamed ? (CONNECTIONS * MAX_UNNAMED_PERCENT) / 100 : 0)) faults.push(`without names: ${unnamed}`)
  // What the other sources could not name comes on top.
  const expected = counting?.namesPods === true ? 0 : unnamed
  if (missing !== expected) faults.push(`missing: ${missing}, of which ${expected} are shown without names`)
  return faults
}

function faultsOfLedger({ way, schedule: { lost } }: Feed, played: Played['feeds'][number] | undefined): readonly string[] {
  if (played === undefined) return [`${way}: no ledger`]
  const { ledger, sent } = played
  const faults: string[] = []
  if (ledger.received !== sent) faults.push(`${way}: ${ledger.received} of ${sent} records received`)
  if (!isBalanced(ledger) || ledger.queued > 0) faults.push(`${way}: the ledger does not balance: ${JSON.stringify(ledger)}`)
  if (Object.keys(ledger.dropped).length > 0) faults.push(`${way}: dropped: ${JSON.stringify(ledger.dropped)}`)
  if (ledger.lostAtSource !== lost.length) faults.push(`${way}: ${ledger.lostAtSource} of ${lost.length} lost records in the ledger`)
  return faults
}
