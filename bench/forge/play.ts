import { setTimeout as delay } from 'node:timers/promises'
import type { FlowEdge, LedgerEntry } from '@/lib/flows/window-types'
import { DEFAULT_CONFIG, type FlowSourceChoice } from '@/server/config'
import { Runtime } from '@/server/running'
import { ChangingCluster } from '@/server/testing/changing-cluster'
import { ManualClock } from '@/server/testing/manual-clock'
import { GoldmaneWay } from './goldmane-way'
import { HubbleWay } from './hubble-way'
import { PostedWay } from './posted-way'
import type { ForgedRecord } from './record'
import type { Rendering } from './rendering'
import type { Schedule } from './schedule'
import type { Way } from './way'
import { objectsAt, type World } from './world'

/** One source, with what it tells and when. */
export type Feed = {
  readonly way: Rendering['way']
  readonly schedule: Schedule
  /** Stretches of time in which it does not reach the server. */
  readonly outages: readonly { readonly from: number; readonly to: number }[]
}

export type Played = {
  readonly edges: readonly FlowEdge[]
  /** By feed: its ledger, and the records that were handed over. */
  readonly feeds: readonly { readonly ledger: LedgerEntry; readonly sent: number }[]
}

/** Records that came within this time are handed over together. */
const STEP_MS = 250
/** Time after the last record in which names may still be settled. */
const AFTER_MS = 10_000
/** By the clock on the wall, for records to go through a connection. */
const PATIENCE_MS = 20_000

/**
 * Plays schedules to a whole server through its real doors, while its cluster changes; the clock is the forge's. Gives what
 * the server made of it.
 */
export async function play(
  world: World,
  readings: readonly { readonly at: number; readonly of: number }[],
  feeds: readonly Feed[],
): Promise<Played> {
  const clock = new ManualClock(world.start)
  const cluster = new ChangingCluster(objectsAt(world, world.start))
  const opened = await Promise.all(feeds.map(({ way }) => open(way)))
  const flows = opened.map(({ choice }) => choice)
  const running = new Runtime({ ...DEFAULT_CONFIG, flows }, clock, cluster)
  await running.start()
  const ways: Way[] = opened.map(({ way }) => way ?? new PostedWay(running))
  await until(() => opened.every(({ way }) => way?.isFollowed ?? true))
  const ledgerOf = (index: number) => {
    const intake = running.intakes[index]
    if (intake === undefined) throw new Error('there is no such source')
    return intake.ledger
  }

  const steps = [
    ...readings.map(({ at, of }) => ({ at, run: () => read(running, cluster, world, of) })),
    ...feeds.flatMap(({ schedule, outages }, index) => {
      const way = ways[index]
      if (way === undefined) return []
      const arrived = () => until(() => ledgerOf(index).received >= way.expected())
      const sends = bySteps(schedule).map(({ at, records }) => ({ at, run: () => way.send(records).then(arrived) }))
      const leaves = outages.map(({ from }) => ({ at: from, run: async () => way.leave() }))
      const returns = outages.map(({ to }) => ({ at: to, run: () => way.comeBack().then(arrived) }))
      return [...sends, ...leaves, ...returns]
    }),
  ].sort((a, b) => a.at - b.at)
  for (const { at, run } of steps) {
    clock.advance(Math.max(0, at - clock.now()))
    await run()
  }
  for (const [index, { schedule }] of feeds.entries()) {
    const way = ways[index]
    if (schedule.lost.length === 0 || way === undefined) continue
    await way.lose(schedule.lost.length)
    await until(() => ledgerOf(index).lostAtSource >= schedule.lost.length)
  }
  clock.advance(AFTER_MS)
  const edges = running.pipeline.window.edges(world.start - 60_000, clock.now() + 1)
  const played = { edges, feeds: ways.map((way, index) => ({ ledger: ledgerOf(index), sent: way.expected() })) }
  await running.stop()
  for (const way of ways) way.stop()
  return played
}

type Opened = { readonly choice: FlowSourceChoice; readonly way: (Way & { readonly isFollowed: boolean }) | null }

async function open(way: Rendering['way']): Promise<Opened> {
  if (way === 'posted') return { choice: { kind: 'ingest' }, way: null }
  const server = way === 'hubble' ? new HubbleWay() : new GoldmaneWay()
  const at = { host: '127.0.0.1', port: await server.start() }
  return { choice: way === 'hubble' ? { kind: 'hubble', ...at, namespaces: [] } : { kind: 'goldmane', ...at }, way: server }
}

function bySteps({ arrivals }: Schedule): readonly { readonly at: number; readonly records: readonly ForgedRecord[] }[] {
  const steps = new Map<number, ForgedRecord[]>()
  for (const { at, record } of arrivals) {
    const slot = (Math.floor(at / STEP_MS) + 1) * STEP_MS
    const records = steps.get(slot)
    if (records === undefined) steps.set(slot, [record])
    else records.push(record)
  }
  return Array.from(steps, ([at, records]) => ({ at, records }))
}

async function read(running: Runtime, cluster: ChangingCluster, world: World, of: number): Promise<void> {
  cluster.set(objectsAt(world, of))
  await running.readAgain()
}

async function until(isSo: () => boolean): Promise<void> {
  const end = Date.now() + PATIENCE_MS
  while (!isSo()) {
    if (Date.now() > end) throw new Error('records did not come through')
    await delay(1)
  }
}
