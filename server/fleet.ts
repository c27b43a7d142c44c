import type { ClusterEntry } from '@/lib/api/clusters-document'
import type { Runtime } from './running'

/** A cluster that could be shown. */
export type ClusterPlan = {
  readonly name: string
  readonly origin: string | null
  readonly user: string | null
  /** Why it cannot be opened; null when it can. */
  readonly problem: string | null
  /** Makes its runtime and starts it. */
  readonly open: () => Runtime
}

/** Connected clusters at once: each holds its objects and its graph in memory. */
export const MAX_CONNECTED = 8

export type FoundCluster =
  | { readonly kind: 'connected'; readonly running: Runtime }
  | { readonly kind: 'off' | 'unknown' }
  | { readonly kind: 'unusable'; readonly problem: string }

/** The clusters of one server. The first is connected from the start; the others when somebody asks for them. */
export class Fleet {
  readonly first: Runtime
  readonly #plans: ReadonlyMap<string, ClusterPlan>
  readonly #running = new Map<string, Runtime>()

  /** `connected` names those that are connected from the start; the first plan always is. */
  constructor(plans: readonly [ClusterPlan, ...ClusterPlan[]], connected: readonly string[] = []) {
    this.#plans = new Map(plans.map((plan) => [plan.name, plan]))
    this.first = this.#open(plans[0])
    for (const name of connected) this.connect(name)
  }

  /** The cluster of a name; the first when that is null. */
  find(name: string | null): FoundCluster {
    if (name === null) return { kind: 'connected', running: this.first }
    const running = this.#running.get(name)
    if (running !== undefined) return { kind: 'connected', running }
    const plan = this.#plans.get(name)
    if (plan === undefined) return { kind: 'unknown' }
    return plan.problem === null ? { kind: 'off' } : { kind: 'unusable', problem: plan.problem }
  }

  /** Connects a cluster, or says why not. One that is connected already stays as it is. */
  connect(name: string): FoundCluster | { readonly kind: 'full' } {
    const found = this.find(name)
    const plan = this.#plans.get(name)
    if (found.kind !== 'off' || plan === undefined) return found
    return this.#running.size >= MAX_CONNECTED ? { kind: 'full' } : { kind: 'connected', running: this.#open(plan) }
  }

  /** Forgets a cluster and everything known of it. The first one stays. */
  disconnect(name: string): void {
    const running = this.#running.get(name)
    if (running === undefined || running === this.first) return
    this.#running.delete(name)
    void running.stop()
  }

  entries(): readonly ClusterEntry[] {
    return [...this.#plans.values()].map(({ name, origin, user, problem }) => {
      const running = this.#running.get(name)
      const state = running !== undefined ? 'connected' : problem === null ? 'off' : 'unusable'
      return { name, origin, user, problem, state, sync: running?.sync() ?? null }
    })
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#running.values()].map((running) => running.stop()))
  }

  #open(plan: ClusterPlan): Runtime {
    const running = plan.open()
    this.#running.set(plan.name, running)
    return running
  }
}
