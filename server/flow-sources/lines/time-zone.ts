const QUARTER_MS = 900_000
/** Quarters of an hour of which the distance to UTC is kept: those of a few weeks. */
const MAX_QUARTERS = 4_096

/** The clocks of a place, by its name of the IANA database (`Europe/Berlin`). */
export class TimeZone {
  readonly name: string
  readonly #format: Intl.DateTimeFormat
  readonly #offsets = new Map<number, number>()

  /** Throws RangeError for a name that is not known. */
  constructor(name: string) {
    this.name = name
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
    })
  }

  /**
   * The moment, in milliseconds since the epoch, at which the clocks show `local`, which is that moment as if they showed UTC. Of an
   * hour that they show twice it is one of the two.
   */
  momentOf(local: number): number {
    return local - this.#offsetAt(local - this.#offsetAt(local))
  }

  /** How far the clocks are ahead at a moment; it changes at quarters of an hour only. */
  #offsetAt(moment: number): number {
    const quarter = Math.floor(moment / QUARTER_MS)
    const known = this.#offsets.get(quarter)
    if (known !== undefined) return known
    const shown = { year: 0, month: 1, day: 1, hour: 0, minute: 0, second: 0 }
    for (const { type, value } of this.#format.formatToParts(quarter * QUARTER_MS)) {
      if (type in shown) Object.assign(shown, { [type]: Number(value) })
    }
    const { year, month, day, hour, minute, second } = shown
    const offset = Date.UTC(year, month - 1, day, hour, minute, second) - quarter * QUARTER_MS
    if (this.#offsets.size >= MAX_QUARTERS) this.#offsets.clear()
    this.#offsets.set(quarter, offset)
    return offset
  }
}
