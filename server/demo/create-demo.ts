import type { ObservedFlow } from '@/lib/flows/flow'
import { readCluster } from '@/lib/model/read-cluster'
import type { SourceDocument } from '@/lib/model/source-document'
import type { EngineOptions } from '@/lib/policy/engine'
import { compilePolicies } from '@/lib/policy/engine'
import { backgroundTraffic } from './background-traffic'
import type { DemoMoment } from './demo-moment'
import { BACKFILL_MS, demoCalendar, rehearsal } from './demo-moment'
import { readDemoWorkloads } from './demo-workload'
import { inflate } from './inflate'
import { MACHINES } from './machines'
import { populate } from './population'
import { readDemoDocuments } from './read-demo-documents'
import { regularTraffic } from './regular-traffic'
import { scan } from './scan'
import { setScenes } from './scene'
import type { Reference } from './verdicts'
import { askPolicies } from './verdicts'

/** Name of the demo cluster. */
export const DEMO_CLUSTER = 'northwater-demo'

/** A simulated cluster that lives: its objects change with the story, and its pods talk. */
export type Demo = {
  /** All objects of the cluster at `now`; null when nothing changed since the last call. */
  documents(now: number): readonly SourceDocument[] | null
  /**
   * What was seen from `from` up to, not including, `to`, in order of time. The same pieces of time give the same flows,
   * however they are cut. Times before the start can be asked for, at most 15 minutes at once: older ones are left out.
   * There, one record stands for several connections alike (`count`).
   */
  flows(from: number, to: number): readonly ObservedFlow[]
}

export type DemoOptions = {
  /** Another seed, other requests; the story stays. */
  readonly seed: number
  /** Milliseconds since the epoch: the place in the story is counted from here. */
  readonly start: number
  /** Options of the engine whose verdicts the flows carry: the same as the server's own engine has. */
  readonly engine?: EngineOptions
}

/** Reads the demo's YAML and sets the clock of its story. Throws when the product's own files are missing or broken. */
export function createDemo({ seed, start, engine = {} }: DemoOptions): Demo {
  const written = readDemoDocuments()
  const workloads = readDemoWorkloads(written, MACHINES.length)
  const population = populate(workloads)
  const calendar = demoCalendar({ start, workloads })
  const documentsAt = (moment: DemoMoment) => inflate({ written, workloads, pods: population.podsAt(moment), moment, start })

  const verdicts = askPolicies((moment): Reference => {
    const full = rehearsal(moment, workloads)
    const cluster = readCluster(documentsAt(full), { name: DEMO_CLUSTER, source: 'demo' })
    const names = new Map(population.podsAt(full).map((pod) => [pod.alike, `${pod.namespace}/${pod.name}`]))
    return { engine: compilePolicies(cluster, engine), representative: (pod) => names.get(pod.alike) ?? 'entity:unknown' }
  })
  const sceneAt = setScenes({ seed, start, calendar, population, verdicts })

  let latest: { second: number; flows: readonly ObservedFlow[] } | null = null
  function flowsOfSecond(second: number): readonly ObservedFlow[] {
    if (latest?.second === second) return latest.flows
    const scene = sceneAt(second * 1000)
    const flows = [...regularTraffic(scene), ...backgroundTraffic(scene), ...scan(scene, start)].sort((a, b) => a.time - b.time)
    latest = { second, flows }
    return flows
  }

  let givenKey: string | null = null
  return {
    documents: (now) => {
      const moment = calendar.momentAt(secondOf(now))
      if (moment.key === givenKey) return null
      givenKey = moment.key
      return documentsAt(moment)
    },
    flows: (from, to) => {
      const begin = Math.max(from, to - BACKFILL_MS)
      const flows: ObservedFlow[] = []
      for (let second = Math.floor(begin / 1000); second * 1000 < to; second++) {
        for (const flow of flowsOfSecond(second)) if (flow.time >= begin && flow.time < to) flows.push(flow)
      }
      return flows
    },
  }
}

/** The story moves by whole seconds, so that objects and flows change together. */
function secondOf(time: number): number {
  return Math.floor(time / 1000) * 1000
}
