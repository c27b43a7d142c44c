import type { Answer } from './answer'
import type { RequestTarget } from './request-target'

/** What goes wrong with one answer. `afterBytes` counts its body, or what follows when it is open already; null is before the status. */
export type Fault =
  /** Answered instead of what was asked for. */
  | {
      readonly kind: 'status'
      readonly status: number
      readonly retryAfterSeconds?: number
      readonly reason?: string
      readonly message?: string
    }
  /** Bytes of somebody else, such as the page of a proxy. */
  | { readonly kind: 'foreign'; readonly status: number; readonly contentType: string; readonly text: string }
  /** The TCP connection ends with a reset, and everything on it. */
  | { readonly kind: 'reset-connection'; readonly afterBytes: number | null }
  /** Only this answer is broken off. */
  | { readonly kind: 'reset-stream'; readonly afterBytes: number | null }
  /** Ends as if it were whole. */
  | { readonly kind: 'truncate'; readonly afterBytes: number }
  /** Nothing comes any more, and nothing ends. The connection itself stays alive. */
  | { readonly kind: 'stall'; readonly afterBytes: number | null }
  | { readonly kind: 'slow'; readonly bytes: number; readonly everyMs: number }
  | { readonly kind: 'delay'; readonly ms: number }
  /** Bytes that are put into the body where it stands. */
  | { readonly kind: 'insert'; readonly text: string }

/** Which requests a fault is for; what is left out fits all. */
export type FaultTarget = {
  readonly verb?: string
  /** Plural name, such as `pods`. */
  readonly resource?: string
  /** Path of what is no resource, such as `/apis`. */
  readonly path?: string
  /** A parameter that the query has, such as `continue`. */
  readonly query?: string
}

export interface ArmedFault {
  /** How many answers it went wrong for. */
  readonly hits: number
  disarm(): void
}

type Armed = { readonly target: FaultTarget; readonly fault: Fault; left: number; hits: number }

/** The faults a test has asked for. */
export class Faults {
  readonly #armed: Armed[] = []
  readonly #open = new Set<{ readonly target: RequestTarget; readonly answer: FaultyAnswer }>()

  /** The next `times` answers go wrong. A fault that was armed earlier comes first. */
  arm(target: FaultTarget, fault: Fault, times = 1): ArmedFault {
    const armed: Armed = { target, fault, left: times, hits: 0 }
    this.#armed.push(armed)
    return {
      get hits() {
        return armed.hits
      },
      disarm: () => {
        armed.left = 0
      },
    }
  }

  /** Answers that are open now go wrong; returns how many. */
  strike(target: FaultTarget, fault: Fault): number {
    const struck = [...this.#open].filter((open) => fits(target, open.target))
    for (const { answer } of struck) answer.suffer(fault)
    return struck.length
  }

  /** What the request suffers, once. */
  take(target: RequestTarget): Fault | null {
    const armed = this.#armed.find((candidate) => candidate.left > 0 && fits(candidate.target, target))
    if (armed === undefined) return null
    armed.left -= 1
    armed.hits += 1
    return armed.fault
  }

  /** The answer through which all bytes go from here on. */
  through(target: RequestTarget, answer: Answer, fault: Fault | null): Answer {
    const faulty = new FaultyAnswer(answer)
    if (fault !== null) faulty.suffer(fault)
    const open = { target, answer: faulty }
    this.#open.add(open)
    answer.closed.addEventListener('abort', () => this.#open.delete(open))
    return faulty
  }
}

function fits(wanted: FaultTarget, target: RequestTarget): boolean {
  if (wanted.path !== undefined && (target.kind !== 'path' || target.path !== wanted.path)) return false
  if (wanted.resource !== undefined && (target.kind !== 'resource' || target.resource !== wanted.resource)) return false
  if (wanted.query !== undefined && !target.query.has(wanted.query)) return false
  return wanted.verb === undefined || wanted.verb === target.verb
}

/** Passes an answer on until its fault strikes. */
class FaultyAnswer implements Answer {
  readonly #answer: Answer
  #hasHead = false
  #sent = 0
  #fault: Fault | null = null
  #isDeaf = false
  #slowly: Buffer[] | null = null
  #endsSlowly = false

  constructor(answer: Answer) {
    this.#answer = answer
  }

  get closed(): AbortSignal {
    return this.#answer.closed
  }

  suffer(fault: Fault): void {
    if (fault.kind === 'insert') {
      this.#answer.write(Buffer.from(fault.text))
    } else if (fault.kind === 'slow') {
      this.#slowDown(fault)
    } else {
      this.#fault = fault
      this.#sent = 0
      if (this.#strikesAt() < 0 || (this.#hasHead && this.#sent >= this.#strikesAt())) this.#strike()
    }
  }

  head(status: number, headers: Readonly<Record<string, string>>): void {
    if (this.#isDeaf) return
    const { 'content-length': _length, ...unmeasured } = headers
    this.#answer.head(status, this.#fault?.kind === 'truncate' ? unmeasured : headers)
    this.#hasHead = true
    if (this.#strikesAt() === 0) this.#strike()
  }

  write(bytes: Buffer): void {
    if (this.#isDeaf) return
    const at = this.#strikesAt()
    if (this.#sent + bytes.length >= at) {
      this.#pass(bytes.subarray(0, at - this.#sent))
      this.#strike()
    } else {
      this.#pass(bytes)
    }
  }

  end(): void {
    if (this.#isDeaf) return
    if (this.#slowly !== null) this.#endsSlowly = true
    else this.#answer.end()
  }

  reset(): void {
    this.#answer.reset()
  }

  resetConnection(): void {
    this.#answer.resetConnection()
  }

  #pass(bytes: Buffer): void {
    this.#sent += bytes.length
    if (this.#slowly !== null) this.#slowly.push(bytes)
    else if (bytes.length > 0) this.#answer.write(bytes)
  }

  /** Where in the body the fault strikes; -1 for before the status. */
  #strikesAt(): number {
    return this.#fault !== null && 'afterBytes' in this.#fault ? (this.#fault.afterBytes ?? -1) : Number.POSITIVE_INFINITY
  }

  #strike(): void {
    this.#isDeaf = true
    if (this.#fault?.kind === 'reset-connection') this.#answer.resetConnection()
    if (this.#fault?.kind === 'reset-stream') this.#answer.reset()
    if (this.#fault?.kind === 'truncate') this.#answer.end()
  }

  #slowDown({ bytes, everyMs }: { readonly bytes: number; readonly everyMs: number }): void {
    this.#slowly ??= []
    const timer = setInterval(() => {
      const waiting = Buffer.concat(this.#slowly ?? [])
      this.#slowly = waiting.length > bytes ? [waiting.subarray(bytes)] : []
      if (waiting.length > 0) this.#answer.write(waiting.subarray(0, bytes))
      else if (this.#endsSlowly) this.#answer.end()
    }, everyMs).unref()
    this.#answer.closed.addEventListener('abort', () => clearInterval(timer))
  }
}
