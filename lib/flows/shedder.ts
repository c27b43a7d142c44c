import type { ObservedFlow } from './flow'

/**
 * What is left out when flows come faster than they can be taken, mildest first: rows of the table for one in so many of what
 * was let through, all of those rows, then connections that were let through (those taken stand for the others), and last
 * refused ones too.
 */
export type SheddingLevel = 'nothing' | 'rows' | 'all-rows' | 'connections' | 'refusals'
export type Shedding = {
  readonly level: SheddingLevel
  /** One in so many is kept; 1 where nothing or all is left out. */
  readonly oneIn: number
}

/** Doublings of what is left out within one level: up to 63 of 64. */
const HALVINGS = 6
const NO_ROWS = HALVINGS + 1
const LAST_OF_CONNECTIONS = NO_ROWS + HALVINGS
const LAST = LAST_OF_CONNECTIONS + HALVINGS
/** Calm seconds before one step back. */
const CALM_SECONDS = 5
/** Below this share of the budget it is calm. */
const CALM = 0.5

/**
 * Decides what is left out, from how busy flows keep the process. It goes a step further in every second that is over the
 * budget, two when it is far over, and a step back after five calm ones.
 */
export class Shedder {
  #step = 0
  #calm = 0
  #rows = 0
  #records = 0
  /** Seconds in which anything was left out. */
  sheddingSeconds = 0

  /** @param load of the last second, as a share of the budget: 1 uses it up */
  adjust(load: number): void {
    if (this.#step > 0) this.sheddingSeconds++
    this.#calm = load < CALM ? this.#calm + 1 : 0
    if (load > 1) this.#step = Math.min(LAST, this.#step + (load > 1.5 ? 2 : 1))
    else if (this.#calm >= CALM_SECONDS && this.#step > 0) {
      this.#step--
      this.#calm = 0
    }
  }

  get state(): Shedding {
    const step = this.#step
    if (step === 0) return { level: 'nothing', oneIn: 1 }
    if (step <= HALVINGS) return { level: 'rows', oneIn: 2 ** step }
    if (step === NO_ROWS) return { level: 'all-rows', oneIn: 1 }
    if (step <= LAST_OF_CONNECTIONS) return { level: 'connections', oneIn: 2 ** (step - NO_ROWS) }
    return { level: 'refusals', oneIn: 2 ** (step - LAST_OF_CONNECTIONS) }
  }

  /** How many records like it this one stands for; 0 leaves it out. All records of a connection are taken or none. */
  weightOf(flow: ObservedFlow): number {
    if (this.#step <= NO_ROWS) return 1
    const halvings = isRefused(flow) ? this.#step - LAST_OF_CONNECTIONS : Math.min(HALVINGS, this.#step - NO_ROWS)
    if (halvings <= 0) return 1
    const oneIn = 2 ** halvings
    const { sourcePort, port } = flow
    const place = sourcePort === null || port === null ? this.#records++ : spread(sourcePort + port)
    return place % oneIn === 0 ? oneIn : 0
  }

  /** How many rows the row of a flow stands for; 0 gives it none. */
  rowWeight(flow: Pick<ObservedFlow, 'verdict'>): number {
    if (this.#step === 0 || isRefused(flow)) return 1
    if (this.#step >= NO_ROWS) return 0
    const oneIn = 2 ** this.#step
    return this.#rows++ % oneIn === 0 ? oneIn : 0
  }
}

function isRefused({ verdict }: Pick<ObservedFlow, 'verdict'>): boolean {
  return verdict === 'dropped' || verdict === 'error' || verdict === 'audit'
}

/** Ports that follow one another must not be taken in a pattern. */
function spread(ports: number): number {
  return Math.imul(ports, 0x9e37_79b1) >>> 16
}
