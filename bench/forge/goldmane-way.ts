import { setTimeout as delay } from 'node:timers/promises'
import { GoldmaneServer, type RowJson } from '@/server/flow-sources/goldmane/testing/goldmane-server'
import type { ForgedRecord } from './record'
import type { Way } from './way'

/** A Goldmane that keeps its hour: whoever connects is told all of it again. */
export class GoldmaneWay implements Way {
  readonly #server = new GoldmaneServer()
  #port = 0
  #written = 0
  #isAway = false

  async start(): Promise<number> {
    this.#port = await this.#server.start(this.#port)
    return this.#port
  }

  get isFollowed(): boolean {
    return this.#server.openStreams > 0
  }

  async send(records: readonly ForgedRecord[]): Promise<void> {
    const rows = records.map(({ text }) => JSON.parse(text) as RowJson)
    if (this.#isAway) this.#server.rows.push(...rows)
    else {
      this.#server.push(...rows)
      this.#written += rows.length
    }
  }

  async lose(): Promise<void> {
    throw new Error('Goldmane never tells what it lost')
  }

  expected(): number {
    return this.#written
  }

  leave(): void {
    this.#isAway = true
    this.#server.stop()
  }

  async comeBack(): Promise<void> {
    await this.start()
    while (!this.isFollowed) await delay(5)
    this.#isAway = false
    this.#written += this.#server.rows.length
  }

  stop(): void {
    this.#server.stop()
  }
}
