import { SOURCE_FAMILIES } from './source-rank'
import type { WindowCells } from './window-cells'
import type { WindowLane, WindowLanes } from './window-lanes'

/** Sources see one connection at different moments, and sum up over up to 15 s: so many buckets before and after belong together. */
export const NEAR_BUCKETS = 3

const RANKS = SOURCE_FAMILIES.length
/** Of an edge or a site: the last bucket, by rank, with anything and with a refusal. */
type LastSeen = { readonly any: Int32Array; readonly refused: Int32Array }
const NEVER = -(2 ** 31)

/**
 * Lanes, by bucket, that are evidence: a better source reports the same traffic at about the same time, so that its sums
 * count and theirs would count twice. It does not matter in which order the records came.
 *
 * The same traffic is the same edge, or between the same workloads where one of the two sources names no pods; and out of the
 * cluster it is that of one workload on one port, where one of the two only says that it is outside. A refusal is
 * evidence only where the better source reports a refusal as well: what it does not see must not be hidden.
 */
export function findEvidence(
  buckets: ReadonlyMap<number, WindowCells>,
  lanes: WindowLanes,
  first: number,
  last: number,
): ReadonlyMap<number, ReadonlySet<number>> {
  const evidence = new Map<number, Set<number>>()
  const near = [...buckets.keys()].filter((index) => index >= first - NEAR_BUCKETS && index <= last + NEAR_BUCKETS).sort((a, b) => a - b)
  for (const order of [near, [...near].reverse()]) {
    const traces = new Traces()
    for (const index of order) {
      const cells: { readonly id: number; readonly lane: WindowLane }[] = []
      buckets.get(index)?.visit((id, count, repeats) => {
        const lane = lanes.lane(id)
        if ((count > 0 || repeats > 0) && lanes.isContested(lane.area)) cells.push({ id, lane })
      })
      for (const { lane } of cells) traces.see(lane, index)
      if (index < first || index > last) continue
      for (const { id, lane } of cells) {
        if (traces.betterThan(lane, index) === null) continue
        const found = evidence.get(index)
        if (found === undefined) evidence.set(index, new Set([id]))
        else found.add(id)
      }
    }
  }
  return evidence
}

/** Who was seen where, as of the bucket that was told last. */
export class Traces {
  readonly #edges = new Map<number, LastSeen>()
  /** Of records that name workloads only. */
  readonly #summaries = new Map<number, LastSeen>()
  readonly #sites = new Map<number, LastSeen>()
  /** Of records that say "outside" only. */
  readonly #wide = new Map<number, LastSeen>()

  see(lane: WindowLane, bucket: number): void {
    mark(this.#edges, lane.edge, lane, bucket)
    mark(this.#sites, lane.site, lane, bucket)
    if (lane.area !== lane.site) mark(this.#sites, lane.area, lane, bucket)
    if (lane.isWide) mark(this.#wide, lane.area, lane, bucket)
    if (lane.isSummary) mark(this.#summaries, lane.site, lane, bucket)
  }

  get size(): number {
    return this.#edges.size
  }

  /** The rank of a better source that reported the same within {@link NEAR_BUCKETS}; null when there is none. */
  betterThan(lane: WindowLane, bucket: number): number | null {
    const same = lane.isSummary || lane.isWide ? this.#sites.get(lane.site) : this.#summaries.get(lane.site)
    return (
      betterNear(this.#edges.get(lane.edge), lane, bucket) ??
      betterNear(same, lane, bucket) ??
      betterNear(this.#wide.get(lane.area), lane, bucket)
    )
  }
}

function mark(traces: Map<number, LastSeen>, key: number, { rank, verdict }: WindowLane, bucket: number): void {
  let seen = traces.get(key)
  if (seen === undefined) {
    seen = { any: new Int32Array(RANKS).fill(NEVER), refused: new Int32Array(RANKS).fill(NEVER) }
    traces.set(key, seen)
  }
  seen.any[rank] = bucket
  if (isRefusal(verdict)) seen.refused[rank] = bucket
}

function betterNear(seen: LastSeen | undefined, { rank, verdict }: WindowLane, bucket: number): number | null {
  if (seen === undefined) return null
  const traces = isRefusal(verdict) ? seen.refused : seen.any
  for (let better = 0; better < rank; better++) if (Math.abs((traces[better] ?? NEVER) - bucket) <= NEAR_BUCKETS) return better
  return null
}

function isRefusal(verdict: WindowLane['verdict']): boolean {
  return verdict === 'dropped' || verdict === 'error'
}
