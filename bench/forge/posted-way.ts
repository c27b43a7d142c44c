import { takePostedFlows } from '@/server/posted-flows'
import type { Runtime } from '@/server/running'
import type { ForgedRecord } from './record'
import type { Way } from './way'

/** Lines that a log shipper posts, and keeps while the server does not take them. */
export class PostedWay implements Way {
  readonly #running: Runtime
  #kept: ForgedRecord[] = []
  #isAway = false
  #posted = 0

  constructor(running: Runtime) {
    this.#running = running
  }

  async send(records: readonly ForgedRecord[]): Promise<void> {
    this.#kept.push(...records)
    if (this.#isAway || this.#kept.length === 0) return
    const lines = this.#kept.map(({ text }) => text)
    this.#kept = []
    await this.#post(lines)
  }

  async lose(count: number): Promise<void> {
    const event = { num_events_lost: String(count), source: 'OBSERVER_EVENTS_QUEUE' }
    const time = new Date(this.#running.clock.now()).toISOString()
    await this.#post([JSON.stringify({ lost_events: event, node_name: 'forge/node-1', time })])
  }

  expected(): number {
    return this.#posted
  }

  leave(): void {
    this.#isAway = true
  }

  async comeBack(): Promise<void> {
    this.#isAway = false
    await this.send([])
  }

  stop(): void {
    this.#kept = []
  }

  async #post(lines: readonly string[]): Promise<void> {
    this.#posted += lines.length
    const request = new Request('http://127.0.0.1/api/v1/flows', { method: 'POST', body: lines.join('\n') })
    const answer = await takePostedFlows(request, null, this.#running)
    if (answer.status !== 200) throw new Error(`the server answered ${answer.status}: ${await answer.text()}`)
  }
}
