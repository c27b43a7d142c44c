import type { FlowEdge, LedgerEntry } from '@/lib/flows/window-types'
import { DEFAULT_CONFIG } from '@/server/config'
import { takePostedFlows } from '@/server/posted-flows'
import { Runtime } from '@/server/running'
import { ChangingCluster } from '@/server/testing/changing-cluster'
import { ManualClock } from '@/server/testing/manual-clock'
import type { Schedule } from './schedule'
import { objectsAt, type World } from './world'

export type Played = {
  readonly edges: readonly FlowEdge[]
  readonly ledger: LedgerEntry
  /** Lines that were posted. */
  readonly sent: number
}

/** Records that came within this time are posted together. */
const POST_MS = 250
/** Time after the last record in which names may still be settled. */
const AFTER_MS = 10_000

/**
 * Plays a schedule to a whole server, through the route that takes flows, while its cluster changes; the clock is the
 * forge's. Gives what the server made of it.
 */
export async function play(
  world: World,
  readings: readonly { readonly at: number; readonly of: number }[],
  { arrivals, lost }: Schedule,
): Promise<Played> {
  const clock = new ManualClock(world.start)
  const cluster = new ChangingCluster(objectsAt(world, world.start))
  const running = new Runtime({ ...DEFAULT_CONFIG, flows: [{ kind: 'ingest' }] }, clock, cluster)
  await running.start()

  const posts = new Map<number, string[]>()
  for (const { at, record } of arrivals) {
    const slot = (Math.floor(at / POST_MS) + 1) * POST_MS
    const lines = posts.get(slot)
    if (lines === undefined) posts.set(slot, [record.text])
    else lines.push(record.text)
  }
  const steps = [
    ...readings.map(({ at, of }) => ({ at, run: () => read(running, cluster, world, of) })),
    ...Array.from(posts, ([at, lines]) => ({ at, run: () => post(running, lines) })),
  ].sort((a, b) => a.at - b.at)
  for (const { at, run } of steps) {
    clock.advance(Math.max(0, at - clock.now()))
    await run()
  }
  if (lost.length > 0) {
    const event = { num_events_lost: String(lost.length), source: 'OBSERVER_EVENTS_QUEUE' }
    await post(running, [JSON.stringify({ lost_events: event, node_name: 'forge/node-1', time: new Date(clock.now()).toISOString() })])
  }
  clock.advance(AFTER_MS)
  const edges = running.pipeline.window.edges(world.start - 60_000, clock.now() + 1)
  const ledger = running.pipeline.ledger.source('ingest').entry()
  await running.stop()
  return { edges, ledger, sent: arrivals.length + (lost.length > 0 ? 1 : 0) }
}

async function read(running: Runtime, cluster: ChangingCluster, world: World, of: number): Promise<void> {
  cluster.set(objectsAt(world, of))
  await running.readAgain()
}

async function post(running: Runtime, lines: readonly string[]): Promise<void> {
  const request = new Request('http://127.0.0.1/api/v1/flows', { method: 'POST', body: lines.join('\n') })
  const answer = await takePostedFlows(request, null, running)
  if (answer.status !== 200) throw new Error(`the server answered ${answer.status}: ${await answer.text()}`)
}
