import { Backoff } from '@/lib/model/backoff'
import type { WatchState } from '@/lib/model/watched-kind'
import type { ApiConnection } from '../connection/api-connection'
import { type Failure, failureWords } from './failure'
import { type Random, type ReflectorClock, wait } from './reflector-clock'
import { discoverResources, type ServedResource } from './served-resources'
import type { ServerGate } from './server-gate'
import { resourceKey, WANTED_GROUPS, WANTED_KINDS, type WantedKind } from './wanted-kinds'

export type ResourceDiscoveryOptions = {
  readonly connection: ApiConnection
  readonly clock: ReflectorClock
  readonly random: Random
  readonly gate: ServerGate
  readonly signal: AbortSignal
  /** The server was asked what it serves; `served` is what it said. */
  readonly onServed: () => void
  /** Why it is not known what the server serves changed. */
  readonly onUpdate: () => void
  /** It will not be known soon. */
  readonly onHopeless: () => void
  /** Whether definitions of custom kinds that come are noticed. */
  readonly noticesDefinitions: () => boolean
}

/** How often the server is asked what it serves: a group served by another server comes without a sign. */
const DISCOVERY_MS = 600_000
/** As often where definitions of custom kinds may not be watched, and while a server behind it does not answer. */
const BLIND_DISCOVERY_MS = 60_000

/** Keeps what a server serves, and why that is not known where it is not. */
export class ResourceDiscovery {
  readonly #options: ResourceDiscoveryOptions
  #served: ReadonlyMap<string, ServedResource> | null = null
  /** Who may not ask what there is may still read what is everywhere. */
  #isGuessed = false
  #silent: ReadonlySet<string> = new Set()
  #failure: Failure | null = null
  #wake: (() => void) | null = null

  constructor(options: ResourceDiscoveryOptions) {
    this.#options = options
  }

  /** By `GROUP/RESOURCE`; null while nothing is known. */
  get served(): ReadonlyMap<string, ServedResource> | null {
    return this.#served
  }

  /** The state of a kind that is not watched. That it is not served is said only when the server has said so. */
  stateOf(wanted: WantedKind): WatchState {
    const { group } = wanted
    if (this.#served === null || (this.#isGuessed && wanted.usualVersion === null)) {
      const failure = this.#failure
      return failure === null ? { kind: 'syncing', read: 0, total: null } : { kind: 'stale', since: null, reason: failureWords(failure) }
    }
    const isUnsure = this.#silent.has(group) && !this.#isServedUnderAnotherName(group)
    return isUnsure ? { kind: 'stale', since: null, reason: `the server behind ${group} does not answer` } : { kind: 'absent' }
  }

  /** Asks again at once. */
  again(): void {
    this.#wake?.()
  }

  /** Asks what the server serves, and again whenever that may have changed. */
  async run(): Promise<void> {
    const { connection, clock, random, gate, signal, onServed, onUpdate, onHopeless, noticesDefinitions } = this.#options
    const backoff = new Backoff(random)
    while (!signal.aborted) {
      const discovery = await discoverResources(connection, WANTED_GROUPS, signal)
      if (signal.aborted) return
      if (discovery.kind === 'known') {
        this.#failure = null
        this.#know(discovery.served, discovery.silent)
        onServed()
        await this.#pause(noticesDefinitions() && discovery.silent.size === 0 ? DISCOVERY_MS : BLIND_DISCOVERY_MS)
        continue
      }
      const { failure } = discovery
      this.#failure = failure
      if (failure.kind === 'status' && failure.status.code === 403 && this.#served === null) {
        this.#served = usualResources()
        this.#isGuessed = true
        onServed()
      }
      onUpdate()
      // Neither mends itself soon, and whoever waits should see why there is nothing.
      if (failure.kind === 'connection' || (failure.kind === 'status' && failure.status.code === 401)) onHopeless()
      const hadToWait = failure.kind === 'connection' && (await gate.pass((message) => this.#failed(message)))
      await wait(clock, hadToWait ? backoff.spread() : backoff.next(0), signal)
    }
  }

  /** What a silent group served before it may serve still. */
  #know(served: ReadonlyMap<string, ServedResource>, silent: ReadonlySet<string>): void {
    const kept = [...(this.#served ?? [])].filter(([key, { group }]) => silent.has(group) && !served.has(key))
    this.#served = new Map([...served, ...kept])
    this.#silent = silent
    this.#isGuessed = false
  }

  #failed(message: string): void {
    this.#failure = { kind: 'connection', message }
    this.#options.onUpdate()
  }

  #isServedUnderAnotherName(group: string): boolean {
    return WANTED_KINDS.some((other) => other.unless?.startsWith(`${group}/`) === true && this.#served?.has(resourceKey(other)) === true)
  }

  async #pause(ms: number): Promise<void> {
    const { clock, signal } = this.#options
    const waking = new AbortController()
    const wake = () => waking.abort()
    this.#wake = wake
    signal.addEventListener('abort', wake, { once: true })
    await wait(clock, ms, waking.signal)
    signal.removeEventListener('abort', wake)
  }
}

/** What is served everywhere. */
function usualResources(): ReadonlyMap<string, ServedResource> {
  return new Map(
    WANTED_KINDS.flatMap(({ group, resource, kind, usualVersion, isNamespaced }) =>
      usualVersion === null
        ? []
        : [[resourceKey({ group, resource }), { group, version: usualVersion, resource, kind, isNamespaced }] as const],
    ),
  )
}
