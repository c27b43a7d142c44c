import { setImmediate } from 'node:timers/promises'
import type { LineFormatId } from '@/lib/api/line-format-ids'
import type { ObservedFlow } from '@/lib/flows/flow'
import type { FlowBatch } from '@/lib/flows/pipeline'
import type { SourceFact } from '@/lib/flows/source-about'
import type { SourceState } from '../../flow-source'
import type { ForwardFiles } from '../forward-access'
import type { ForwardLimits } from '../forward-limits'
import { createForwardSource } from '../forward-source'

export const NO_FILES: ForwardFiles = { tokenFile: null, cert: null, key: null, ca: null }

export type ReceptionOptions = {
  readonly files?: Partial<ForwardFiles>
  readonly limits?: ForwardLimits
  readonly format?: LineFormatId | null
  readonly port?: number
  readonly now?: () => number
  /** Takes each batch; while it has not resolved, the pipeline is behind. */
  readonly take?: (batch: FlowBatch) => Promise<void> | void
}

/** A forward source that runs on a free port, and what a pipeline would have taken from it. */
export class Reception {
  readonly flows: ObservedFlow[] = []
  readonly ignored = new Map<string, number>()
  readonly rejected = new Map<string, number>()
  batches = 0
  state: SourceState = 'connecting'
  message: string | null = null
  facts: readonly SourceFact[] = []
  port = 0
  readonly #stopped = new AbortController()
  #following: Promise<void> = Promise.resolve()

  static async start(options: ReceptionOptions = {}): Promise<Reception> {
    const reception = new Reception()
    await new Promise<void>((resolve) => {
      reception.#following = reception.#follow(options, resolve)
    })
    return reception
  }

  fact(name: string): string | null {
    return this.facts.find((fact) => fact.name === name)?.value ?? null
  }

  /** Resolves when the condition holds; the test's own time limit ends it. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2))
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    await this.#following
  }

  async #follow({ files, limits, format = null, port = 0, now = Date.now, take }: ReceptionOptions, onTold: () => void): Promise<void> {
    const { signal } = this.#stopped
    const source = createForwardSource({
      name: 'forward',
      host: '127.0.0.1',
      port,
      format,
      files: { ...NO_FILES, ...files },
      now,
      retryMs: [20],
      filesMs: 50,
      ...(limits === undefined ? {} : { limits }),
    })
    const batches = source.batches(signal, (state, message, facts = this.facts) => {
      this.state = state
      this.message = message
      this.facts = facts
      const [, listening] = /:(\d+) \(/.exec(this.fact('listens on') ?? '') ?? []
      if (listening !== undefined) this.port = Number(listening)
      onTold()
    })
    for await (const batch of batches) {
      await take?.(batch)
      this.batches++
      for (const flow of batch.flows) this.flows.push(flow)
      addTo(this.ignored, batch.ignored)
      addTo(this.rejected, batch.rejected)
      await setImmediate()
    }
  }
}

function addTo(sums: Map<string, number>, counts: ReadonlyMap<string, number>): void {
  for (const [reason, count] of counts) sums.set(reason, (sums.get(reason) ?? 0) + count)
}
