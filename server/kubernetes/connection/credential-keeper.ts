import { readFile } from 'node:fs/promises'
import { ApiConnectionError } from './api-connection-error'
import { type ConnectionSettings, type CredentialPlugin, pluginCommand } from './connection-settings'
import { type IssuedCredentials, runPlugin } from './run-plugin'
import type { ClientCertificate } from './tls-material'

/** Credentials end this much earlier for us, so that a request does not arrive with those that have just expired. */
const LEEWAY_MS = 10_000
/** How long a plugin that failed is not run again. */
const PAUSE_AFTER_FAILURE_MS = 5_000

export type KeeperOptions = {
  readonly now: () => number
  /** Programs named by a kubeconfig are run only where its owner runs us. */
  readonly allowsPlugins: boolean
  readonly pluginTimeoutMs: number
}

/** Proves to the API server who we are: keeps credentials fresh for as long as a connection lives. */
export class CredentialKeeper {
  readonly #settings: ConnectionSettings
  readonly #options: KeeperOptions
  readonly #plugin: CredentialPlugin | null
  #lastToken: string | null = null
  #issued: IssuedCredentials | null = null
  #running: Promise<IssuedCredentials> | null = null
  #failure: { readonly at: number; readonly error: unknown } | null = null

  constructor(settings: ConnectionSettings, options: KeeperOptions) {
    this.#settings = settings
    this.#options = options
    this.#plugin = settings.credentials.kind === 'plugin' ? settings.credentials.plugin : null
  }

  /** Value of the Authorization header; null when there is none. Throws `ApiConnectionError` when it cannot be had. */
  async authorization(): Promise<string | null> {
    const { credentials } = this.#settings
    switch (credentials.kind) {
      case 'none':
        return null
      case 'basic':
        return `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`
      case 'token':
        return bearer(credentials.token)
      case 'token-file':
        return bearer(await this.#readToken(credentials.path, credentials.fallback))
      case 'plugin': {
        const { token } = await this.#issue(credentials.plugin)
        return token === null ? null : bearer(token)
      }
    }
  }

  /** Certificate that a plugin issues; null when none does. */
  async certificate(): Promise<ClientCertificate | null> {
    return this.#plugin === null ? null : (await this.#issue(this.#plugin)).certificate
  }

  /**
   * Takes note that the server refused an Authorization header.
   *
   * @returns true when it is worth asking again with new credentials.
   */
  async refused(authorization: string | null): Promise<boolean> {
    if (this.#plugin === null) return (await this.authorization()) !== authorization
    const current = this.#issued
    if (current !== null && (current.token === null ? null : `Bearer ${current.token}`) === authorization) this.#issued = null
    return true
  }

  async #readToken(path: string, fallback: string | null): Promise<string> {
    try {
      const token = (await readFile(path, 'utf8')).trim()
      if (token !== '') this.#lastToken = token
    } catch (cause) {
      // While a token is being exchanged the last one still holds.
      if (this.#lastToken === null && fallback === null) {
        throw new ApiConnectionError('credentials', `the token file ${path} cannot be read`, { cause })
      }
    }
    const token = this.#lastToken ?? fallback
    if (token === null) throw new ApiConnectionError('credentials', `the token file ${path} is empty`)
    return token
  }

  async #issue(plugin: CredentialPlugin): Promise<IssuedCredentials> {
    const { now, allowsPlugins } = this.#options
    if (!allowsPlugins) {
      const message = `the credential plugin "${pluginCommand(plugin)}" is not run: this server can be reached by others, and plugins run only on a machine of one's own`
      throw new ApiConnectionError('credentials', message)
    }
    const issued = this.#issued
    if (issued !== null && (issued.expiresAt === null || issued.expiresAt - LEEWAY_MS > now())) return issued
    // Many requests ask at once, and each would start the program again.
    if (this.#failure !== null && now() - this.#failure.at < PAUSE_AFTER_FAILURE_MS) throw this.#failure.error
    this.#running ??= this.#run(plugin).finally(() => {
      this.#running = null
    })
    return this.#running
  }

  async #run(plugin: CredentialPlugin): Promise<IssuedCredentials> {
    const { pluginTimeoutMs, now } = this.#options
    try {
      const authorities = plugin.clusterInfo === null ? null : await this.#authorities()
      this.#issued = await runPlugin(plugin, { authorities, timeoutMs: pluginTimeoutMs })
      this.#failure = null
      return this.#issued
    } catch (error) {
      this.#failure = { at: now(), error }
      throw error
    }
  }

  async #authorities(): Promise<string | null> {
    const { trust } = this.#settings
    if (trust.kind !== 'authorities') return null
    return trust.pem.kind === 'inline' ? trust.pem.text : readFile(trust.pem.path, 'utf8').catch(() => null)
  }
}

function bearer(token: string): string {
  if (/^[\x20-\x7e]*$/.test(token)) return `Bearer ${token}`
  throw new ApiConnectionError('credentials', 'the token holds a character that no header can carry, such as a line break')
}
