import type { FindingsPulse, FlowPulse, GraphDelta, GraphSnapshot, SourcesSummary } from '@/lib/api/stream'
import { askRefusal } from './ask-refusal'
import { GraphStore } from './graph-store'

export type LiveStatus = {
  /**
   * `connecting` before the first event, `live` while events arrive, `stale` when they stopped and the page shows what it
   * had, `disconnected` when there never was any.
   */
  readonly connection: 'connecting' | 'live' | 'stale' | 'disconnected'
  /** Moment of the last event, milliseconds since the epoch; null before the first. */
  readonly lastEventAt: number | null
  readonly paused: boolean
  /** Flows that came in while paused. */
  readonly newWhilePaused: number
  readonly pulse: FlowPulse | null
  readonly summary: SourcesSummary | null
  /** How many findings there are; of when the page was paused, while it is. */
  readonly findings: FindingsPulse | null
  /** The server's last word on what is wrong with this view; null when nothing is. */
  readonly problem: string | null
  /** Why the server gives no stream of this view; null while it does, and when it does not answer. */
  readonly refusal: string | null
}

const BEFORE_FIRST_EVENT: LiveStatus = {
  connection: 'connecting',
  lastEventAt: null,
  paused: false,
  newWhilePaused: 0,
  pulse: null,
  summary: null,
  findings: null,
  problem: null,
  refusal: null,
}

/** The server pulses once a second; this long without an event means that the line is dead, whatever the socket says. */
const SILENCE_MS = 20_000
const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 30_000

/**
 * The one event stream of this browser tab: follows a view, keeps its graph in the store and says how fresh it is.
 *
 * Reconnects by itself: the browser retries a cut line, and what the browser gives up on (an error status, silence, a gap in
 * the sequence) is opened anew with growing, jittered delays.
 */
export class GraphClient {
  readonly store = new GraphStore()
  readonly #open: (url: string) => EventSource
  readonly #random: () => number
  readonly #askRefusal: (url: string) => Promise<string | null>
  readonly #listeners = new Set<() => void>()
  #status = BEFORE_FIRST_EVENT
  #url: string | null = null
  #source: EventSource | null = null
  #failures = 0
  #retryTimer: ReturnType<typeof setTimeout> | undefined
  #silenceTimer: ReturnType<typeof setTimeout> | undefined

  constructor(
    open: (url: string) => EventSource = (url) => new EventSource(url),
    random: () => number = Math.random,
    ask: (url: string) => Promise<string | null> = askRefusal,
  ) {
    this.#open = open
    this.#random = random
    this.#askRefusal = ask
  }

  readonly getStatus = (): LiveStatus => this.#status

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Follows another view. The graph shown stays until the new one's snapshot arrives. */
  follow(url: string): void {
    if (url === this.#url) return
    this.#url = url
    this.#failures = 0
    this.#set({ problem: null, refusal: null })
    this.#connect()
  }

  stop(): void {
    this.#url = null
    this.#disconnect()
  }

  /** Freezes what is shown. */
  pause(): void {
    if (this.#status.paused) return
    this.store.hold()
    this.#set({ paused: true, newWhilePaused: 0 })
  }

  resume(): void {
    if (!this.#status.paused) return
    this.store.release()
    this.#set({ paused: false, newWhilePaused: 0 })
  }

  /** Tries again at once, for people who do not want to wait. */
  retryNow(): void {
    this.#failures = 0
    if (this.#url !== null) this.#connect()
  }

  #connect(): void {
    this.#disconnect()
    if (this.#url === null) return
    const source = this.#open(this.#url)
    this.#source = source
    const on = <Data>(type: string, handle: (data: Data) => void) =>
      source.addEventListener(type, (event) => {
        if (source !== this.#source) return
        const data = JSON.parse((event as MessageEvent<string>).data) as Data
        this.#heard()
        handle(data)
      })
    on<GraphSnapshot>('snapshot', (snapshot) => this.store.applySnapshot(snapshot))
    on<GraphDelta>('delta', (delta) => {
      if (this.store.applyDelta(delta) === 'gap') this.#connect()
    })
    on<FlowPulse>('flows', (pulse) => {
      const more = this.#status.paused ? pulse.new : 0
      this.#set({ pulse, newWhilePaused: this.#status.newWhilePaused + more })
    })
    on<SourcesSummary>('sources', (summary) => this.#set({ summary }))
    on<FindingsPulse>('findings', (findings) => {
      const { paused, findings: shown } = this.#status
      if (!paused && (shown === null || shown.revision !== findings.revision)) this.#set({ findings })
    })
    on<{ message: string }>('problem', ({ message }) => this.#set({ problem: message }))
    on<{ reason: string }>('resync', () => undefined)
    source.addEventListener('error', () => {
      if (source !== this.#source) return
      this.#lost()
      if (source.readyState !== EventSource.CLOSED) return
      this.#retryLater()
      void this.#learnRefusal()
    })
    this.#watchSilence()
  }

  #disconnect(): void {
    clearTimeout(this.#retryTimer)
    clearTimeout(this.#silenceTimer)
    this.#source?.close()
    this.#source = null
  }

  #heard(): void {
    this.#failures = 0
    this.#watchSilence()
    this.#set({ connection: 'live', lastEventAt: Date.now(), refusal: null })
  }

  #lost(): void {
    this.#set({ connection: this.#status.lastEventAt === null ? 'disconnected' : 'stale' })
  }

  async #learnRefusal(): Promise<void> {
    const url = this.#url
    if (url === null) return
    const refusal = await this.#askRefusal(url)
    if (url === this.#url && this.#status.connection !== 'live') this.#set({ refusal })
  }

  #watchSilence(): void {
    clearTimeout(this.#silenceTimer)
    this.#silenceTimer = setTimeout(() => {
      this.#lost()
      this.#connect()
    }, SILENCE_MS)
  }

  #retryLater(): void {
    clearTimeout(this.#silenceTimer)
    const longest = Math.min(FIRST_RETRY_MS * 2 ** this.#failures++, LONGEST_RETRY_MS)
    this.#retryTimer = setTimeout(() => this.#connect(), longest * (0.5 + this.#random() / 2))
  }

  #set(part: Partial<LiveStatus>): void {
    this.#status = { ...this.#status, ...part }
    for (const listener of this.#listeners) listener()
  }
}
