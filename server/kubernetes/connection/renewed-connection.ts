import type { ApiConnection, ApiRequest, ApiResponse } from './api-connection'
import { ApiConnectionError } from './api-connection-error'
import type { ConnectionSettings } from './connection-settings'

/** A connection that can be left to end by itself. */
export type RetirableConnection = ApiConnection & {
  /** Lets what runs finish, and keeps no session for what comes. */
  retire(): void
}

/**
 * A connection whose settings are looked up again when the server cannot be reached or refuses us: somebody may have logged
 * in again, or made the cluster anew under the same name.
 */
export class RenewedConnection implements ApiConnection {
  readonly #open: (settings: ConnectionSettings) => RetirableConnection
  readonly #reload: () => ConnectionSettings | null
  #settings: string
  #current: RetirableConnection
  #retired: readonly RetirableConnection[] = []
  #isClosed = false

  /** @param reload the settings as they are now; null while they cannot be read. */
  constructor(
    settings: ConnectionSettings,
    open: (settings: ConnectionSettings) => RetirableConnection,
    reload: () => ConnectionSettings | null,
  ) {
    this.#open = open
    this.#reload = reload
    this.#settings = textOf(settings)
    this.#current = open(settings)
  }

  async request(request: ApiRequest): Promise<ApiResponse> {
    const connection = this.#current
    const answer = await connection.request(request).catch((error: unknown) => {
      if (error instanceof ApiConnectionError && OUTDATED.has(error.fault) && this.#renew(connection)) return null
      throw error
    })
    if (answer !== null && (answer.status !== 401 || !this.#renew(connection))) return answer
    // Leaving the body lets go of the first answer.
    if (answer !== null) for await (const _ of answer.body) break
    return this.#current.request(request)
  }

  close(): void {
    this.#isClosed = true
    for (const connection of [this.#current, ...this.#retired]) connection.close()
  }

  /** True when there is another connection now than the one that failed. */
  #renew(failed: RetirableConnection): boolean {
    if (this.#isClosed) return false
    if (this.#current !== failed) return true
    const settings = this.#reload()
    if (settings === null || textOf(settings) === this.#settings) return false
    this.#settings = textOf(settings)
    this.#retired = [...this.#retired, this.#current]
    this.#current.retire()
    this.#current = this.#open(settings)
    return true
  }
}

const OUTDATED: ReadonlySet<string> = new Set(['unreachable', 'tls', 'timeout', 'credentials'])

/** Equal for equal settings. */
function textOf(settings: ConnectionSettings): string {
  return JSON.stringify(settings, (_key, value: unknown) => (value instanceof Map ? [...value] : value))
}
