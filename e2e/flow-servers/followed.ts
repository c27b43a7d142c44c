import type { ObservedFlow } from '@/lib/flows/flow'
import type { SourceFact } from '@/lib/flows/source-about'
import type { FlowSource, SourceState } from '@/server/flow-sources/flow-source'

export type Report = { readonly state: SourceState; readonly message: string | null; readonly facts: readonly SourceFact[] }

/** A source that is read as the product reads it, with all it gave and said. */
export class Followed {
  readonly flows: ObservedFlow[] = []
  readonly reports: Report[] = []
  lost = 0
  rejected = 0
  readonly #stop = new AbortController()
  readonly #ended: Promise<void>

  constructor(source: FlowSource) {
    this.#ended = this.#read(source)
  }

  get last(): Report | undefined {
    return this.reports.at(-1)
  }

  get facts(): Readonly<Record<string, string>> {
    return Object.fromEntries((this.last?.facts ?? []).map(({ name, value }) => [name, value]))
  }

  /** Ids of the flows, each as often as it came. */
  ids(): readonly string[] {
    return this.flows.map(({ uuid }) => uuid ?? '')
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#ended
  }

  async #read(source: FlowSource): Promise<void> {
    let facts: readonly SourceFact[] = []
    const batches = source.batches(this.#stop.signal, (state, message, told) => {
      facts = told ?? facts
      this.reports.push({ state, message, facts })
    })
    for await (const batch of batches) {
      this.flows.push(...batch.flows)
      this.lost += batch.lostAtSource
      for (const count of batch.rejected.values()) this.rejected += count
    }
  }
}
