import type { ObservedFlow } from '@/lib/flows/flow'
import type { SourceFact } from '@/lib/flows/source-about'
import type { SourceState } from '../../flow-source'
import { createPrometheusSource } from '../prometheus-source'
import { SETTLE_MS } from './real-prometheus'

const NO_ACCESS = { ca: null, cert: null, key: null, tokenFile: null, serverName: null }

/** A source on a real server, polled when the test says so. */
export class Polled {
  readonly flows: ObservedFlow[] = []
  readonly states: [SourceState, string | null][] = []
  facts: readonly SourceFact[] = []
  private readonly stopping = new AbortController()
  private next: (() => void) | null = null
  private asleep: (() => void) | null = null
  private readonly running: Promise<void>

  constructor(url: string, matchers: readonly { readonly name: string; readonly value: string }[] = []) {
    const source = createPrometheusSource({
      url,
      access: NO_ACCESS,
      tenant: null,
      matchers,
      now: () => Date.now(),
      timing: { stepMs: 100, settleMs: SETTLE_MS, discoverMs: 0, queriesPerMinute: 10_000 },
      sleep: (_ms, signal) => this.sleep(signal),
    })
    this.running = this.follow(source.batches(this.stopping.signal, (state, message, facts) => this.told(state, message, facts)))
  }

  /** Waits until one more round is over. */
  async round(): Promise<void> {
    const asleep = new Promise<void>((resolve) => {
      this.asleep = resolve
    })
    this.next?.()
    await asleep
  }

  take(): readonly ObservedFlow[] {
    return this.flows.splice(0)
  }

  async stop(): Promise<void> {
    this.stopping.abort()
    this.next?.()
    await this.running
  }

  private told(state: SourceState, message: string | null, facts: readonly SourceFact[] | undefined): void {
    this.states.push([state, message])
    if (facts !== undefined) this.facts = facts
  }

  private sleep(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.next = resolve
      signal.addEventListener('abort', () => resolve())
      this.asleep?.()
    })
  }

  private async follow(batches: AsyncIterable<{ readonly flows: readonly ObservedFlow[] }>): Promise<void> {
    for await (const { flows } of batches) this.flows.push(...flows)
  }
}

/** An edge in a line: `web > cart 7 forwarded`. */
export function edgeText({ source, destination, count, phase, verdict, bytes }: ObservedFlow): string {
  const end = ({ pod, workload, service, ip, names, entity }: ObservedFlow['source']) =>
    pod ?? workload?.name ?? service?.name ?? ip ?? names[0] ?? entity
  return `${end(source)} > ${end(destination)} ${phase === 'start' ? count : 'in use'} ${verdict}${bytes === null ? '' : ` ${bytes} B`}`
}
