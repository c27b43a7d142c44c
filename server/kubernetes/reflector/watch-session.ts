import type { ApiConnection } from '../connection/api-connection'
import type { Failure } from './failure'
import { failureOf } from './failure'
import { readRefusal } from './read-answer'
import type { Random, ReflectorClock } from './reflector-clock'
import { decodeWatchEvent, type WatchEvent, withQuery } from './watch-event'
import { WatchLines } from './watch-lines'

/** The server ends a watch after a while of its own; all of them at once would be a storm. */
const SHORTEST_SECONDS = 290
const LONGEST_SECONDS = 590
/** After its own end a watch has no business being open. */
const OVERTIME_MS = 30_000
/** A server that sends bookmarks sends one about every minute, at most a quarter later. */
const BOOKMARK_SILENCE_MS = 90_000
/** A server that does not know what `sendInitialEvents` asks for may take it for an ordinary watch and never end the list. */
const LIST_SILENCE_MS = 15_000
const CHECK_MS = 5_000

export type WatchSessionOptions = {
  readonly connection: ApiConnection
  readonly clock: ReflectorClock
  readonly random: Random
  readonly path: string
  readonly accept: string
  /** From where on to watch; null asks for everything there is first, as events. */
  readonly resourceVersion: string | null
  /** The server has sent bookmarks for this list before, so that silence means something from the first moment. */
  readonly hasBookmarks: boolean
  readonly signal: AbortSignal
  /** The server has taken the watch. */
  readonly onOpen: () => void
  /** Anything at all came. */
  readonly onBytes: () => void
  readonly onEvent: (event: WatchEvent) => void
  /** A line too long to be read; false when it is not known what it was about. */
  readonly onTooLong: (start: string) => boolean
  /** All events of what came together have been told. */
  readonly onBatchEnd: () => void
}

/** Opens one watch and tells of its events until it ends, for whatever reason. Never throws. */
export async function runWatch(options: WatchSessionOptions): Promise<Failure> {
  const { connection, clock, random, path, accept, resourceVersion, hasBookmarks, signal, onOpen } = options
  const seconds = Math.floor(SHORTEST_SECONDS + random() * (LONGEST_SECONDS - SHORTEST_SECONDS))
  const from =
    resourceVersion === null
      ? { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan', resourceVersion: '' }
      : { resourceVersion }
  const query = { watch: '1', allowWatchBookmarks: 'true', timeoutSeconds: String(seconds), ...from }
  const ending = new AbortController()
  const end = () => ending.abort()
  signal.addEventListener('abort', end, { once: true })
  const silence = new SilenceWatch(
    clock,
    { longestMs: seconds * 1_000 + OVERTIME_MS, isListing: resourceVersion === null, hasBookmarks },
    end,
  )
  try {
    const response = await connection.request({ path: withQuery(path, query), accept, signal: ending.signal })
    silence.start()
    if (response.status !== 200) return { kind: 'status', status: await readRefusal(response) }
    onOpen()
    return (await readEvents(response.body, options, silence)) ?? { kind: 'ended' }
  } catch (error) {
    if (signal.aborted) return { kind: 'stopped' }
    return silence.found ?? failureOf(error)
  } finally {
    silence.stop()
    signal.removeEventListener('abort', end)
    ending.abort()
  }
}

async function readEvents(body: AsyncIterable<Uint8Array>, options: WatchSessionOptions, silence: SilenceWatch): Promise<Failure | null> {
  const lines = new WatchLines()
  for await (const chunk of body) {
    silence.heard()
    options.onBytes()
    let failure: Failure | null = null
    for (const line of lines.push(chunk)) {
      failure = line.kind === 'line' ? readLine(line.text, options, silence) : readTooLong(line.start, options)
      if (failure !== null) break
    }
    options.onBatchEnd()
    if (failure !== null) return failure
  }
  if (silence.found !== null) return silence.found
  return lines.pending > 0 ? { kind: 'connection', message: 'the connection ended in the middle of an object' } : null
}

function readLine(text: string, { onEvent }: WatchSessionOptions, silence: SilenceWatch): Failure | null {
  const event = decodeWatchEvent(text)
  if (event.kind === 'garbled') return event
  if (event.kind === 'error') return { kind: 'status', status: event.status }
  if (event.kind === 'bookmark') silence.bookmark(event.isListEnd)
  onEvent(event)
  return null
}

function readTooLong(start: string, { onTooLong }: WatchSessionOptions): Failure | null {
  return onTooLong(start) ? null : { kind: 'garbled', message: 'a line of the watch is longer than anything that can be read' }
}

/** Ends a watch that is open and dead: nothing comes, where something would have to. */
class SilenceWatch {
  found: Failure | null = null
  readonly #clock: ReflectorClock
  readonly #longestMs: number
  readonly #end: () => void
  #openedAt = 0
  #heardAt = 0
  #isListing: boolean
  #hasBookmarks: boolean
  #cancel: (() => void) | null = null

  constructor(
    clock: ReflectorClock,
    expected: { readonly longestMs: number; readonly isListing: boolean; readonly hasBookmarks: boolean },
    end: () => void,
  ) {
    this.#clock = clock
    this.#longestMs = expected.longestMs
    this.#isListing = expected.isListing
    this.#hasBookmarks = expected.hasBookmarks
    this.#end = end
  }

  start(): void {
    this.#openedAt = this.#clock.now()
    this.#heardAt = this.#openedAt
    this.#schedule()
  }

  heard(): void {
    this.#heardAt = this.#clock.now()
  }

  bookmark(isListEnd: boolean): void {
    if (isListEnd) this.#isListing = false
    else this.#hasBookmarks = true
  }

  stop(): void {
    this.#cancel?.()
  }

  #schedule(): void {
    this.#cancel = this.#clock.after(CHECK_MS, () => {
      this.#check()
      if (this.found === null) this.#schedule()
      else this.#end()
    })
  }

  #check(): void {
    const now = this.#clock.now()
    const silentMs = now - this.#heardAt
    if (this.#isListing && silentMs >= LIST_SILENCE_MS)
      this.found = { kind: 'silent', message: 'the API server began a list and did not go on' }
    else if (this.#hasBookmarks && silentMs >= BOOKMARK_SILENCE_MS)
      this.found = { kind: 'silent', message: 'the API server has said nothing for a minute and a half' }
    else if (now - this.#openedAt >= this.#longestMs)
      this.found = { kind: 'silent', message: 'the API server did not end the watch when it was to end' }
  }
}
