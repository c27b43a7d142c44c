import { ColumnIds, encodeDelta, encodeSnapshot } from '@/lib/api/columns'
import { diffTopology, isEmptyDiff } from '@/lib/graph/diff-topology'
import type { Topology } from '@/lib/graph/topology'
import type { TopologyView } from '@/lib/graph/view'
import { eventFrame, type Frame } from './event-frame'

/** Deltas kept for viewers that fell behind or come back. */
const MAX_HISTORY = 30
const MAX_HISTORY_BYTES = 2_000_000
/** A delta that says only that time went by is sent every so many ticks. */
const QUIET_TICKS = 5

/**
 * One view as a sequence of frames, shared by everyone who looks at it: a snapshot for who comes new, the deltas since for who
 * fell behind. Event ids are `FEED.SEQ`, so that a client of an earlier feed is recognised and gets a snapshot.
 */
export class ViewFeed {
  readonly view: TopologyView
  readonly #name: string
  readonly #ids = new ColumnIds()
  readonly #history: Frame[] = []
  #historyBytes = 0
  #topology: Topology
  #snapshot: Frame | null = null
  #seq = 1
  #quietTicks = 0

  constructor(name: string, view: TopologyView, topology: Topology) {
    this.#name = name
    this.view = view
    this.#topology = topology
  }

  get topology(): Topology {
    return this.#topology
  }

  get seq(): number {
    return this.#seq
  }

  /** Takes the view's next topology; true when there is a new delta. */
  advance(topology: Topology): boolean {
    const diff = diffTopology(this.#topology, topology)
    if (isEmptyDiff(diff) && sameFolds(this.#topology, topology) && ++this.#quietTicks < QUIET_TICKS) return false
    this.#quietTicks = 0
    this.#topology = topology
    this.#snapshot = null
    this.#seq++
    this.#remember(eventFrame({ type: 'delta', data: encodeDelta(diff, topology, this.#ids, this.#seq) }, this.#id(), this.#seq))
    return true
  }

  snapshot(): Frame {
    this.#snapshot ??= eventFrame({ type: 'snapshot', data: encodeSnapshot(this.#topology, this.#ids, this.#seq) }, this.#id(), this.#seq)
    return this.#snapshot
  }

  /** The deltas after a sequence number; null when they are no longer all there. */
  since(seq: number): readonly Frame[] | null {
    if (seq === this.#seq) return []
    const oldest = this.#history[0]?.seq
    if (seq > this.#seq || oldest === undefined || oldest === null || seq < oldest - 1) return null
    return this.#history.filter((frame) => frame.seq !== null && frame.seq > seq)
  }

  /** Sequence number that an event id of this feed names; null for ids of other feeds. */
  seqOf(eventId: string): number | null {
    const [name, seq] = eventId.split('.')
    return name === this.#name && seq !== undefined && /^\d{1,15}$/.test(seq) ? Number(seq) : null
  }

  #id(): string {
    return `${this.#name}.${this.#seq}`
  }

  #remember(frame: Frame): void {
    this.#history.push(frame)
    this.#historyBytes += frame.bytes.length
    while (this.#history.length > MAX_HISTORY || this.#historyBytes > MAX_HISTORY_BYTES) {
      const dropped = this.#history.shift()
      if (dropped === undefined) return
      this.#historyBytes -= dropped.bytes.length
    }
  }
}

function sameFolds(a: Topology, b: Topology): boolean {
  return (
    a.total.nodes === b.total.nodes &&
    a.total.edges === b.total.edges &&
    a.filtered.flows === b.filtered.flows &&
    a.folded.length === b.folded.length &&
    a.folded.every((fold, index) => fold.label === b.folded[index]?.label && fold.folded === b.folded[index]?.folded)
  )
}
