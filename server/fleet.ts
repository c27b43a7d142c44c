import { type ClusterEntry, MAX_CONNECTED } from '@/lib/api/clusters-document'
import { type Clock, SYSTEM_CLOCK } from './clock'
import { type CombinedGraph, combinedGraph, type NamedRuntime } from './combined-graph'
import type { GraphStore } from './graph-store'
import type { Runtime } from './running'

const TICK_MS = 1_000

/** A cluster that could be shown. */
export type ClusterPlan = {
  readonly name: string
  readonly origin: string | null
  readonly user: string | null
  readonly runs: string | null
  /** Why it cannot be opened; null when it can. */
  readonly problem: string | null
  /** Makes its runtime and starts it. */
  readonly open: () => Runtime
}

export type FoundCluster =
  | { readonly kind: 'connected'; readonly running: Runtime }
  | { readonly kind: 'off' | 'unknown' }
  | { readonly kind: 'unusable'; readonly problem: string }

/** The clusters of one server. The first is connected from the start; the others when somebody asks for them. */
export class Fleet {
  readonly first: Runtime
  readonly #first: ClusterPlan
  readonly #others: () => readonly ClusterPlan[]
  readonly #clock: Clock
  readonly #combined = new Map<string, CombinedGraph>()
  #stopTicking: (() => void) | null = null
  readonly #close: () => Promise<void>
  readonly #running = new Map<string, { readonly plan: ClusterPlan; readonly runtime: Runtime }>()

  /** `others` is asked whenever somebody looks, so that a kubeconfig may change; `close` ends what the clusters share. */
  constructor(
    first: ClusterPlan,
    others: () => readonly ClusterPlan[] = () => [],
    clock: Clock = SYSTEM_CLOCK,
    close: () => Promise<void> = async () => undefined,
  ) {
    this.#close = close
    this.#clock = clock
    this.#first = first
    this.#others = others
    this.first = this.#open(first)
  }

  /** The cluster of a name; the first when that is null. */
  find(name: string | null): FoundCluster {
    if (name === null) return { kind: 'connected', running: this.first }
    const known = this.#running.get(name)
    if (known !== undefined) return { kind: 'connected', running: known.runtime }
    const plan = this.#plans().get(name)
    if (plan === undefined) return { kind: 'unknown' }
    return plan.problem === null ? { kind: 'off' } : { kind: 'unusable', problem: plan.problem }
  }

  /** The graph of several connected clusters together; the same store for the same clusters. */
  together(clusters: readonly NamedRuntime[]): GraphStore {
    const key = JSON.stringify(clusters.map(({ name }) => name))
    const known = this.#combined.get(key)
    if (known !== undefined && isSame(known.clusters, clusters)) return known.graph
    known?.close()
    const combined = combinedGraph(clusters, this.#clock)
    this.#combined.set(key, combined)
    this.#stopTicking ??= this.#clock.every(TICK_MS, () => this.#tick())
    return combined.graph
  }

  /** Connects a cluster, or says why not. One that is connected already stays as it is. */
  connect(name: string): FoundCluster | { readonly kind: 'full' } {
    const found = this.find(name)
    const plan = this.#plans().get(name)
    if (found.kind !== 'off' || plan === undefined) return found
    return this.#running.size >= MAX_CONNECTED ? { kind: 'full' } : { kind: 'connected', running: this.#open(plan) }
  }

  /** Forgets a cluster and everything known of it. The first one stays. */
  disconnect(name: string): void {
    const known = this.#running.get(name)
    if (known === undefined || known.runtime === this.first) return
    this.#running.delete(name)
    for (const [key, { clusters, close }] of this.#combined) {
      if (!clusters.some(({ runtime }) => runtime === known.runtime)) continue
      // Those who look at it must learn that one of the clusters is gone.
      close()
      this.#combined.delete(key)
    }
    void known.runtime.stop()
  }

  /** Those that are connected, the first one first. */
  connected(): readonly NamedRuntime[] {
    return Array.from(this.#running, ([name, { runtime }]) => ({ name, runtime }))
  }

  entries(): readonly ClusterEntry[] {
    return [...this.#plans().values()].map(({ name, origin, user, runs, problem }) => {
      const known = this.#running.get(name)
      const state = known !== undefined ? 'connected' : problem === null ? 'off' : 'unusable'
      return { name, origin, user, runs, problem, state, sync: known?.runtime.sync() ?? null }
    })
  }

  /** Graphs that nobody looks at any more are forgotten. */
  #tick(): void {
    for (const [key, { graph, close }] of this.#combined) {
      void graph.tick()
      if (graph.views > 0) continue
      close()
      this.#combined.delete(key)
    }
  }

  async stop(): Promise<void> {
    this.#stopTicking?.()
    for (const { close } of this.#combined.values()) close()
    await Promise.all([...this.#running.values()].map(({ runtime }) => runtime.stop()))
    await this.#close()
  }

  #open(plan: ClusterPlan): Runtime {
    const runtime = plan.open()
    this.#running.set(plan.name, { plan, runtime })
    return runtime
  }

  /** The first cluster first; one that is connected stays as it was opened, also when nothing names it any more. */
  #plans(): ReadonlyMap<string, ClusterPlan> {
    const plans = new Map([[this.#first.name, this.#first]])
    for (const plan of this.#others()) if (!plans.has(plan.name)) plans.set(plan.name, plan)
    for (const { plan } of this.#running.values()) plans.set(plan.name, plan)
    return plans
  }
}

function isSame(a: readonly NamedRuntime[], b: readonly NamedRuntime[]): boolean {
  return a.length === b.length && a.every(({ runtime }, index) => runtime === b[index]?.runtime)
}
