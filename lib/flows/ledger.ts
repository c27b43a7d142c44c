import type { LedgerEntry } from './window-types'

/** Distinct reasons kept per kind; further ones are counted together. */
const MAX_REASONS = 64
const OTHER_REASONS = 'other'

/** Lines of a batch that are no flow, by reason, and what the source says it lost. */
type OtherLines = {
  readonly ignored: ReadonlyMap<string, number>
  readonly rejected: ReadonlyMap<string, number>
  readonly lostAtSource: number
}

/**
 * What became of every record of one source. A record is queued when it is received and moves to exactly one other
 * place, so `received = stored + sampled + dropped + ignored + queued` holds after every call.
 */
export class SourceLedger {
  readonly source: string
  private received = 0
  private stored = 0
  private sampled = 0
  private queued = 0
  private lostAtSource = 0
  private readonly dropped = new Map<string, number>()
  private readonly ignored = new Map<string, number>()

  constructor(source: string) {
    this.source = source
  }

  /** Records that came in and wait for a decision. */
  receive(records: number): void {
    checkCount(records)
    this.received += records
    this.queued += records
  }

  /** Waiting records that are shown to the viewer. */
  store(records: number): void {
    this.settle(records)
    this.stored += records
  }

  /** Waiting records that stand behind a sampled one. */
  sample(records: number): void {
    this.settle(records)
    this.sampled += records
  }

  /** Waiting records that we could not keep. */
  drop(reason: string, records: number): void {
    this.settle(records)
    addTo(this.dropped, reason, records)
  }

  /** Waiting records that are understood and not shown by design: repeats, status events, blank lines. */
  ignore(reason: string, records: number): void {
    this.settle(records)
    addTo(this.ignored, reason, records)
  }

  /** Events that the source itself says it lost: they never came in, so they are outside the balance. */
  loseAtSource(events: number): void {
    checkCount(events)
    this.lostAtSource += events
  }

  /** Everything of a batch that is no flow. */
  settleOthers({ lostAtSource, ignored, rejected }: OtherLines): void {
    this.loseAtSource(lostAtSource)
    for (const [reason, lines] of ignored) {
      this.receive(lines)
      this.ignore(reason, lines)
    }
    for (const [reason, lines] of rejected) {
      this.receive(lines)
      this.drop(`unreadable: ${reason}`, lines)
    }
  }

  /** Takes over the figures of an entry that balances, as if everything in it had come in here. */
  resume(entry: LedgerEntry): void {
    this.loseAtSource(entry.lostAtSource)
    this.receive(entry.received)
    this.store(entry.stored)
    this.sample(entry.sampled)
    for (const [reason, records] of Object.entries(entry.dropped)) this.drop(reason, records)
    for (const [reason, records] of Object.entries(entry.ignored)) this.ignore(reason, records)
  }

  entry(): LedgerEntry {
    return {
      source: this.source,
      received: this.received,
      stored: this.stored,
      sampled: this.sampled,
      dropped: Object.fromEntries(this.dropped),
      ignored: Object.fromEntries(this.ignored),
      queued: this.queued,
      lostAtSource: this.lostAtSource,
    }
  }

  private settle(records: number): void {
    checkCount(records)
    if (records > this.queued) throw new RangeError(`ledger of ${this.source}: ${records} records settled, ${this.queued} waiting`)
    this.queued -= records
  }
}

/** The ledgers of all sources, by name. */
export class Ledger {
  private readonly sources = new Map<string, SourceLedger>()

  source(name: string): SourceLedger {
    const known = this.sources.get(name)
    if (known !== undefined) return known
    const created = new SourceLedger(name)
    this.sources.set(name, created)
    return created
  }

  entries(): readonly LedgerEntry[] {
    return [...this.sources.values()].map((source) => source.entry())
  }
}

/** True when every received record is accounted for exactly once. */
export function isBalanced(entry: LedgerEntry): boolean {
  return entry.received === entry.stored + entry.sampled + entry.queued + sum(entry.dropped) + sum(entry.ignored)
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0)
}

function addTo(counts: Map<string, number>, reason: string, records: number): void {
  if (records === 0) return
  const key = counts.has(reason) || counts.size < MAX_REASONS ? reason : OTHER_REASONS
  counts.set(key, (counts.get(key) ?? 0) + records)
}

function checkCount(records: number): void {
  if (!Number.isSafeInteger(records) || records < 0) throw new RangeError(`not a number of records: ${records}`)
}
