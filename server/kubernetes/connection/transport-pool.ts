import type { ApiResponse } from './api-connection'
import { ApiConnectionError } from './api-connection-error'
import type { ConnectionSettings } from './connection-settings'
import type { CredentialKeeper } from './credential-keeper'
import { bareHost, findProxy } from './find-proxy'
import { Http1Transport } from './http1-transport'
import { Http2Transport } from './http2-transport'
import { type OpenedSocket, openSocket } from './open-socket'
import { readTlsMaterial, type TlsMaterial } from './tls-material'
import { NotSentError, type Transport, type WireRequest } from './transport'
import type { Watchdog } from './watchdog'

export type PoolOptions = {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly watchdog: Watchdog
  readonly connectTimeoutMs: number
  readonly now: () => number
}

/** How often certificates and authorities are looked at, so that a new one is used before the old one ends. */
const LOOK_AGAIN_MS = 10_000
/** New transports that one request waits for: others may fill them first. */
const MAX_OPENED = 20

type Member = { readonly transport: Transport; readonly fingerprint: string }

/** The transports to one server: one, and further ones when a server lets few requests run on each. */
export class TransportPool {
  readonly #settings: ConnectionSettings
  readonly #options: PoolOptions
  readonly #keeper: CredentialKeeper
  readonly #server: URL
  readonly #proxy: string | null
  #members: readonly Member[] = []
  #opening: Promise<void> | null = null
  #lookedAt = Number.NEGATIVE_INFINITY
  #isClosed = false

  constructor(settings: ConnectionSettings, options: PoolOptions, keeper: CredentialKeeper) {
    this.#settings = settings
    this.#options = options
    this.#keeper = keeper
    this.#server = new URL(settings.server)
    this.#proxy = settings.proxy ?? findProxy(this.#server, options.environment)
  }

  /**
   * Sends a request over a transport that has room. Requests that come together wait for the same new one. Throws
   * `ApiConnectionError`, or `NotSentError` when asking again may help.
   */
  async send(request: WireRequest): Promise<ApiResponse> {
    await this.#retireOutdated()
    for (let opened = 0; opened < MAX_OPENED; opened++) {
      if (this.#isClosed) throw new ApiConnectionError('aborted', 'the connection was closed')
      if (request.signal.aborted) throw request.signal.reason
      this.#members = this.#members.filter(({ transport }) => !transport.hasEnded)
      const free = this.#members.find(({ transport }) => transport.isOpen && transport.hasRoom)
      // Chosen and taken in one step, so that the next request counts this one.
      if (free !== undefined) return free.transport.request(request)
      this.#opening ??= this.#open().finally(() => {
        this.#opening = null
      })
      await this.#opening
    }
    throw new NotSentError()
  }

  retire(): void {
    for (const { transport } of this.#members) if (transport.isOpen) transport.retire()
  }

  close(fault: Error): void {
    this.#isClosed = true
    for (const { transport } of this.#members) transport.destroy(fault)
    this.#members = []
  }

  /** After a certificate changed, what runs may finish and what comes goes over a new connection. */
  async #retireOutdated(): Promise<void> {
    if (this.#members.length === 0 || this.#options.now() - this.#lookedAt < LOOK_AGAIN_MS) return
    this.#lookedAt = this.#options.now()
    // While files are being exchanged they may be unreadable; the connection there is still holds.
    const material = await this.#material().catch(() => null)
    if (material === null) return
    for (const { transport, fingerprint } of this.#members) if (fingerprint !== material.fingerprint && transport.isOpen) transport.retire()
  }

  async #material(): Promise<TlsMaterial | null> {
    return this.#server.protocol === 'https:'
      ? readTlsMaterial(this.#settings, await this.#keeper.certificate(), this.#options.environment)
      : null
  }

  async #open(): Promise<void> {
    const tls = await this.#material()
    this.#lookedAt = this.#options.now()
    const opened = await this.#openSocket(tls)
    const transport = await this.#speak(opened)
    if (this.#isClosed) transport.destroy(new ApiConnectionError('aborted', 'the connection was closed'))
    else this.#members = [...this.#members, { transport, fingerprint: tls?.fingerprint ?? '' }]
  }

  async #openSocket(tls: TlsMaterial | null): Promise<OpenedSocket> {
    return openSocket({
      server: this.#server,
      label: this.#settings.server,
      serverName: this.#settings.serverName ?? bareHost(this.#server.hostname),
      proxy: this.#proxy === null ? null : proxyUrl(this.#proxy, this.#server),
      tls,
      timeoutMs: this.#options.connectTimeoutMs,
      environment: this.#options.environment,
    })
  }

  async #speak(first: OpenedSocket): Promise<Transport> {
    const { server: label } = this.#settings
    if (first.protocol === 'h2') {
      const { watchdog, connectTimeoutMs: timeoutMs } = this.#options
      return Http2Transport.start(first, this.#server, { label, watchdog, timeoutMs })
    }
    const further = async () => {
      const opened = await this.#openSocket(await this.#material())
      if (opened.protocol === 'http/1.1') return opened
      opened.socket.destroy()
      throw new NotSentError('the server speaks HTTP/2 now')
    }
    return new Http1Transport(first, further, label)
  }
}

/** Those of the settings were looked at when they were read. Not shown: it may hold a password. */
function proxyUrl(proxy: string, server: URL): URL {
  const url = URL.canParse(proxy) ? new URL(proxy) : null
  if (url !== null && ['http:', 'https:', 'socks5:', 'socks5h:'].includes(url.protocol)) return url
  const variable = server.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY'
  throw new ApiConnectionError('unreachable', `the proxy of ${variable} is no URL that begins with http, https or socks5`)
}
