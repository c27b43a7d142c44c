import type { LeaseClient } from './lease-client'
import { type LeaseClaim, type LeaseRecord, microTime } from './lease-record'

/** As client-go has it: others wait this long for the holder, who gives up earlier, and all try every two seconds. */
export const LEASE_MS = 15_000
export const RENEW_DEADLINE_MS = 10_000
export const RETRY_MS = 2_000

export type ElectionState =
  | { readonly kind: 'holds' }
  | { readonly kind: 'waits'; readonly holder: string }
  | { readonly kind: 'failed'; readonly message: string }

export type ElectionOptions = {
  readonly lease: LeaseClient
  /** Unlike that of any other process, also of the next run of this one. */
  readonly identity: string
  /** Milliseconds that pass evenly, whatever is done to the clock of the machine. */
  readonly ticks: () => number
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/**
 * One process that wants to hold a Lease, by the rules of client-go. Clocks of machines may differ by any amount: who
 * waits counts from when it saw the Lease change, on its own clock, and the holder counts from before it asked. So the holder
 * has given up before anybody else takes over.
 */
export class LeaseElection {
  readonly #options: ElectionOptions
  /** The Lease as it was last seen, and when it was first seen so. */
  #seen: { readonly lease: LeaseRecord; readonly at: number } | null = null
  /** Start of the last request that made the claim ours or renewed it. */
  #renewedAt: number | null = null
  #acquireTime = ''
  #state: ElectionState = { kind: 'failed', message: 'the Lease was not asked for yet' }
  #running: Promise<void> | null = null

  constructor(options: ElectionOptions) {
    this.#options = options
  }

  /** What is known of the claim; `holds` only while nobody else can. */
  get state(): ElectionState {
    if (this.#state.kind !== 'holds' || this.isHeld) return this.#state
    return { kind: 'failed', message: 'the Lease could not be renewed in time' }
  }

  get isHeld(): boolean {
    return this.#renewedAt !== null && this.#options.ticks() - this.#renewedAt < RENEW_DEADLINE_MS
  }

  /** Takes or renews the claim where that is possible; called every `RETRY_MS`. Calls while one runs share it. */
  tick(): Promise<void> {
    this.#running ??= this.#try().finally(() => {
      this.#running = null
    })
    return this.#running
  }

  /** Gives the claim back, so that others need not wait until it runs out. */
  async release(): Promise<void> {
    await this.#running
    if (!this.isHeld || this.#seen === null) return
    this.#renewedAt = null
    const time = microTime(this.#options.now())
    const { transitions } = this.#seen.lease
    await this.#options.lease.replace(this.#seen.lease, { holder: '', durationSeconds: 1, acquireTime: time, renewTime: time, transitions })
  }

  async #try(): Promise<void> {
    const { lease, ticks } = this.#options
    if (!this.isHeld) this.#renewedAt = null
    const askedAt = ticks()
    const found = await lease.read()
    if (found.kind === 'absent') this.#took(askedAt, await lease.create(this.#claim(0)))
    else if (found.kind === 'lease') await this.#takeOver(found.lease)
    else this.#fail(found)
  }

  /** Renews a Lease that is ours, and takes one that is nobody's any more. */
  async #takeOver(found: LeaseRecord): Promise<void> {
    const { lease, ticks, identity } = this.#options
    this.#see(found)
    const { holder, transitions } = found
    const isOurs = holder === identity
    if (!isOurs && holder !== null && !this.#hasRunOut()) {
      this.#renewedAt = null
      this.#state = { kind: 'waits', holder }
      return
    }
    const askedAt = ticks()
    const claim = this.#claim(isOurs ? transitions : transitions + 1, isOurs)
    this.#took(askedAt, await lease.replace(found, claim))
  }

  /** A Lease that changed is as new as this moment, whatever its times say. */
  #see(lease: LeaseRecord): void {
    if (this.#seen?.lease.resourceVersion === lease.resourceVersion) return
    this.#seen = { lease, at: this.#options.ticks() }
  }

  #hasRunOut(): boolean {
    const { lease, at } = this.#seen ?? { lease: null, at: 0 }
    return lease !== null && this.#options.ticks() - at >= Math.max(lease.durationMs, LEASE_MS)
  }

  #claim(transitions: number, isOurs = false): LeaseClaim {
    const renewTime = microTime(this.#options.now())
    if (!isOurs || this.#acquireTime === '') this.#acquireTime = renewTime
    return { holder: this.#options.identity, durationSeconds: LEASE_MS / 1_000, acquireTime: this.#acquireTime, renewTime, transitions }
  }

  #took(askedAt: number, answer: Awaited<ReturnType<LeaseClient['read']>>): void {
    if (answer.kind !== 'lease') {
      this.#fail(answer)
      return
    }
    this.#see(answer.lease)
    this.#renewedAt = askedAt
    this.#state = { kind: 'holds' }
  }

  /** What is held stays held until it has to be given up: the next try may go well. */
  #fail(answer: Exclude<Awaited<ReturnType<LeaseClient['read']>>, { kind: 'lease' }>): void {
    if (this.isHeld) return
    const message = answer.kind === 'failed' ? answer.message : 'others wrote the Lease at the same time'
    this.#state = { kind: 'failed', message }
  }
}
