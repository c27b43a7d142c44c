import type { Flow } from '@/lib/flows/flow'
import { MinuteSums } from '@/lib/flows/minute-sums'
import type { RankedLane } from '@/lib/flows/window-lanes'
import { type EvidenceFinder, WrittenEvidence } from '@/lib/flows/written-evidence'
import { ArrivalSlots } from './arrival-slots'
import type { TimeRange } from './flow-store'
import { Outbox, type OutboxLimits } from './outbox'
import { END_COLUMNS, EndBook } from './rows/end-book'
import { FLOW_COLUMNS, type RowContext, writeFlow } from './rows/flow-rows'
import { RECORD_COLUMNS } from './rows/record-rows'
import { SUM_COLUMNS, sumRow } from './rows/sum-rows'
import type { SqlStore } from './sql-store'
import { StaleSums } from './stale-sums'
import { StoreError, type StoreFailure } from './store-error'

const MB = 1024 * 1024
/** What may wait for the store. Refused flows have room of their own, so that others cannot take it. */
export type ArchiveLimits = Readonly<Record<'flows' | 'drops' | 'ends' | 'sums' | 'records', OutboxLimits>>
const ARCHIVE_LIMITS: ArchiveLimits = {
  flows: { rows: 250_000, bytes: 64 * MB },
  drops: { rows: 100_000, bytes: 32 * MB },
  ends: { rows: 100_000, bytes: 32 * MB },
  sums: { rows: 100_000, bytes: 32 * MB },
  records: { rows: 50_000, bytes: 64 * MB },
}
/** Sums per minute that are held until they are written. */
const MAX_SUMS = 500_000
const MAX_SUMS_AT_ONCE = 50_000
/** Ends remembered as written today. */
const MAX_ENDS = 200_000

/** Sums grow all the time: they are written this often. */
const SUMS_MS = 5_000
const SUM_UP_MS = 60_000
const RETRY_MS = { first: 1_000, most: 15_000 }
/** After the disk was full, flows one by one are not tried again for this long. */
const FULL_DISK_MS = 30_000
/** How long what waits may take at the end. */
const STOP_MS = 8_000

/** Where a record that was shown ends up: exactly one call for each. */
export type RecordAccount = {
  /** The store has it. */
  stored(source: string, records: number): void
  /** It is in the sums, and was not kept by itself. */
  sampled(source: string, records: number): void
  dropped(source: string, reason: string, records: number): void
}

export type ArchiveState = 'opening' | 'ready' | 'waiting' | 'off'

export type ArchiveStatus = {
  readonly state: ArchiveState
  /** What is wrong, and what to do; null when all is well. */
  readonly message: string | null
  /** Rows that wait, and the most that may. */
  readonly queuedRows: number
  readonly queuedBytes: number
  readonly maxQueuedRows: number
  /** Rows that the store has taken since the start. */
  readonly writtenRows: number
  /** Changes of sums that were lost because the store did not take them for too long. */
  readonly lostSums: number
  /** Objects, changes and accounts that were not written down. */
  readonly lostRecords: number
  /** True while flows are counted in the sums only. */
  readonly isRawStopped: boolean
}

export type ArchiveOptions = {
  readonly store: SqlStore
  readonly cluster: string
  /** Unlike that of any other run. */
  readonly writer: number
  readonly account: RecordAccount
  readonly now: () => number
  readonly limits?: ArchiveLimits
}

/**
 * Writes down what one cluster does: flows one by one, the sums of the flow window, and records beside them. All of it
 * waits in bounded memory while the store is away. When there is too much, flows that were let through stop being kept
 * one by one first, then sums are lost, and refused flows last; all of it is counted.
 */
export class FlowArchive {
  readonly #store: SqlStore
  readonly #account: RecordAccount
  readonly #now: () => number
  readonly #context: RowContext
  readonly #sums = new MinuteSums(MAX_SUMS)
  #evidence: WrittenEvidence | null = null
  readonly #flows: Outbox
  readonly #drops: Outbox
  readonly #ends: Outbox
  readonly #sumRows: Outbox
  readonly #records: ReadonlyMap<string, Outbox>
  readonly #stale = new StaleSums()
  readonly #slots = new ArrivalSlots()
  readonly #endLimit: number
  readonly #maxRows: number
  #state: ArchiveState = 'opening'
  #message: string | null = null
  #failures = 0
  #notBefore = 0
  #rawStoppedUntil = 0
  #sumsAt = 0
  #summedAt = 0
  #isSumming = false
  /** Changed sums that were not written with the others. */
  #sumsLeft = 0
  #revision = 0
  #lostRecords = 0
  #sending: Promise<void> | null = null
  #openings: Promise<void> | null = null

  constructor({ store, cluster, writer, account, now, limits = ARCHIVE_LIMITS }: ArchiveOptions) {
    this.#store = store
    this.#account = account
    this.#now = now
    const { flows, drops, ends, sums } = limits
    this.#endLimit = ends.rows
    this.#maxRows = flows.rows + drops.rows + ends.rows + sums.rows + MAX_SUMS
    this.#context = { cluster: JSON.stringify(cluster), writer, ends: new EndBook(cluster, MAX_ENDS) }
    const run = `${writer.toString(36)}-${cluster}`
    const settled = (source: string, rows: number, outcome: 'stored' | 'refused') => {
      if (outcome === 'stored') account.stored(source, rows)
      else account.dropped(source, 'store/refused', rows)
    }
    this.#flows = new Outbox('flows', FLOW_COLUMNS, flows, `${run}-f`, settled)
    this.#drops = new Outbox('drops', FLOW_COLUMNS, drops, `${run}-d`, settled)
    this.#ends = new Outbox('ends', END_COLUMNS, ends, `${run}-e`)
    this.#sumRows = new Outbox('edges_1m', SUM_COLUMNS, sums, `${run}-s`)
    this.#records = new Map(
      Object.entries(RECORD_COLUMNS).map(([table, columns]) => [table, new Outbox(table, columns, limits.records, `${run}-${table}`)]),
    )
  }

  /** Hears of every change of the flow window's sums. */
  readonly onSum = (at: number, lane: RankedLane, count: number, repeats: number, bytes: number | null, time: number): void => {
    if (this.#state === 'off') return
    this.#sums.add(at, lane, count, repeats, bytes, time)
    this.#stale.touch(at)
  }

  /** Asks the window from now on what of its sums does not count. What it was filled with before was written by others. */
  watch(window: EvidenceFinder): void {
    this.#evidence = new WrittenEvidence(window, this.#sums, this.#now())
  }

  /** Takes flows that are new, each of which is settled with the account later, and flows that are known better now. */
  accept(added: readonly Flow[], changed: readonly Flow[]): void {
    const now = this.#now()
    for (const flow of added) {
      this.#slots.see(sequenceOf(flow), now)
      if (this.#state === 'off') this.#account.stored(flow.reporter, 1)
      else if (this.#hasRoomFor(flow, now)) this.#add(flow, 0, flow.reporter, now)
      else if (flow.verdict === 'dropped') this.#account.dropped(flow.reporter, 'store/queue-full', 1)
      else this.#account.sampled(flow.reporter, 1)
    }
    if (this.#state === 'off') return
    for (const flow of changed) if (this.#hasRoomFor(flow, now)) this.#add(flow, ++this.#revision, null, now)
  }

  /** Takes a row of a table of records: changes, objects, ledger. False when there is no room. */
  record(table: keyof typeof RECORD_COLUMNS, row: string): boolean {
    const outbox = this.#records.get(table)
    if (outbox === undefined || outbox.isFull || this.#state === 'off') {
      this.#lostRecords++
      return false
    }
    outbox.add(row, null, this.#now())
    return true
  }

  get status(): ArchiveStatus {
    const boxes = this.#boxes
    return {
      state: this.#state,
      message: this.#message,
      queuedRows: boxes.reduce((sum, { rows }) => sum + rows, 0) + this.#sums.changed,
      queuedBytes: boxes.reduce((sum, { bytes }) => sum + bytes, 0),
      maxQueuedRows: this.#maxRows,
      writtenRows: boxes.reduce((sum, { written }) => sum + written, 0),
      lostSums: this.#sums.lost + this.#sumRows.refused,
      lostRecords: [...this.#records.values()].reduce((sum, { refused }) => sum + refused, this.#lostRecords),
      isRawStopped: this.#isRawStopped(this.#now()),
    }
  }

  /** The five minutes in which a flow of this run arrived, in seconds since the epoch; null when that is not remembered. */
  slotOf(sequence: number): number | null {
    const arrival = this.#slots.arrivalOf(sequence)
    return arrival === null ? null : arrival / 1000
  }

  /** Stops keeping flows one by one for a while: there is no room for them. */
  stopRaw(ms: number): void {
    this.#rawStoppedUntil = this.#now() + ms
    const counts = this.#flows.clear()
    for (const [source, rows] of counts) this.#account.sampled(source, rows)
  }

  /** Sends what is due; called again and again. Never throws: what is wrong is in the status. */
  async tick(): Promise<void> {
    const now = this.#now()
    if (this.#state === 'off' || this.#sending !== null || now < this.#notBefore) return
    this.#sending = this.#send(now, false).finally(() => {
      this.#sending = null
    })
    await this.#sending
  }

  /** Makes the store ready, as often as it takes; resolves when it is, and also when it never will be. */
  async open(): Promise<void> {
    this.#openings ??= this.#store.open()
    try {
      await this.#openings
      if (this.#state === 'opening') this.#state = 'ready'
      this.#message = null
    } catch (error) {
      this.#openings = null
      this.#fail(error)
    }
  }

  /** False when the store will never take or give anything. */
  get isUsable(): boolean {
    return this.#state !== 'off'
  }

  /** True once the tables are there. */
  get isOpen(): boolean {
    return this.#openings !== null && this.#state !== 'opening' && this.#state !== 'off'
  }

  /** Writes what was accepted by now, unless the store is away or that takes too long; true when all of it was taken. */
  async flush(ms: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined
    const patience = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), ms)
    })
    const isWritten = await Promise.race([this.#sendAll(), patience])
    clearTimeout(timer)
    return isWritten
  }

  async #sendAll(): Promise<boolean> {
    // What is being sent was taken before; a second round has the rest.
    while (this.#sending !== null) await this.#sending
    if (!this.isOpen || this.#now() < this.#notBefore) return false
    this.#sending = this.#send(this.#now(), true).finally(() => {
      this.#sending = null
    })
    await this.#sending
    return this.#state === 'ready' && this.#sumsLeft === 0
  }

  /** Writes what waits, as far as the store takes it soon; true when it took all of it. */
  async stop(): Promise<boolean> {
    this.#notBefore = 0
    const isWritten = this.isOpen && (await this.flush(STOP_MS))
    this.#state = 'off'
    return isWritten
  }

  /** Sums up hours of the past whose minutes may have been written without that. */
  repairHours(range: TimeRange): void {
    this.#stale.touchHours(range)
  }

  get #boxes(): readonly Outbox[] {
    return [this.#ends, this.#drops, this.#flows, this.#sumRows, ...this.#records.values()]
  }

  #isRawStopped(now: number): boolean {
    return now < this.#rawStoppedUntil
  }

  #hasRoomFor({ verdict }: Flow, now: number): boolean {
    if (this.#ends.isFull || this.#ends.rows + this.#context.ends.pending >= this.#endLimit) return false
    return verdict === 'dropped' ? !this.#drops.isFull : !this.#flows.isFull && !this.#isRawStopped(now)
  }

  #add(flow: Flow, revision: number, source: string | null, now: number): void {
    const outbox = flow.verdict === 'dropped' ? this.#drops : this.#flows
    const sequence = sequenceOf(flow)
    // All versions of a flow lie where it arrived, so that they are found together.
    writeFlow(outbox.linesFor(source, now), flow, sequence, revision, this.#slots.arrivalOf(sequence) ?? now, this.#context)
  }

  async #send(now: number, isAll: boolean): Promise<void> {
    try {
      if (this.#state === 'opening') await this.open()
      if (!this.isOpen) return
      const boxes = this.#seal(now, isAll)
      let refusal: unknown = null
      for (const outbox of boxes) {
        try {
          await outbox.send(this.#store)
        } catch (error) {
          if (outbox !== this.#flows || !(error instanceof StoreError) || error.failure !== 'disk-full') throw error
          // There may be room for what is smaller.
          this.stopRaw(FULL_DISK_MS)
          refusal = error
        }
      }
      void this.#sumUp(now)
      if (refusal !== null) throw refusal
      this.#recovered()
    } catch (error) {
      this.#fail(error)
    }
  }

  /**
   * Decides what is sent now, ends first: a flow must not name one that a crash then leaves out. What comes while this is
   * sent, flows and their ends, waits for the next time.
   */
  #seal(now: number, isAll: boolean): readonly Outbox[] {
    this.#takeSums(now, isAll)
    for (const row of this.#context.ends.take()) this.#ends.add(row, null, now)
    const boxes = this.#boxes.filter((outbox) => isAll || outbox === this.#ends || outbox.isDue(now))
    for (const outbox of boxes) outbox.seal()
    return boxes
  }

  #takeSums(now: number, isAll: boolean): void {
    this.#evidence?.update(now, isAll)
    this.#sumsLeft = this.#sums.changed
    if (this.#sumRows.rows > 0 || (!isAll && now - this.#sumsAt < SUMS_MS)) return
    this.#sumsAt = now
    for (const sum of this.#sums.take(MAX_SUMS_AT_ONCE)) this.#sumRows.add(sumRow(sum, now, this.#context), null, now)
    this.#sumsLeft = this.#sums.changed
    this.#sums.close(now)
  }

  /**
   * The hour that is not over changes all the time: it is summed up when it is. Nothing waits for it: behind a long query
   * of somebody else it can take a while.
   */
  async #sumUp(now: number): Promise<void> {
    if (this.#isSumming || now - this.#summedAt < SUM_UP_MS || this.#sumRows.rows > 0) return
    this.#isSumming = true
    this.#summedAt = now
    // A store that is away says so when it is written to.
    await this.#stale.make(now, (rollup, slot) => this.#store.sumUp(rollup, slot)).catch(() => undefined)
    this.#isSumming = false
  }

  #recovered(): void {
    this.#failures = 0
    this.#notBefore = 0
    this.#state = 'ready'
    this.#message = null
  }

  #fail(error: unknown): void {
    const { failure, message } = error instanceof StoreError ? error : { failure: 'failed' as StoreFailure, message: String(error) }
    this.#message = message
    if (failure === 'unsupported' || failure === 'newer-schema') {
      this.#turnOff()
      return
    }
    if (this.#state !== 'opening') this.#state = 'waiting'
    this.#notBefore = this.#now() + Math.min(RETRY_MS.most, RETRY_MS.first * 2 ** this.#failures++)
  }

  /** The store will never take anything: flows are kept in memory, as if there were none. */
  #turnOff(): void {
    this.#state = 'off'
    for (const outbox of [this.#flows, this.#drops]) {
      for (const [source, rows] of outbox.clear()) this.#account.stored(source, rows)
    }
  }
}

function sequenceOf({ id }: Flow): number {
  return Number.parseInt(id, 36)
}
