import type { SourceFact } from '@/lib/flows/source-about'
import type { ForwardError } from './forward-error'

/** A fault is in the message of the source for this long, and among its facts for good. */
const RECENT_MS = 600_000

type LastFault = { readonly text: string; readonly at: number }

/** What is told of the senders of one server: how many, who last, who was sent away and why. */
export class SenderNotes {
  connected = 0
  #sinceStart = 0
  #lastSender: string | null = null
  #refused = 0
  #broken = 0
  #tooMany = 0
  #lastFault: LastFault | null = null

  connect(address: string): void {
    this.connected++
    this.#sinceStart++
    this.#lastSender = address
  }

  disconnect(): void {
    this.connected--
  }

  /** The sender said who it is, or what it runs. */
  name(text: string): void {
    this.#lastSender = text
  }

  fault(address: string, { fault, message }: Pick<ForwardError, 'fault' | 'message'>, now: number): void {
    if (fault === 'refused') this.#refused++
    else this.#broken++
    this.#lastFault = { text: `${address} ${message}`, at: now }
  }

  /** A connection beyond the limit was closed. */
  turnAway(limit: number, now: number): void {
    this.#tooMany++
    this.#lastFault = { text: `more than ${limit} senders at once; ${this.#tooMany} connections were turned away`, at: now }
  }

  get hasSenders(): boolean {
    return this.#sinceStart > 0
  }

  /** What is wrong, for as long as it is news; null when nothing is. */
  problem(now: number): string | null {
    return this.#lastFault !== null && now - this.#lastFault.at < RECENT_MS ? this.#lastFault.text : null
  }

  facts(): readonly SourceFact[] {
    const facts = [{ name: 'senders', value: `${this.connected} connected, ${this.#sinceStart} connections since the start` }]
    if (this.#lastSender !== null) facts.push({ name: 'last sender', value: this.#lastSender })
    if (this.#refused > 0) facts.push({ name: 'refused senders', value: String(this.#refused) })
    if (this.#broken > 0) facts.push({ name: 'broken connections', value: String(this.#broken) })
    if (this.#lastFault !== null) facts.push({ name: 'last fault', value: this.#lastFault.text })
    return facts
  }
}
