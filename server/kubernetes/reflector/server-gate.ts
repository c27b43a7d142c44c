import type { ApiConnection } from '../connection/api-connection'
import { ApiConnectionError } from '../connection/api-connection-error'
import { type Random, type ReflectorClock, wait } from './reflector-clock'

const PROBE_MS = 700
/** A certificate or a credential that is refused is not mended within a second, and asking may start a program. */
const MISMATCH_PROBE_MS = 10_000
const PROBE_TIMEOUT_MS = 2_000

/**
 * Where everybody waits who lost the server: one asks for all whether it is there again, about once a second, so that it
 * is found at once when it comes back and is not stormed while it is away. A server that starts says that it is not ready
 * for a while, and until then refuses what it will allow.
 */
export class ServerGate {
  readonly #connection: ApiConnection
  readonly #clock: ReflectorClock
  readonly #random: Random
  readonly #signal: AbortSignal
  readonly #waiting = new Set<(reason: string) => void>()
  readonly #onAway: () => void
  #probe: Promise<boolean> | null = null

  constructor(connection: ApiConnection, clock: ReflectorClock, random: Random, signal: AbortSignal, onAway: () => void) {
    this.#connection = connection
    this.#clock = clock
    this.#random = random
    this.#signal = signal
    this.#onAway = onAway
  }

  /** Settles when the server answers; true when it had to be waited for. `onFailure` is told why it does not, each time. */
  async pass(onFailure: (reason: string) => void): Promise<boolean> {
    this.#waiting.add(onFailure)
    this.#probe ??= this.#wait().finally(() => {
      this.#probe = null
    })
    return this.#probe.finally(() => this.#waiting.delete(onFailure))
  }

  async #wait(): Promise<boolean> {
    for (let attempt = 0; !this.#signal.aborted; attempt++) {
      const pauseMs = await this.#probeOnce()
      if (pauseMs === null) return attempt > 0
      this.#onAway()
      await wait(this.#clock, pauseMs * (0.7 + 0.6 * this.#random()), this.#signal)
    }
    return true
  }

  /** How long to wait before asking again; null when the server answers. */
  async #probeOnce(): Promise<number | null> {
    try {
      const response = await this.#connection.request({ path: '/readyz', timeoutMs: PROBE_TIMEOUT_MS, signal: this.#signal })
      for await (const _ of response.body) break
      // Who may not ask, or whose server has no such path, still learned that it answers.
      if (response.status < 500) return null
      this.#tell(`the API server answers ${response.status}: it is not ready`)
      return PROBE_MS
    } catch (error) {
      if (!this.#signal.aborted) this.#tell(error instanceof Error ? error.message : 'the API server does not answer')
      const isMismatch = error instanceof ApiConnectionError && (error.fault === 'credentials' || error.fault === 'tls')
      return isMismatch ? MISMATCH_PROBE_MS : PROBE_MS
    }
  }
  #tell(reason: string): void {
    for (const onFailure of this.#waiting) onFailure(reason)
  }
}
