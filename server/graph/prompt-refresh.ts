import type { Clock } from '../clock'
import type { GraphStore } from '../graph-store'

/** Shows a change of the cluster without waiting for the next second, as often as building leaves time for. */
export class PromptRefresh {
  readonly #graph: GraphStore
  readonly #clock: Clock
  readonly #followers = new Set<() => void>()
  #isWaiting = false

  constructor(graph: GraphStore, clock: Clock) {
    this.#graph = graph
    this.#clock = clock
  }

  /** Calls back whenever a change is shown; returns the way to end that. */
  follow(follower: () => void): () => void {
    this.#followers.add(follower)
    return () => this.#followers.delete(follower)
  }

  /** The cluster changed. */
  changed(): void {
    if (this.#isWaiting) return
    const waitMs = this.#graph.refresh()
    if (waitMs === 0) {
      for (const follower of this.#followers) follower()
      return
    }
    this.#isWaiting = true
    this.#clock.after(waitMs, () => {
      this.#isWaiting = false
      this.changed()
    })
  }
}
