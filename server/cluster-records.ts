import type { CollectorReport } from '@/lib/api/collector-report'
import type { Ledger } from '@/lib/flows/ledger'
import type { ChangeRecorder } from './change-recorder'
import type { Clock } from './clock'
import type { ClusterState } from './cluster-state'
import type { FlowKeeper } from './flow-keeper'
import { ObjectBook } from './store/rows/object-book'
import { changeRow, collectorRow, ledgerRow, objectRow } from './store/rows/record-rows'

const CHANGES_MS = 5_000
const LEDGER_MS = 60_000
const REPORT_MS = 4_000
/** Changes that are looked at again: what they did to the verdicts is known soon after. */
const SETTLING_MS = 600_000

export type RecordsOptions = {
  readonly keeper: FlowKeeper
  readonly clock: Clock
  readonly changes: ChangeRecorder
  readonly ledger: () => Ledger
  /** What this process says of itself now. */
  readonly report: () => Omit<CollectorReport, 'at' | 'isOver'>
}

/** Writes down what the cluster was and what changed in it, and the accounts of its flow sources. */
export class ClusterRecords {
  readonly #keeper: FlowKeeper
  readonly #clock: Clock
  readonly #changes: ChangeRecorder
  readonly #ledger: () => Ledger
  readonly #report: RecordsOptions['report']
  readonly #objects = new ObjectBook()
  /** What was last written of a change, by its number. */
  #written = new Map<number, string>()
  #state: ClusterState | null = null
  #changesAt = 0
  #ledgerAt = 0
  #reportedAt = 0
  #isStarting = false

  constructor({ keeper, clock, changes, ledger, report }: RecordsOptions) {
    this.#keeper = keeper
    this.#clock = clock
    this.#changes = changes
    this.#ledger = ledger
    this.#report = report
    this.#ledgerAt = clock.now()
  }

  /** Takes a reading of the cluster; the first one waits until the store says what it has. */
  take(state: ClusterState): void {
    this.#state = state
    if (!this.#objects.isStarted) return
    const { started, ended } = this.#objects.next(bodiesOf(state), state.readAt)
    for (const version of [...ended, ...started]) this.#record('objects', objectRow(version, this.#clock.now(), this.#owner))
  }

  /** Called again and again. */
  tick(): void {
    const now = this.#clock.now()
    if (!this.#keeper.archive.isOpen) return
    if (!this.#objects.isStarted && !this.#isStarting && this.#state !== null) void this.#start()
    if (now - this.#changesAt >= CHANGES_MS) this.#writeChanges(now)
    if (now - this.#ledgerAt >= LEDGER_MS) this.#writeLedger(now)
    if (now - this.#reportedAt >= REPORT_MS) this.#writeReport(now, false)
  }

  /** Writes what is not written yet, and says that nothing more comes; called once, before the store is closed. */
  finish(): void {
    if (!this.#keeper.archive.isOpen) return
    const now = this.#clock.now()
    this.#writeChanges(now)
    this.#writeLedger(now)
    this.#writeReport(now, true)
  }

  async #start(): Promise<void> {
    this.#isStarting = true
    try {
      const known = await this.#keeper.store.knownObjects()
      const state = this.#state
      if (state === null) return
      const { versions, gone } = this.#objects.first(bodiesOf(state), state.readAt, known)
      for (const version of versions) this.#record('objects', objectRow(version, this.#clock.now(), this.#owner))
      await this.#keeper.store.endObjects(gone, state.readAt, this.#clock.now())
    } catch {
      // The store went away meanwhile; the next tick tries again.
    } finally {
      this.#isStarting = false
    }
  }

  #writeChanges(now: number): void {
    this.#changesAt = now
    const { changes } = this.#changes.log.page({ from: now - SETTLING_MS, to: null, matches: () => true, limit: 10_000 })
    const written = new Map<number, string>()
    for (const change of changes.toReversed()) {
      const body = { change, effect: this.#changes.log.effectOf(change) }
      const text = JSON.stringify(body)
      const isNew = this.#written.get(change.id) !== text
      const { id, at, until, topic, namespace, ref } = change
      if (!isNew || this.#record('changes', changeRow({ id, at, until, topic, namespace, ref, body }, now, this.#owner)))
        written.set(id, text)
    }
    this.#written = written
  }

  #writeLedger(now: number): void {
    this.#ledgerAt = now
    for (const entry of this.#ledger().entries()) this.#record('ledger', ledgerRow(entry, now, this.#owner))
  }

  #writeReport(at: number, isOver: boolean): void {
    this.#reportedAt = at
    // An embedded store has no other readers.
    if (this.#keeper.store.kind === 'clickhouse') this.#record('collectors', collectorRow({ ...this.#report(), at, isOver }, this.#owner))
  }

  #record(table: 'changes' | 'objects' | 'ledger' | 'collectors', row: string): boolean {
    return this.#keeper.archive.record(table, row)
  }

  get #owner() {
    return { cluster: this.#keeper.cluster, writer: this.#keeper.writer }
  }
}

function* bodiesOf({ documents }: ClusterState): Generator<unknown> {
  for (const { body } of documents) yield body
}
