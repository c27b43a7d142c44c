import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { ClusterState } from './cluster-state'

/** Times that the metrics page reports, in milliseconds. */
export class Measures {
  readonly #loop = monitorEventLoopDelay({ resolution: 10 })
  builds = 0
  buildMsTotal = 0
  lastBuildMs = 0
  slowestBuildMs = 0
  compiles = 0
  lastReadMs = 0
  lastCompileMs = 0
  /** Query parameters that no route knows. */
  unknownParameters = 0

  constructor() {
    this.#loop.enable()
  }

  readonly countUnknown = (count: number): void => {
    this.unknownParameters += count
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
