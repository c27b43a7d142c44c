import type { FlowPolicy, Verdict } from './flow'
import type { Lane } from './window-lanes'
import type { FlowEdge } from './window-types'

/** Sums per lane over several buckets, by lane id in flat arrays: a window has tens of thousands of lanes. */
export class LaneSums {
  readonly counts: Float64Array
  readonly repeats: Float64Array
  /** What a better source counts as well. */
  readonly evidence: Float64Array
  /** NaN where no record stated any. */
  readonly bytes: Float64Array
  readonly firstSeen: Float64Array
  readonly lastSeen: Float64Array
  /** Lanes with traffic, each once. */
  readonly touched: number[] = []

  constructor(laneBound: number) {
    this.counts = new Float64Array(laneBound)
    this.repeats = new Float64Array(laneBound)
    this.evidence = new Float64Array(laneBound)
    this.bytes = new Float64Array(laneBound).fill(Number.NaN)
    this.firstSeen = new Float64Array(laneBound).fill(Number.POSITIVE_INFINITY)
    this.lastSeen = new Float64Array(laneBound).fill(Number.NEGATIVE_INFINITY)
  }

  readonly add = (lane: number, count: number, repeats: number, bytes: number, firstSeen: number, lastSeen: number): void => {
    if (count === 0 && repeats === 0) return
    this.see(lane, bytes, firstSeen, lastSeen)
    this.counts[lane] = at(this.counts, lane) + count
    this.repeats[lane] = at(this.repeats, lane) + repeats
  }

  readonly addEvidence = (lane: number, count: number, repeats: number, bytes: number, firstSeen: number, lastSeen: number): void => {
    this.see(lane, bytes, firstSeen, lastSeen)
    this.evidence[lane] = at(this.evidence, lane) + count + repeats
  }

  private see(lane: number, bytes: number, firstSeen: number, lastSeen: number): void {
    if (this.firstSeen[lane] === Number.POSITIVE_INFINITY) this.touched.push(lane)
    if (!Number.isNaN(bytes)) this.bytes[lane] = Number.isNaN(at(this.bytes, lane)) ? bytes : at(this.bytes, lane) + bytes
    this.firstSeen[lane] = Math.min(at(this.firstSeen, lane), firstSeen)
    this.lastSeen[lane] = Math.max(at(this.lastSeen, lane), lastSeen)
  }
}

/** A lane, how well its kind of source counts, and where its sums are. */
export type SummedLane = { readonly lane: Omit<Lane, 'edge'>; readonly rank: number; readonly id: number }

/**
 * One edge from the sums of its lanes (at least one). What is evidence adds policies, reasons and reporters that the counting
 * source does not name, and bytes where it has none. An edge that only evidence shows is in use, and nothing began on it.
 */
export function edgeOf(lanes: readonly SummedLane[], sums: LaneSums): FlowEdge {
  const verdicts = noCounts()
  const repeats = noCounts()
  const repeated = lanes.every(({ id }) => at(sums.counts, id) === 0 && at(sums.repeats, id) === 0) ? sums.evidence : sums.repeats
  let firstSeen = Number.POSITIVE_INFINITY
  let lastSeen = Number.NEGATIVE_INFINITY
  for (const { lane, id } of lanes) {
    verdicts[lane.verdict] += at(sums.counts, id)
    repeats[lane.verdict] += at(repeated, id)
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
    bytes: bytesOf(lanes, sums),
    firstSeen,
    lastSeen,
    policies: topPolicies(lanes, sums),
    reasons: topReasons(lanes, sums),
    reporters: reportersOf(lanes),
  }
}

function reportersOf(lanes: readonly SummedLane[]): readonly string[] {
  const reporter = lanes[0]?.lane.reporter ?? ''
  if (lanes.every(({ lane }) => lane.reporter === reporter)) return [reporter]
  return [...new Set(lanes.map(({ lane }) => lane.reporter))].sort()
}

/** Of the best source that states any: several would count the same bytes. */
function bytesOf(lanes: readonly SummedLane[], sums: LaneSums): number | null {
  const stating = lanes.filter(({ id }) => !Number.isNaN(at(sums.bytes, id)))
  if (stating.length === 0) return null
  const best = Math.min(...stating.map(({ rank }) => rank))
  return stating.reduce((sum, { rank, id }) => (rank === best ? sum + at(sums.bytes, id) : sum), 0)
}

/** Those that count first, then the evidence of each. */
function countedFirst(lanes: readonly SummedLane[], sums: LaneSums): readonly SummedLane[] {
  if (lanes.every(({ id }) => at(sums.evidence, id) === 0)) return lanes
  return [...lanes].sort((a, b) => a.rank - b.rank || at(sums.evidence, a.id) - at(sums.evidence, b.id))
}

/** Policies and reasons named on one edge; more are in its flows. */
const MAX_NAMED = 3
const NO_POLICIES: FlowEdge['policies'] = []
const NO_REASONS: FlowEdge['reasons'] = []

function topPolicies(lanes: readonly SummedLane[], sums: LaneSums): FlowEdge['policies'] {
  const naming = lanes.filter(({ lane }) => lane.policies.length > 0)
  const [only] = naming
  if (only === undefined) return NO_POLICIES
  const [policy] = only.lane.policies
  if (naming.length === 1 && only.lane.policies.length === 1 && policy !== undefined) {
    const count = at(sums.counts, only.id) + at(sums.evidence, only.id)
    const { policy: ref, rule, confidence } = policy
    return [{ policy: ref, rule, confidence, count, denied: only.lane.verdict === 'dropped' ? count : 0 }]
  }
  const counts = new Map<string, FlowPolicy & { count: number; denied: number; rank: number }>()
  for (const { lane, rank, id } of countedFirst(naming, sums)) {
    const counted = at(sums.counts, id)
    const count = counted + at(sums.evidence, id)
    for (const policy of lane.policies) {
      const key = `${policy.policy} ${policy.rule ?? ''} ${policy.confidence}`
      const known = counts.get(key)
      if (known === undefined) {
        counts.set(key, { ...policy, count, denied: lane.verdict === 'dropped' ? count : 0, rank })
      } else {
        const more = known.rank === rank ? count : counted
        known.count += more
        if (lane.verdict === 'dropped') known.denied += more
      }
    }
  }
  const named = [...counts.values()].sort((a, b) => b.count - a.count).slice(0, MAX_NAMED)
  return named.map(({ rank: _, ...policy }) => policy)
}

function topReasons(lanes: readonly SummedLane[], sums: LaneSums): FlowEdge['reasons'] {
  const naming = lanes.filter(({ lane }) => lane.reason !== null)
  const [only] = naming
  if (only === undefined) return NO_REASONS
  if (naming.length === 1 && only.lane.reason !== null) {
    return [{ reason: only.lane.reason, count: at(sums.counts, only.id) + at(sums.evidence, only.id) }]
  }
  const counts = new Map<string, { count: number; readonly rank: number }>()
  for (const { lane, rank, id } of countedFirst(naming, sums)) {
    if (lane.reason === null) continue
    const counted = at(sums.counts, id)
    const count = counted + at(sums.evidence, id)
    const known = counts.get(lane.reason)
    if (known === undefined) counts.set(lane.reason, { count, rank })
    else known.count += known.rank === rank ? count : counted
  }
  const reasons = Array.from(counts, ([reason, { count }]) => ({ reason, count }))
  return reasons.sort((a, b) => b.count - a.count).slice(0, MAX_NAMED)
}

function noCounts(): Record<Verdict, number> {
  return { forwarded: 0, dropped: 0, audit: 0, error: 0, unknown: 0 }
}

function at(array: Float64Array, index: number): number {
  return array[index] ?? 0
}
