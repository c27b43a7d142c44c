import type { FlowPolicy, Verdict } from './flow'
import type { Lane } from './window-lanes'
import type { FlowEdge } from './window-types'

/** Sums per lane over several buckets, by lane id in flat arrays: a window has tens of thousands of lanes. */
export class LaneSums {
  readonly counts: Float64Array
  readonly repeats: Float64Array
  /** NaN where no record stated any. */
  readonly bytes: Float64Array
  readonly firstSeen: Float64Array
  readonly lastSeen: Float64Array
  /** Lanes with traffic, each once. */
  readonly touched: number[] = []

  constructor(laneBound: number) {
    this.counts = new Float64Array(laneBound)
    this.repeats = new Float64Array(laneBound)
    this.bytes = new Float64Array(laneBound).fill(Number.NaN)
    this.firstSeen = new Float64Array(laneBound).fill(Number.POSITIVE_INFINITY)
    this.lastSeen = new Float64Array(laneBound).fill(Number.NEGATIVE_INFINITY)
  }

  readonly add = (lane: number, count: number, repeats: number, bytes: number, firstSeen: number, lastSeen: number): void => {
    if (count === 0 && repeats === 0) return
    if (this.counts[lane] === 0 && this.repeats[lane] === 0) this.touched.push(lane)
    this.counts[lane] = at(this.counts, lane) + count
    this.repeats[lane] = at(this.repeats, lane) + repeats
    if (!Number.isNaN(bytes)) this.bytes[lane] = Number.isNaN(at(this.bytes, lane)) ? bytes : at(this.bytes, lane) + bytes
    this.firstSeen[lane] = Math.min(at(this.firstSeen, lane), firstSeen)
    this.lastSeen[lane] = Math.max(at(this.lastSeen, lane), lastSeen)
  }
}

/** One edge from the sums of its lanes (at least one). */
export function edgeOf(lanes: readonly { readonly lane: Lane; readonly id: number }[], sums: LaneSums): FlowEdge {
  const verdicts = noCounts()
  const repeats = noCounts()
  let bytes: number | null = null
  let firstSeen = Number.POSITIVE_INFINITY
  let lastSeen = Number.NEGATIVE_INFINITY
  for (const { lane, id } of lanes) {
    verdicts[lane.verdict] += at(sums.counts, id)
    repeats[lane.verdict] += at(sums.repeats, id)
    const laneBytes = at(sums.bytes, id)
    if (!Number.isNaN(laneBytes)) bytes = (bytes ?? 0) + laneBytes
    firstSeen = Math.min(firstSeen, at(sums.firstSeen, id))
    lastSeen = Math.max(lastSeen, at(sums.lastSeen, id))
  }
  const [first] = lanes
  if (first === undefined) throw new RangeError('an edge without lanes')
  const { source, destination, protocol, port } = first.lane
  return {
    source,
    destination,
    protocol,
    port,
    verdicts,
    repeats,
    bytes,
    firstSeen,
    lastSeen,
    policies: topPolicies(lanes, sums),
    reasons: topReasons(lanes, sums),
    reporters: [...new Set(lanes.map(({ lane }) => lane.reporter))].sort(),
  }
}

/** Policies and reasons named on one edge; more are in its flows. */
const MAX_NAMED = 3
const NO_POLICIES: FlowEdge['policies'] = []
const NO_REASONS: FlowEdge['reasons'] = []

function topPolicies(lanes: readonly { readonly lane: Lane; readonly id: number }[], sums: LaneSums): FlowEdge['policies'] {
  if (lanes.every(({ lane }) => lane.policies.length === 0)) return NO_POLICIES
  const counts = new Map<string, FlowPolicy & { count: number; denied: number }>()
  for (const { lane, id } of lanes) {
    const count = at(sums.counts, id)
    const denied = lane.verdict === 'dropped' ? count : 0
    for (const policy of lane.policies) {
      const key = `${policy.policy} ${policy.rule ?? ''} ${policy.confidence}`
      const known = counts.get(key)
      if (known === undefined) {
        counts.set(key, { ...policy, count, denied })
      } else {
        known.count += count
        known.denied += denied
      }
    }
  }
  return [...counts.values()].sort((a, b) => b.count - a.count).slice(0, MAX_NAMED)
}

function topReasons(lanes: readonly { readonly lane: Lane; readonly id: number }[], sums: LaneSums): FlowEdge['reasons'] {
  if (lanes.every(({ lane }) => lane.reason === null)) return NO_REASONS
  const counts = new Map<string, number>()
  for (const { lane, id } of lanes) {
    if (lane.reason !== null) counts.set(lane.reason, (counts.get(lane.reason) ?? 0) + at(sums.counts, id))
  }
  const reasons = [...counts].map(([reason, count]) => ({ reason, count }))
  return reasons.sort((a, b) => b.count - a.count).slice(0, MAX_NAMED)
}

function noCounts(): Record<Verdict, number> {
  return { forwarded: 0, dropped: 0, audit: 0, error: 0, unknown: 0 }
}

function at(array: Float64Array, index: number): number {
  return array[index] ?? 0
}
