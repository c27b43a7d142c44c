import { setImmediate } from 'node:timers/promises'
import type { FlowBatch } from '@/lib/flows/pipeline'
import type { SourceDocument } from '@/lib/model/source-document'
import type { ClusterReading } from './cluster-state'
import { createDemo, DEMO_CLUSTER, type Demo } from './demo/create-demo'
import type { FlowIntake } from './flow-intake'

const SEED = 1
/** The map opens on the last 15 minutes, so the demo has had these before anyone looks. */
const BACKFILL_MS = 15 * 60_000
const BACKFILL_STEP_MS = 10_000
/** After a pause (a laptop that slept) older traffic is skipped. */
const MAX_CATCH_UP_MS = 60_000

type Taking = Pick<FlowIntake, 'accept' | 'acceptHistory'>

/** Hands the simulated cluster's objects and flows to the runtime, second by second. */
export class DemoFeed {
  readonly #demo: Demo
  #flowsUntil: number
  /** null until then. */
  #intake: Taking | null = null

  constructor(now: number) {
    this.#demo = createDemo({ seed: SEED, start: now })
    this.#flowsUntil = now - BACKFILL_MS
  }

  /** The objects at `now`; null when they are as before. */
  reading(now: number): ClusterReading | null {
    const documents: readonly SourceDocument[] | null = this.#demo.documents(now)
    return documents === null ? null : { documents, problems: [], name: DEMO_CLUSTER, source: 'demo' }
  }

  /** False until the time before the start has been played. */
  get isCaughtUp(): boolean {
    return this.#intake !== null
  }

  /** Plays the flows before the start, in pieces that leave the process time to answer. */
  async start(intake: Taking, now: number): Promise<void> {
    while (this.#flowsUntil < now) {
      const until = Math.min(now, this.#flowsUntil + BACKFILL_STEP_MS)
      intake.acceptHistory(batchOf(this.#demo, this.#flowsUntil, until))
      this.#flowsUntil = until
      await setImmediate()
    }
    this.#intake = intake
  }

  /** Once the time before the start has been played: hands over the objects where they changed, then the flows since the last call. */
  advance(now: number, use: (reading: ClusterReading) => void): void {
    if (this.#intake === null) return
    const reading = this.reading(now)
    if (reading !== null) use(reading)
    const from = Math.max(this.#flowsUntil, now - MAX_CATCH_UP_MS)
    this.#flowsUntil = Math.max(this.#flowsUntil, now)
    this.#intake.accept(batchOf(this.#demo, from, now))
  }
}

function batchOf(demo: Demo, from: number, to: number): FlowBatch {
  return { flows: demo.flows(from, to), ignored: new Map(), rejected: new Map(), lostAtSource: 0, unknownFields: 0 }
}
