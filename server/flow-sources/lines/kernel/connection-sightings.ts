/** What one machine tells of a connection that it tracks. */
export type Sighting = {
  /** The connection: its transport, its ends and its ports, the callee's behind any Service. */
  readonly connection: string
  /** The machine's entry for the connection, as far as it says it; the same in all its events. */
  readonly entry: string
  /** The machine; null where nobody said which one it is. */
  readonly observer: string | null
  readonly event: 'new' | 'update' | 'destroy'
  /** Milliseconds since the epoch. `began` is null where the event does not say when the connection did. */
  readonly time: number
  readonly began: number | null
  readonly hasBytes: boolean
}

/** What a sighting is in the light of those before it. */
export type SightingPlace = {
  /** The first one of a connection whose ends and ports had another one before. */
  readonly isAnew: boolean
  /** Milliseconds since the connection was last heard of; null for its first event. */
  readonly sinceLastMs: number | null
  /** Milliseconds between the beginnings of this connection and of the one before with the same ends and ports; null without one. */
  readonly sincePreviousMs: number | null
  /** True where the bytes of the connection were not told yet: every machine on its way counts the same ones. */
  readonly isFirstWithBytes: boolean
}

/** `overAt` is null while the machine keeps it. */
type Entry = { readonly observer: string | null; readonly overAt: number | null }

type Connection = {
  readonly beganAt: number
  readonly entries: Map<string, Entry>
  lastAt: number
  hasBytes: boolean
  readonly previous: Connection | null
}

/** Clocks of machines differ by this much. */
const SKEW_MS = 2_000
/** Machines drop their entries of one connection this far apart, as they come round to it. */
const SWEEP_MS = 120_000
/** Machines that track one connection: those of its two ends, and of a gateway between. */
const MAX_ENTRIES = 8
const MAX_CONNECTIONS = 100_000

/**
 * Tells connections with the same ends and ports apart, and the machines that track the same one. Each machine on the way of a
 * connection has an entry for it, with an id of its own; a machine has one entry at a time for the same ends and ports.
 *
 * Bounded: the connections longest unheard of are forgotten.
 */
export class ConnectionSightings {
  #young = new Map<string, Connection>()
  #older = new Map<string, Connection>()

  see(sighting: Sighting): SightingPlace {
    const { connection: key, entry, observer, time, event } = sighting
    const newest = this.#get(key)
    const known = newest === null ? null : connectionOf(sighting, newest)
    const found = known ?? begin(sighting, newest)
    if (known === null) this.#set(key, found)
    const sinceLastMs = known === null ? null : Math.abs(time - found.lastAt)
    found.lastAt = Math.max(found.lastAt, time)

    const seen = found.entries.get(entry)
    const overAt = event === 'destroy' ? time : (seen?.overAt ?? null)
    if (seen !== undefined || found.entries.size < MAX_ENTRIES) found.entries.set(entry, { observer, overAt })
    const isFirstWithBytes = sighting.hasBytes && !found.hasBytes
    if (isFirstWithBytes) found.hasBytes = true
    const { previous } = found
    return {
      isAnew: known === null && previous !== null,
      sinceLastMs,
      sincePreviousMs: previous === null ? null : Math.abs(found.beganAt - previous.beganAt),
      isFirstWithBytes,
    }
  }

  #get(key: string): Connection | null {
    const young = this.#young.get(key)
    if (young !== undefined) return young
    const older = this.#older.get(key) ?? null
    if (older !== null) this.#set(key, older)
    return older
  }

  #set(key: string, connection: Connection): void {
    if (this.#young.size >= MAX_CONNECTIONS / 2 && !this.#young.has(key)) {
      this.#older = this.#young
      this.#young = new Map()
    }
    this.#young.set(key, connection)
  }
}

function begin({ time, began }: Sighting, newest: Connection | null): Connection {
  // One before is kept for its late events, and none before that.
  const previous = newest === null ? null : { ...newest, previous: null }
  return { beganAt: began ?? time, entries: new Map(), lastAt: time, hasBytes: false, previous }
}

/** The connection that the sighting is of; null when it is of one that began since. */
function connectionOf(sighting: Sighting, newest: Connection): Connection | null {
  const { previous } = newest
  // A late event of the one before.
  if (previous?.entries.has(sighting.entry) === true && !newest.entries.has(sighting.entry) && sighting.event !== 'new') return previous
  return belongsTo(sighting, newest) ? newest : null
}

/** Judged by the entry itself, else by what else its machine has, else by what any machine has. */
function belongsTo({ observer, entry, event, time, began }: Sighting, { entries }: Connection): boolean {
  const seen = entries.get(entry)
  const all = [...entries.values()]
  const own = observer === null ? [] : all.filter((other) => other.observer === observer)
  const beginsAt = began ?? (event === 'new' ? time : null)
  return (seen !== undefined ? [seen] : own.length > 0 ? own : all).some(({ overAt }) => {
    if (overAt === null) return true
    return beginsAt === null ? time <= overAt + SWEEP_MS : beginsAt <= overAt + SKEW_MS
  })
}
