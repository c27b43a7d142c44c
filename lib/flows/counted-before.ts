import type { ObservedFlow } from './flow'
import type { FlowBatch } from './pipeline'

/** Reason of flows that an earlier run counted, in the ledger. */
const REASON = 'repeat/earlier-run'

/** Newest flow that was kept of a node, of the refused ones or of the others: they are written apart. */
export type CountedTime = {
  /** null for flows that name no node. */
  readonly node: string | null
  readonly isRefused: boolean
  /** Milliseconds since the epoch, by the clock of the node. */
  readonly time: number
}

/**
 * Until when an earlier run counted the flows of one source. A source that is asked for what it remembers gives some of them
 * again. Each node has a clock of its own, which is compared with itself only.
 */
export class CountedBefore {
  readonly #refused = new Map<string | null, number>()
  readonly #others = new Map<string | null, number>()
  /** Milliseconds since the epoch. Up to then all nodes were counted, as far as their clocks agree. */
  readonly newest: number

  /** @param times not empty */
  constructor(times: readonly CountedTime[]) {
    for (const { node, isRefused, time } of times) (isRefused ? this.#refused : this.#others).set(node, time)
    this.newest = times.reduce((newest, { time }) => Math.max(newest, time), Number.NEGATIVE_INFINITY)
  }

  has({ node, time, verdict }: ObservedFlow): boolean {
    const times = verdict === 'dropped' ? this.#refused : this.#others
    return time <= (times.get(node) ?? Number.NEGATIVE_INFINITY)
  }

  /** A batch without the flows that were counted before: they are ignored, and counted as that. */
  without(batch: FlowBatch): FlowBatch {
    const flows = batch.flows.filter((flow) => !this.has(flow))
    const repeated = batch.flows.length - flows.length
    if (repeated === 0) return batch
    return { ...batch, flows, ignored: new Map([...batch.ignored, [REASON, (batch.ignored.get(REASON) ?? 0) + repeated]]) }
  }
}
