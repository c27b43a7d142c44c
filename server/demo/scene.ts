import type { Protocol } from '@/lib/model/protocol'
import type { Connection } from './connections'
import type { DemoCalendar, DemoMoment } from './demo-moment'
import { MACHINES } from './machines'
import { OUTSIDERS } from './outside'
import type { DemoPod, Population } from './population'
import { mixSeeds, seededRandom } from './seeded-random'
import type { DemoEnd, DemoVerdict, Verdicts } from './verdicts'

/** Everything that stands around at one second of the demo, for those who make flows of it. */
export type Scene = {
  /** First millisecond of the second. */
  readonly time: number
  readonly seed: number
  readonly moment: DemoMoment
  readonly hour: number
  readonly pods: readonly DemoPod[]
  /**
   * True for what lies some time before the start. Nobody watches it arrive, and thousands of records would delay the
   * first screen: there, one record stands for several connections alike.
   */
  readonly isHistory: boolean
  /** Who opens connections by that name: pods that run, or an outsider. Empty when nobody does now. */
  clients(name: string): readonly DemoEnd[]
  /** Who answers by that name: pods that are ready, or an outsider. */
  servers(name: string): readonly DemoEnd[]
  verdict(from: DemoEnd, to: DemoEnd, port: number, protocol: Protocol): DemoVerdict
  /** Share of a connection's clients that the policies let through now, from 0 to 1; 0 when nobody answers. */
  openShare(connection: Pick<Connection, 'id' | 'from' | 'to' | 'port' | 'protocol'>): number
}

type Cast = {
  readonly key: string
  readonly pods: readonly DemoPod[]
  readonly clients: ReadonlyMap<string, readonly DemoEnd[]>
  readonly servers: ReadonlyMap<string, readonly DemoEnd[]>
  /** Answers of `openShare` by the id of the connection: the same as long as the objects are. */
  readonly openShares: Map<string, number>
}

const OUTSIDE: ReadonlyMap<string, readonly DemoEnd[]> = new Map(
  OUTSIDERS.map((outsider) => [outsider.key, [{ kind: 'outsider', outsider }]]),
)

/** How much before the start every connection has a record of its own. */
const IN_FULL_MS = 60_000

export function setScenes(options: {
  seed: number
  start: number
  calendar: DemoCalendar
  population: Population
  verdicts: Verdicts
}): (time: number) => Scene {
  const { seed, start, calendar, population, verdicts } = options
  let cast: Cast | null = null
  return (time) => {
    const moment = calendar.momentAt(time)
    if (cast?.key !== moment.key) cast = castOf(moment, population)
    const { pods, clients, servers, openShares } = cast
    const scene: Scene = {
      time,
      seed,
      moment,
      hour: calendar.hourAt(time),
      pods,
      isHistory: time < start - IN_FULL_MS,
      clients: (name) => OUTSIDE.get(name) ?? clients.get(name) ?? [],
      servers: (name) => OUTSIDE.get(name) ?? servers.get(name) ?? [],
      verdict: (from, to, port, protocol) => verdicts.of(moment, from, to, port, protocol),
      openShare: (connection) => {
        const share = openShares.get(connection.id) ?? shareOf(scene, connection)
        openShares.set(connection.id, share)
        return share
      },
    }
    return scene
  }
}

function shareOf(scene: Scene, { from, to, port, protocol }: Parameters<Scene['openShare']>[0]): number {
  const clients = scene.clients(from)
  const [server] = scene.servers(to)
  if (server === undefined || clients.length === 0) return 0
  const open = clients.filter((client) => scene.verdict(client, server, port, protocol).verdict === 'forwarded')
  return open.length / clients.length
}

function castOf(moment: DemoMoment, population: Population): Cast {
  const pods = population.podsAt(moment)
  const running = pods.filter((pod) => pod.phase === 'Running')
  return {
    key: moment.key,
    pods,
    clients: byWorkload(running),
    servers: byWorkload(running.filter((pod) => pod.ready)),
    openShares: new Map(),
  }
}

function byWorkload(pods: readonly DemoPod[]): ReadonlyMap<string, readonly DemoEnd[]> {
  const ends = new Map<string, DemoEnd[]>()
  for (const pod of pods) {
    const known = ends.get(pod.workload.key)
    if (known === undefined) ends.set(pod.workload.key, [{ kind: 'pod', pod }])
    else known.push({ kind: 'pod', pod })
  }
  return ends
}

export function machineOf(pod: DemoPod): DemoEnd {
  return { kind: 'machine', machine: pod.machine, address: MACHINES[pod.machine]?.addresses[0] ?? '' }
}

/** Chances of one purpose at one second: the same however the time is asked for in pieces. */
export function chancesOf(scene: Scene, purpose: number) {
  return seededRandom(mixSeeds(scene.seed, purpose, scene.time))
}
