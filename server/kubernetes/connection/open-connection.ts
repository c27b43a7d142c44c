import { setMaxListeners } from 'node:events'
import type { ApiConnection, ApiRequest, ApiResponse } from './api-connection'
import { ApiConnectionError } from './api-connection-error'
import type { ConnectionSettings } from './connection-settings'
import { CredentialKeeper } from './credential-keeper'
import { RenewedConnection, type RetirableConnection } from './renewed-connection'
import { NotSentError } from './transport'
import { TransportPool } from './transport-pool'
import type { Watchdog } from './watchdog'

export type ConnectionOptions = {
  /** For the proxies that it names. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** True where only the owner of the kubeconfig can reach us: then the programs that it names are run. */
  readonly allowsPlugins: boolean
  readonly userAgent: string
  readonly now: () => number
  readonly watchdog: Watchdog
  readonly connectTimeoutMs: number
  readonly pluginTimeoutMs: number
  /** The settings as they are now, asked for when the server cannot be reached or refuses us; null when they cannot be had. */
  readonly reload: () => ConnectionSettings | null
}

export const DEFAULT_OPTIONS: ConnectionOptions = {
  environment: process.env,
  allowsPlugins: false,
  userAgent: 'sluice',
  now: Date.now,
  watchdog: { everyMs: 5_000, patienceMs: 10_000 },
  connectTimeoutMs: 10_000,
  pluginTimeoutMs: 30_000,
  reload: () => null,
}

const REQUEST_TIMEOUT_MS = 30_000
/** How often a request that the server has not seen is sent again. */
const MAX_ATTEMPTS = 4

/** Prepares a connection to an API server; it is made when the first request asks for it, and again whenever it was lost. */
export function openConnection(settings: ConnectionSettings, options: Partial<ConnectionOptions> = {}): ApiConnection {
  const all = { ...DEFAULT_OPTIONS, ...options }
  return new RenewedConnection(settings, (current) => new SharedConnection(current, all), all.reload)
}

class SharedConnection implements RetirableConnection {
  readonly #settings: ConnectionSettings
  readonly #options: ConnectionOptions
  readonly #keeper: CredentialKeeper
  readonly #pool: TransportPool
  readonly #authority: string
  readonly #prefix: string
  readonly #closed = new AbortController()

  constructor(settings: ConnectionSettings, options: ConnectionOptions) {
    // Every running request listens, and there are as many as watches.
    setMaxListeners(0, this.#closed.signal)
    this.#settings = settings
    this.#options = options
    this.#keeper = new CredentialKeeper(settings, options)
    this.#pool = new TransportPool(settings, options, this.#keeper)
    const { host, pathname } = new URL(settings.server)
    this.#authority = host
    this.#prefix = pathname.replace(/\/$/, '')
  }

  async request(request: ApiRequest): Promise<ApiResponse> {
    const { timeoutMs = REQUEST_TIMEOUT_MS, silenceMs, path } = request
    const limit = new AbortController()
    const giveUp = () => limit.abort(new ApiConnectionError('aborted', 'the request was given up'))
    if (request.signal?.aborted === true || this.#closed.signal.aborted) giveUp()
    for (const signal of [request.signal, this.#closed.signal]) signal?.addEventListener('abort', giveUp, { once: true })
    const release = () => {
      for (const signal of [request.signal, this.#closed.signal]) signal?.removeEventListener('abort', giveUp)
    }
    const [plain] = path.split('?', 1)
    const tooLate = (what: string) => limit.abort(new ApiConnectionError('timeout', `${this.#settings.server} ${what}`))
    const timer = setTimeout(() => tooLate(`did not answer ${plain} within ${timeoutMs / 1_000} s`), timeoutMs)
    try {
      const answer = await orAborted(this.#send(request, limit.signal), limit.signal)
      const fallSilent = () => tooLate(`began to answer ${plain} and did not go on`)
      const body = silenceMs === undefined ? answer.body : interrupted(answer.body, silenceMs, fallSilent)
      return { ...answer, body: releasing(body, release) }
    } catch (error) {
      release()
      throw error
    } finally {
      clearTimeout(timer)
    }
  }

  close(): void {
    this.#closed.abort()
    this.#pool.close(new ApiConnectionError('aborted', 'the connection was closed'))
  }

  retire(): void {
    this.#pool.retire()
  }

  async #send(request: ApiRequest, signal: AbortSignal): Promise<ApiResponse> {
    let hasRenewed = false
    for (let attempt = 1; ; attempt++) {
      const authorization = await this.#keeper.authorization()
      try {
        const answer = await this.#pool.send({
          authority: this.#authority,
          method: request.method ?? 'GET',
          path: this.#prefix + request.path,
          headers: this.#headers(request, authorization),
          body: request.body ?? null,
          signal,
        })
        if (answer.status !== 401 || hasRenewed) return answer
        // What cannot be had again leaves the refusal as the answer.
        if (!(await this.#keeper.refused(authorization).catch(() => false))) return answer
        hasRenewed = true
        await discard(answer)
      } catch (error) {
        if (!(error instanceof NotSentError)) throw error
        if (attempt >= MAX_ATTEMPTS) {
          throw new ApiConnectionError('lost', `${this.#settings.server} takes no request`, { cause: error })
        }
      }
    }
  }

  #headers(request: ApiRequest, authorization: string | null): Record<string, string | readonly string[]> {
    return {
      accept: request.accept ?? 'application/json',
      'user-agent': this.#options.userAgent,
      ...(authorization === null ? {} : { authorization }),
      ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...Object.fromEntries(this.#settings.impersonation),
    }
  }
}

/** Rejects with the signal's reason as soon as it aborts; what was waited for goes on for others. */
function orAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

/** Calls back when nothing came for so long, which is to end the body. */
async function* interrupted(
  body: AsyncIterable<Uint8Array>,
  silenceMs: number,
  onSilence: () => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  const timer = setTimeout(onSilence, silenceMs)
  try {
    for await (const chunk of body) {
      timer.refresh()
      yield chunk
    }
  } finally {
    clearTimeout(timer)
  }
}

async function* releasing(body: AsyncIterable<Uint8Array>, release: () => void): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* body
  } finally {
    release()
  }
}

async function discard({ body }: ApiResponse): Promise<void> {
  for await (const _ of body) break
}
