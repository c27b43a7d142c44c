import { atOnce, type Steps } from '../model/steps'
import { edgeOf, LaneSums } from './edge-sums'
import { findEvidence, Traces } from './evidence'
import type { Flow, Verdict } from './flow'
import { VERDICTS } from './flow'
import { type EdgeNote, newEdgeNote } from './route'
import { SOURCE_FAMILIES } from './source-rank'
import { WindowCells } from './window-cells'
import { type RankedLane, type WindowLane, WindowLanes } from './window-lanes'
import type { FlowEdge, FlowHistogram, WindowCell } from './window-types'

/** Of a source that nobody ranked: it is alone. */
const BEST_RANK = 0
const LAST_RANK = SOURCE_FAMILIES.length - 1

export const BUCKET_MS = 10_000
export const WINDOW_MS = 3_600_000
const BUCKETS_PER_MINUTE = 6
/** About two milliseconds of putting edges together. */
const EDGES_A_STEP = 250

export type WindowLimits = {
  /** Pairs of ends with protocol and port that are known at once. */
  readonly maxEdges: number
  /** Sums over all buckets. One takes about 60 bytes. */
  readonly maxCells: number
}

export const WINDOW_LIMITS: WindowLimits = { maxEdges: 50_000, maxCells: 500_000 }

/** Why the window could not take a flow. */
export type WindowRefusal = 'window/too-late' | 'window/edges-full' | 'window/cells-full'

/** What of a lane's sums does not count, because a better source reports the same. */
export type LaneEvidence = { readonly count: number; readonly repeats: number; readonly lastSeen: number }

/** Where a flow was counted, so that it can be counted differently when more is known. */
export type WindowPlace = { readonly bucket: number; readonly lane: number; readonly counted: number; readonly rank: number }

/**
 * Hears of every change of a sum. `at` is a moment of the changed bucket, `time` that of the record; negative counts
 * and bytes take back what was counted before.
 */
export type SumListener = (at: number, lane: RankedLane, count: number, repeats: number, bytes: number | null, time: number) => void

/**
 * The last hour of traffic as sums per 10 s bucket and edge, in bounded memory.
 *
 * Adding is O(1). When cells run out the oldest bucket makes room, so that history shortens (`historyFrom`) before new
 * traffic is refused; when edges run out, flows of unknown edges are refused. The clock is the largest `now` it was given.
 */
export class FlowWindow {
  private readonly limits: WindowLimits
  private readonly lanes: WindowLanes
  private readonly buckets = new Map<number, WindowCells>()
  /** Who reported what is reported by several kinds of sources, as it came in. */
  private traces = new Traces()
  private cells = 0
  private oldest = 0
  private shortenedTo: number | null = null
  private newestTime: number | null = null
  private readonly onSum: SumListener | null

  constructor(limits: WindowLimits = WINDOW_LIMITS, onSum: SumListener | null = null) {
    this.limits = limits
    this.onSum = onSum
    this.lanes = new WindowLanes(limits.maxEdges)
  }

  /**
   * Counts a flow in the bucket of its `windowTime`.
   *
   * @param count connections it adds (0 for a record that repeats one).
   * @param repeats records it stands for that repeat a counted one.
   * @param note of its ends, protocol and port: finds the edge faster.
   * @param rank of the source's kind (source-rank.ts).
   */
  add(
    flow: Flow,
    count: number,
    repeats: number,
    now: number,
    note: EdgeNote = newEdgeNote(),
    rank: number = BEST_RANK,
  ): WindowPlace | WindowRefusal {
    this.advance(now)
    const index = Math.floor(flow.windowTime / BUCKET_MS)
    if (index < this.oldest) return 'window/too-late'
    const lane = this.lanes.laneOf(flow, note, rank)
    if (lane === null) return 'window/edges-full'
    if (!this.addTo(index, lane, count, repeats, flow.bytes, flow.time)) return 'window/cells-full'
    this.onSum?.(flow.windowTime, this.lanes.lane(lane), count, repeats, flow.bytes, flow.time)
    this.newestTime = Math.max(this.newestTime ?? flow.windowTime, flow.windowTime)
    if (flow.mutualTls !== undefined) this.lanes.seeTls(lane, flow.mutualTls, flow.windowTime)
    return { bucket: index, lane, counted: count, rank }
  }

  /** The rank of a better source that reported the same at about the same time before; null when there was none. */
  betterThan({ lane: id, bucket }: WindowPlace): number | null {
    if (!this.lanes.hasContested) return null
    return this.traces.betterThan(this.lanes.lane(id), bucket)
  }

  /** Shows the edge of a counted flow in use at a later moment (`time` by its source, `windowTime` by us), as far as there is room. */
  use(flow: Flow, rank: number, time: number, windowTime: number, bytes: number | null, now: number): void {
    this.advance(now)
    const index = Math.floor(windowTime / BUCKET_MS)
    if (index < this.oldest) return
    const lane = this.lanes.laneOf(flow, newEdgeNote(), rank)
    if (lane === null || !this.addTo(index, lane, 0, 1, bytes, time)) return
    this.onSum?.(windowTime, this.lanes.lane(lane), 0, 1, bytes, time)
    this.newestTime = Math.max(this.newestTime ?? windowTime, windowTime)
  }

  /**
   * Takes sums of a minute that were counted by an earlier run, without telling the listener. They are spread over the
   * buckets in which they were seen. False when some of them lie outside the window or there is no room.
   */
  restore(
    flow: Flow,
    sum: { readonly count: number; readonly repeats: number; readonly lastSeen: number },
    now: number,
    rank: number = LAST_RANK,
  ): boolean {
    this.advance(now)
    const first = Math.floor(flow.windowTime / BUCKET_MS)
    const last = Math.max(first, Math.min(first + 5, Math.floor(sum.lastSeen / BUCKET_MS)))
    if (first < this.oldest) return false
    const lane = this.lanes.laneOf(flow, newEdgeNote(), rank)
    if (lane === null) return false
    const buckets = last - first + 1
    let isWhole = true
    for (let part = 0; part < buckets; part++) {
      const count = share(sum.count, part, buckets)
      const repeats = share(sum.repeats, part, buckets)
      if (count === 0 && repeats === 0) continue
      const time = part === buckets - 1 ? sum.lastSeen : flow.time
      const isKept = this.addTo(first + part, lane, count, repeats, part === 0 ? flow.bytes : null, time)
      if (isKept) this.newestTime = Math.max(this.newestTime ?? 0, (first + part) * BUCKET_MS)
      isWhole &&= isKept
    }
    return isWhole
  }

  /** Takes back connections of a restored minute that its writer counts differently now, from its last bucket on. */
  takeBack(flow: Flow, minute: number, count: number, rank: number = LAST_RANK): void {
    const lane = this.lanes.laneOf(flow, newEdgeNote(), rank)
    if (lane === null) return
    const first = Math.floor(minute / BUCKET_MS)
    let left = count
    for (let index = first + BUCKETS_PER_MINUTE - 1; index >= first && left > 0; index--)
      left -= this.buckets.get(index)?.takeBack(lane, left) ?? 0
    // A lane that no bucket has is forgotten again.
    this.lanes.retain(lane)
    this.lanes.release(lane)
  }

  /** False when there is no room. */
  private addTo(index: number, lane: number, count: number, repeats: number, bytes: number | null, time: number): boolean {
    let bucket = this.buckets.get(index)
    if (bucket === undefined || bucket.find(lane) === -1) {
      // The lane is in use from here, so that making room cannot free it.
      this.lanes.retain(lane)
      if (!this.makeRoom(index)) {
        this.lanes.release(lane)
        return false
      }
      this.cells++
    }
    if (bucket === undefined) {
      bucket = new WindowCells()
      this.buckets.set(index, bucket)
    }
    bucket.add(lane, count, repeats, bytes, time)
    if (this.lanes.hasContested) this.follow(this.lanes.lane(lane), index)
    return true
  }

  private follow(lane: WindowLane, index: number): void {
    if (!this.lanes.isContested(lane.area)) return
    if (this.traces.size > this.limits.maxEdges) this.traces = new Traces()
    this.traces.see(lane, index)
  }

  /**
   * Counts a flow differently: what was counted at `place` moves to where the changed flow belongs. Without effect when
   * the bucket has left the window or is full.
   */
  move(place: WindowPlace, flow: Flow): WindowPlace {
    const bucket = this.buckets.get(place.bucket)
    if (bucket === undefined) return place
    const lane = this.lanes.laneOf(flow, newEdgeNote(), place.rank)
    if (lane === null) return place
    if (lane === place.lane) {
      this.lanes.rename(lane, flow)
      return place
    }
    const isNew = bucket.find(lane) === -1
    if (isNew && this.cells >= this.limits.maxCells) {
      this.lanes.retain(lane)
      this.lanes.release(lane)
      return place
    }
    if (!bucket.subtract(place.lane, place.counted, flow.bytes)) {
      if (isNew) {
        this.lanes.retain(lane)
        this.lanes.release(lane)
      }
      return place
    }
    if (isNew) {
      this.lanes.retain(lane)
      this.cells++
    }
    bucket.add(lane, place.counted, 0, flow.bytes, flow.time)
    if (flow.mutualTls !== undefined) this.lanes.seeTls(lane, flow.mutualTls, flow.windowTime)
    const at = place.bucket * BUCKET_MS
    this.onSum?.(at, this.lanes.lane(place.lane), -place.counted, 0, flow.bytes === null ? null : -flow.bytes, flow.time)
    this.onSum?.(at, this.lanes.lane(lane), place.counted, 0, flow.bytes, flow.time)
    return { ...place, lane }
  }

  /** Notes what a further record of a counted flow states of mutual TLS, as far as the flow is still in the window. */
  seeTls({ bucket, lane }: WindowPlace, isMutual: boolean): void {
    const cells = this.buckets.get(bucket)
    if (cells !== undefined && cells.find(lane) !== -1) this.lanes.seeTls(lane, isMutual, bucket * BUCKET_MS)
  }

  /** Sums per edge over all buckets that touch `[from, to)`, in milliseconds. */
  edges(from: number, to: number): readonly FlowEdge[] {
    return atOnce(this.edgesInSteps(from, to))
  }

  /** The same in steps of a few milliseconds, between which flows may come. */
  *edgesInSteps(from: number, to: number): Steps<readonly FlowEdge[]> {
    const sums = new LaneSums(this.lanes.laneBound)
    const [first, last] = [Math.floor(from / BUCKET_MS), Math.ceil(to / BUCKET_MS) - 1]
    const evidence = this.evidence(first, last)
    const { freed } = this.lanes
    for (const [index, bucket] of this.buckets) {
      if (index < first || index > last) continue
      const lanes = evidence?.get(index)
      if (lanes === undefined) bucket.visit(sums.add)
      else bucket.visit((lane, ...sum) => (lanes.has(lane) ? sums.addEvidence(lane, ...sum) : sums.add(lane, ...sum)))
      yield
      // A sum may be of another lane now.
      if (this.lanes.freed !== freed) return this.edges(from, to)
    }
    const lanesOf = new Map<number, number[]>()
    for (const laneId of sums.touched) {
      const { edge } = this.lanes.lane(laneId)
      const lanes = lanesOf.get(edge)
      if (lanes === undefined) lanesOf.set(edge, [laneId])
      else lanes.push(laneId)
    }
    const edges: FlowEdge[] = []
    for (const [edgeId, lanes] of lanesOf) {
      const edge = edgeOf(
        lanes.map((id) => {
          const lane = this.lanes.lane(id)
          return { lane, rank: lane.rank, id }
        }),
        sums,
      )
      const seenMutualTls = this.lanes.tlsOf(edgeId)?.between(first * BUCKET_MS, (last + 1) * BUCKET_MS) ?? null
      edges.push(seenMutualTls === null ? edge : { ...edge, seenMutualTls })
      if (edges.length % EDGES_A_STEP !== 0) continue
      yield
      if (this.lanes.freed !== freed) return this.edges(from, to)
    }
    return edges
  }

  /** What of the sums of `[from, to)` a better source counts as well, by lane; null when sources do not meet anywhere. */
  evidenceBetween(from: number, to: number): ReadonlyMap<RankedLane, LaneEvidence> | null {
    const evidence = this.evidence(Math.floor(from / BUCKET_MS), Math.ceil(to / BUCKET_MS) - 1)
    if (evidence === null) return null
    const found = new Map<RankedLane, LaneEvidence>()
    for (const [index, ids] of evidence) {
      this.buckets.get(index)?.visit((id, count, repeats, _bytes, _first, lastSeen) => {
        if (!ids.has(id)) return
        const lane = this.lanes.lane(id)
        const known = found.get(lane)
        found.set(lane, { count: count + (known?.count ?? 0), repeats: repeats + (known?.repeats ?? 0), lastSeen })
      })
    }
    return found
  }

  /** Everything that the buckets hold which touch `[from, to)`, oldest bucket first. */
  *cellsBetween(from: number, to: number): Generator<WindowCell> {
    const indices = [...this.buckets.keys()].filter((index) => (index + 1) * BUCKET_MS > from && index * BUCKET_MS < to)
    for (const index of indices.sort((a, b) => a - b)) {
      const cells: WindowCell[] = []
      this.buckets.get(index)?.visit((id, count, repeats, bytes, firstSeen, lastSeen) => {
        const lane = this.lanes.lane(id)
        cells.push({ bucket: index * BUCKET_MS, lane, count, repeats, bytes: Number.isNaN(bytes) ? null : bytes, firstSeen, lastSeen })
      })
      yield* cells
    }
  }

  /**
   * Connections by verdict over time.
   *
   * @param buckets most columns wanted; a column is a whole number of 10 s buckets, and the range grows to fit.
   * @param accepts says of each edge, verdict, reason and policy combination whether it counts; all do without it.
   */
  histogram(from: number, to: number, buckets: number, accepts: ((lane: RankedLane) => boolean) | null = null): FlowHistogram {
    const first = Math.floor(from / BUCKET_MS)
    const last = Math.max(first + 1, Math.ceil(to / BUCKET_MS))
    const width = Math.max(1, Math.ceil((last - first) / Math.max(1, Math.floor(buckets))))
    const columns = Math.ceil((last - first) / width)
    const counts = emptyColumns(columns)
    const accepted = new Map<number, boolean>()
    const evidence = this.evidence(first, first + columns * width - 1)
    for (const [index, bucket] of this.buckets) {
      const column = Math.floor((index - first) / width)
      if (column < 0 || column >= columns) continue
      const repeated = evidence?.get(index)
      bucket.visit((laneId, count) => {
        if (count === 0 || repeated?.has(laneId) === true) return
        const lane = this.lanes.lane(laneId)
        let isWanted = accepted.get(laneId)
        if (isWanted === undefined) {
          isWanted = accepts === null || accepts(lane)
          accepted.set(laneId, isWanted)
        }
        if (!isWanted) return
        const series = counts[lane.verdict]
        series[column] = (series[column] ?? 0) + count
      })
    }
    return { from: first * BUCKET_MS, to: (first + columns * width) * BUCKET_MS, bucketMs: width * BUCKET_MS, counts }
  }

  /** Window time of the latest flow counted, in milliseconds; null before the first. */
  get newest(): number | null {
    return this.newestTime
  }

  /** Start of the oldest bucket with traffic; null when the window is empty. Later than expected when memory ran out. */
  historyFrom(): number | null {
    let first: number | null = null
    for (const index of this.buckets.keys()) if (first === null || index < first) first = index
    return first === null ? null : first * BUCKET_MS
  }

  /** What the window holds, against its limits. */
  usage(): { readonly edges: number; readonly cells: number; readonly limits: WindowLimits; readonly shortenedTo: number | null } {
    return { edges: this.lanes.edgeCount, cells: this.cells, limits: this.limits, shortenedTo: this.shortenedTo }
  }

  /** Forgets buckets that have left the hour before `now`. */
  advance(now: number): void {
    const oldest = Math.floor((now - WINDOW_MS) / BUCKET_MS) + 1
    if (oldest <= this.oldest) return
    this.oldest = oldest
    for (const index of this.buckets.keys()) if (index < oldest) this.forget(index)
    if (this.shortenedTo !== null && this.shortenedTo < oldest * BUCKET_MS) this.shortenedTo = null
  }

  /** Gives up the oldest bucket when there is no room for a cell in `index`; false when that would be `index` itself. */
  private makeRoom(index: number): boolean {
    while (this.cells >= this.limits.maxCells) {
      let first = index
      for (const each of this.buckets.keys()) if (each < first) first = each
      if (first === index) return false
      this.forget(first)
      this.shortenedTo = (first + 1) * BUCKET_MS
    }
    return true
  }

  private forget(index: number): void {
    const bucket = this.buckets.get(index)
    if (bucket === undefined) return
    this.buckets.delete(index)
    this.cells -= bucket.size
    bucket.visit((lane) => this.lanes.release(lane))
  }

  /** Lanes by bucket that do not count because a better source reports the same; null when there are none. */
  private evidence(first: number, last: number): ReturnType<typeof findEvidence> | null {
    return this.lanes.hasContested ? findEvidence(this.buckets, this.lanes, first, last) : null
  }
}

/** The whole-number share of one of several parts, which add up to the total. */
function share(total: number, part: number, parts: number): number {
  return Math.floor((total * (part + 1)) / parts) - Math.floor((total * part) / parts)
}

function emptyColumns(columns: number): Record<Verdict, number[]> {
  const counts: Record<Verdict, number[]> = { forwarded: [], dropped: [], audit: [], error: [], unknown: [] }
  for (const verdict of VERDICTS) counts[verdict] = new Array<number>(columns).fill(0)
  return counts
}
