import type { Flow } from './flow'

/** Cluster machines remembered; more than any cluster has. */
const MAX_NODES = 20_000

/** Which cluster machines flows came from, and when the last one did. */
export class ReportingNodes {
  readonly #lastSeen = new Map<string, number>()

  see(flows: readonly Pick<Flow, 'node' | 'windowTime'>[]): void {
    for (const { node, windowTime } of flows) {
      if (node === null) continue
      const known = this.#lastSeen.get(node)
      if (known === undefined && this.#lastSeen.size >= MAX_NODES) continue
      if (known === undefined || known < windowTime) this.#lastSeen.set(node, windowTime)
    }
  }

  /** Those with a flow at or after `from` (milliseconds of `windowTime`). */
  since(from: number): ReadonlySet<string> {
    return new Set([...this.#lastSeen].flatMap(([node, at]) => (at >= from ? [node] : [])))
  }
}
