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
  /** Who opens connections by that name: pods that run, or an outsider. Empty when nobody does now. */
  clients(name: string): readonly DemoEnd[]
  /** Who answers by that name: pods that are ready, or an outsider. */
  servers(name: string): readonly DemoEnd[]
  verdict(from: DemoEnd, to: DemoEnd, port: number, protocol?: 'TCP' | 'UDP'): DemoVerdict
}

type Cast = {
  readonly key: string
  readonly pods: readonly DemoPod[]
  readonly clients: ReadonlyMap<string, readonly DemoEnd[]>
  readonly servers: ReadonlyMap<string, readonly DemoEnd[]>
}

const OUTSIDE: ReadonlyMap<string, readonly DemoEnd[]> = new Map(
  OUTSIDERS.map((outsider) => [outsider.key, [{ kind: 'outsider', outsider }]]),
)

export function setScenes(options: {
  seed: number
  calendar: DemoCalendar
  population: Population
  verdicts: Verdicts
}): (time: number) => Scene {
  const { seed, calendar, population, verdicts } = options
  let cast: Cast | null = null
  return (time) => {
    const moment = calendar.momentAt(time)
    if (cast?.key !== moment.key) cast = castOf(moment, population)
    const { pods, clients, servers } = cast
    return {
      time,
      seed,
      moment,
      hour: calendar.hourAt(time),
      pods,
      clients: (name) => OUTSIDE.get(name) ?? clients.get(name) ?? [],
      servers: (name) => OUTSIDE.get(name) ?? servers.get(name) ?? [],
      verdict: (from, to, port, protocol = 'TCP') => verdicts.of(moment, from, to, port, protocol),
    }
  }
}

function castOf(moment: DemoMoment, population: Population): Cast {
  const pods = population.podsAt(moment)
  const running = pods.filter((pod) => pod.phase === 'Running')
  return { key: moment.key, pods, clients: byWorkload(running), servers: byWorkload(running.filter((pod) => pod.ready)) }
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
