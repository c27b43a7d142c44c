import type { RecordKind } from '@/lib/flows/source-about'
import type { DecodedLine } from '../decoded-line'
import { type JsonObject, objectOf, textOf } from '../json-fields'
import { BYTE_FAMILIES } from '../metrics/byte-metrics'
import type { EdgeCounter } from '../metrics/edge-counter'
import type { EdgeFamily, Labels } from '../metrics/edge-family'
import { SERVICE_GRAPH_FAMILY } from '../metrics/service-graph-metrics'
import { attributesOf, itemsOf, numberOf, timeOfNanos } from './otlp-values'
import type { SeriesFollower } from './series-growth'

const FAMILIES: ReadonlyMap<string, EdgeFamily> = new Map(
  [SERVICE_GRAPH_FAMILY, ...BYTE_FAMILIES].flatMap((family) => {
    // Prometheus adds the ending that says that it is a counter; a sender of OTLP may have left it out.
    const plain = family.metric.endsWith('_total') ? family.metric.slice(0, -'_total'.length) : family.metric
    return [[family.metric, family] as const, [plain, family] as const]
  }),
)
const BESIDE: ReadonlySet<string> = new Set()
const DELTA = 1
const CUMULATIVE = 2
const OTHER_KINDS = ['gauge', 'histogram', 'exponentialHistogram', 'summary'] as const

const OTLP_METRICS: RecordKind = { title: 'OTLP metrics', proof: 'specification' }

/** What metrics are followed with, from request to request. */
export type MetricsMemory = { readonly follower: SeriesFollower; readonly counter: EdgeCounter }

/** Decodes every data point of a request, in order: one line each. Never throws. */
export function* readMetrics(request: JsonObject, receivedAt: number, memory: MetricsMemory): Generator<DecodedLine> {
  for (const resourceMetrics of itemsOf(request, 'resourceMetrics')) {
    const resource = JSON.stringify([...attributesOf(objectOf(resourceMetrics.resource)?.attributes)].sort())
    for (const scopeMetrics of itemsOf(resourceMetrics, 'scopeMetrics')) {
      for (const metric of itemsOf(scopeMetrics, 'metrics')) yield* readMetric(metric, resource, receivedAt, memory)
    }
  }
}

function* readMetric(metric: JsonObject, resource: string, receivedAt: number, memory: MetricsMemory): Generator<DecodedLine> {
  const name = textOf(metric.name) ?? ''
  const family = FAMILIES.get(name.replaceAll('.', '_'))
  for (const kind of OTHER_KINDS) for (const _ of itemsOf(metric[kind], 'dataPoints')) yield NOT_READ
  const sum = objectOf(metric.sum)
  const temporality = temporalityOf(sum?.aggregationTemporality)
  for (const point of itemsOf(sum, 'dataPoints')) {
    if (family === undefined) yield NOT_READ
    else if (temporality === null || sum?.isMonotonic !== true) yield { kind: 'rejected', reason: `${name} is not a counter` }
    else yield readPoint(point, family, `${family.id} ${resource}`, temporality === DELTA, receivedAt, memory)
  }
}

const NOT_READ: DecodedLine = { kind: 'ignored', reason: 'metric/not-read' }

/** A number, or in the JSON of some senders its name. */
function temporalityOf(value: unknown): number | null {
  if (value === DELTA || value === 'AGGREGATION_TEMPORALITY_DELTA') return DELTA
  return value === CUMULATIVE || value === 'AGGREGATION_TEMPORALITY_CUMULATIVE' ? CUMULATIVE : null
}

function readPoint(
  point: JsonObject,
  family: EdgeFamily,
  series: string,
  isDelta: boolean,
  receivedAt: number,
  { follower, counter }: MetricsMemory,
): DecodedLine {
  const value = numberOf(point.asInt ?? point.asDouble)
  const timeMs = timeOfNanos(point.timeUnixNano) ?? receivedAt
  if (value === null || value < 0) return { kind: 'rejected', reason: 'a data point without a number from 0 up' }
  const attributes = attributesOf(point.attributes)
  const labels = labelsOf(family, attributes)
  if (!family.needs.some((name) => labels.has(name))) return { kind: 'rejected', reason: `no attributes that name an end: ${family.help}` }
  // Attributes that no edge is made of tell series apart as well.
  const key = `${series} ${JSON.stringify([...attributes].sort())}`
  const grown = follower.take({ key, value, startMs: timeOfNanos(point.startTimeUnixNano), timeMs, isDelta })
  if (grown.kind === 'first') return { kind: 'ignored', reason: 'metric/first-of-series' }
  if (grown.kind === 'repeat') return { kind: 'ignored', reason: 'repeat/same-event' }
  if (grown.kind === 'still') return { kind: 'ignored', reason: 'metric/no-growth' }
  const growth = family.unit === 'bytes' ? { labels, count: null, bytes: grown.value } : { labels, count: grown.value, bytes: null }
  const [record] = counter.records(family, [growth], { endMs: timeMs, lengthMs: grown.overMs }, BESIDE)
  return record === undefined ? NOT_READ : { ...record, readAs: OTLP_METRICS }
}

/** Attributes under the names that the family uses; dots become `_`, as on the way to Prometheus. */
function labelsOf(family: EdgeFamily, attributes: ReadonlyMap<string, string>): Labels {
  const written = new Map([...attributes].map(([name, value]) => [name.replaceAll('.', '_'), value]))
  const labels = new Map<string, string>()
  for (const { name, from } of family.labels) {
    const found = from.map((each) => written.get(each)).find((value) => value !== undefined && value !== '')
    if (found !== undefined) labels.set(name, found)
  }
  return labels
}
