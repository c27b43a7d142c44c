import type { SourceDocument } from '@/lib/model/source-document'
import type { DemoPace } from './demo-moment'
import { demoCalendar } from './demo-moment'
import { readDemoWorkloads } from './demo-workload'
import { inflate } from './inflate'
import { MACHINES } from './machines'
import { populate } from './population'
import { readDemoDocuments } from './read-demo-documents'

/** A simulated cluster that lives: its objects change with the story. */
export type Demo = {
  /** All objects of the cluster at `now`; null when nothing changed since the last call. */
  documents(now: number): readonly SourceDocument[] | null
}

export type DemoOptions = {
  /** Milliseconds since the epoch: the place in the story is counted from here. */
  readonly start: number
  readonly pace?: DemoPace
}

export function createDemo({ start, pace = 'running' }: DemoOptions): Demo {
  const written = readDemoDocuments()
  const workloads = readDemoWorkloads(written, MACHINES.length)
  const population = populate(workloads)
  const calendar = demoCalendar({ start, pace, workloads })
  let givenKey: string | null = null
  return {
    documents: (now) => {
      const moment = calendar.momentAt(now)
      if (moment.key === givenKey) return null
      givenKey = moment.key
      return inflate({ written, workloads, pods: population.podsAt(moment), moment, start })
    },
  }
}
