import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Flow } from '@/lib/flows/flow'
import type { ClusterState } from './cluster-state'

/** Times that the metrics page reports, in milliseconds. */
export class Measures {
  readonly #loop = monitorEventLoopDelay({ resolution: 10 })
  /** By verdict and source. */
  readonly #flows = new Map<string, number>()
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

  constructor() {
    this.#loop.enable()
  }

  readonly countUnknown = (count: number): void => {
    this.unknownParameters += count
  }

  /** Counts flows that were stored. */
  stored(source: string, flows: readonly Flow[]): void {
    for (const { verdict } of flows) {
      const key = `${verdict} ${source}`
      this.#flows.set(key, (this.#flows.get(key) ?? 0) + 1)
    }
  }

  flows(): readonly { readonly source: string; readonly verdict: string; readonly count: number }[] {
    return [...this.#flows].map(([key, count]) => {
      const space = key.indexOf(' ')
      return { verdict: key.slice(0, space), source: key.slice(space + 1), count }
    })
  }

  built(ms: number): void {
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

  /** How late the event loop comes, at a percentile. */
  loopDelayMs(percentile: number): number {
    const ns = this.#loop.percentile(percentile)
    return Number.isFinite(ns) ? Math.max(0, ns / 1e6 - 10) : 0
  }

  stop(): void {
    this.#loop.disable()
  }
}
