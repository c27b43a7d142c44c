import type { ObservedEndpoint, ObservedFlow } from '@/lib/flows/flow'
import type { DecodedLine } from '../decoded-line'
import type { EdgeFamily, EdgeReading, Labels } from './edge-family'
import { EndPool } from './end-pool'

/** By how much the series of one edge grew in an interval. null: the metric that would say it was not asked or is not there. */
export type EdgeGrowth = { readonly labels: Labels; readonly count: number | null; readonly bytes: number | null }

/** The interval that a growth is of. */
export type Interval = {
  /** Its end, in milliseconds since the epoch. */
  readonly endMs: number
  readonly lengthMs: number
}

/** Pairs of ends remembered for each family that others look at; when there are more, it begins anew. */
const MAX_PAIRS = 50_000

/** Turns growing counters into records of edges. One for each source: it remembers which traffic is counted by whom. */
export class EdgeCounter {
  private readonly ends = new EndPool()
  private readonly countedPairs = new Map<string, Set<string>>()

  /** One record for each growth, in order. `beside` are the ids of all families that are there. */
  records(family: EdgeFamily, growths: readonly EdgeGrowth[], interval: Interval, beside: ReadonlySet<string>): readonly DecodedLine[] {
    const readings = growths.map(({ labels }) => family.read(labels, this.ends, beside))
    const lesser = family.hasTwoSides ? lesserSides(readings, growths) : NONE
    return growths.map((growth, index): DecodedLine => {
      const reading = readings[index] ?? null
      if (reading === null) return { kind: 'ignored', reason: 'no-endpoints' }
      const count = Math.round(growth.count ?? 0)
      const counts = reading.counts && count >= 1 && !lesser.has(index) && !this.isCountedElsewhere(family, reading)
      if (counts) this.remember(family.id, reading)
      const flow = flowOf(family, reading, counts ? count : null, growth.bytes, interval)
      return { kind: 'flow', flow, isTimed: true, unknownFields: 0 }
    })
  }

  private isCountedElsewhere({ countedBy }: EdgeFamily, reading: EdgeReading): boolean {
    if (countedBy.length === 0) return false
    const pair = pairText(reading)
    return countedBy.some((id) => this.countedPairs.get(id)?.has(pair) === true)
  }

  private remember(id: string, reading: EdgeReading): void {
    const pairs = this.countedPairs.get(id)
    if (pairs === undefined || pairs.size >= MAX_PAIRS) this.countedPairs.set(id, new Set([pairText(reading)]))
    else pairs.add(pairText(reading))
  }
}

const NONE: ReadonlySet<number> = new Set()

/** Where both sides of the same edge tell the same, the one that tells less: the other one counts. */
function lesserSides(readings: readonly (EdgeReading | null)[], growths: readonly EdgeGrowth[]): ReadonlySet<number> {
  type Side = { count: number; indices: number[] }
  const edges = new Map<string, { ingress: Side; egress: Side }>()
  for (const [index, reading] of readings.entries()) {
    if (reading === null || reading.direction === null || !reading.counts) continue
    const key = `${pairText(reading)} ${reading.protocol} ${reading.verdict} ${reading.reason ?? ''}`
    const edge = edges.get(key) ?? { ingress: { count: 0, indices: [] }, egress: { count: 0, indices: [] } }
    edges.set(key, edge)
    edge[reading.direction].count += growths[index]?.count ?? 0
    edge[reading.direction].indices.push(index)
  }
  const lesser = [...edges.values()].flatMap(({ ingress, egress }) => (ingress.count >= egress.count ? egress.indices : ingress.indices))
  return new Set(lesser)
}

function flowOf(
  { countsAs }: EdgeFamily,
  reading: EdgeReading,
  count: number | null,
  bytes: number | null,
  { endMs, lengthMs }: Interval,
): ObservedFlow {
  const { counts: _counts, ...edge } = reading
  return {
    ...edge,
    time: endMs,
    sourcePort: null,
    bytes: bytes === null ? null : Math.min(Math.round(bytes), Number.MAX_SAFE_INTEGER),
    packets: null,
    count: count === null ? 1 : Math.min(count, Number.MAX_SAFE_INTEGER),
    uuid: null,
    event: 'flow',
    // What is in use without a new connection, or is counted by another metric, adds none.
    phase: count === null ? 'later' : 'start',
    guessedOrder: false,
    node: null,
    family: countsAs,
    overMs: lengthMs,
  }
}

function pairText({ source, destination }: EdgeReading): string {
  return `${endText(source)} > ${endText(destination)}`
}

function endText(end: ObservedEndpoint): string {
  const { namespace, pod, workload, service, ip, names } = end
  if (pod !== null) return `${namespace}/${pod}`
  if (workload !== null) return `${namespace}/${workload.name}[${workload.kind}]`
  if (service !== null) return `svc:${service.namespace}/${service.name}`
  return ip ?? names[0] ?? end.entity ?? ''
}
