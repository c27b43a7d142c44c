import type { Flow, Verdict } from '@/lib/flows/flow'
import type { Steps } from '@/lib/model/steps'
import type { ClusterState } from './cluster-state'
import { LoopDelay } from './loop-delay'

/** Times that the metrics page reports, in milliseconds. */
export class Measures {
  readonly loop: LoopDelay
  /** By source and verdict. */
  readonly #flows = new Map<string, Map<Verdict, number>>()
  builds = 0
  buildMsTotal = 0
  lastBuildMs = 0
  slowestBuildMs = 0
  compiles = 0
  lastReadMs = 0
  lastCompileMs = 0
  /** Query parameters that no route knows. */
  unknownParameters = 0
  /** Fields of request bodies that no route knows. */
  unknownFields = 0

  /** @param now milliseconds since the epoch */
  constructor(now: number) {
    this.loop = new LoopDelay(now)
  }

  readonly countUnknown = (count: number): void => {
    this.unknownParameters += count
  }

  /** Counts flows that were stored, with those that they stand for. */
  stored(source: string, flows: readonly Flow[]): void {
    const counts = this.#flows.get(source) ?? new Map<Verdict, number>()
    this.#flows.set(source, counts)
    for (const { verdict, weight = 1 } of flows) counts.set(verdict, (counts.get(verdict) ?? 0) + weight)
  }

  flows(): readonly { readonly source: string; readonly verdict: Verdict; readonly count: number }[] {
    return [...this.#flows].flatMap(([source, counts]) => Array.from(counts, ([verdict, count]) => ({ source, verdict, count })))
  }

  /** The same steps; their time is noted, without what others do in between. */
  *building<Value>(steps: Steps<Value>): Steps<Value> {
    let ms = 0
    for (;;) {
      const started = performance.now()
      const step = steps.next()
      ms += performance.now() - started
      if (step.done) {
        this.#built(ms)
        return step.value
      }
      yield
    }
  }

  #built(ms: number): void {
    this.builds++
    this.buildMsTotal += ms
    this.lastBuildMs = ms
    this.slowestBuildMs = Math.max(this.slowestBuildMs, ms)
  }

  compiled({ readMs, compileMs }: ClusterState): void {
    this.compiles++
    this.lastReadMs = readMs
    this.lastCompileMs = compileMs
  }

  stop(): void {
    this.loop.stop()
  }
}
