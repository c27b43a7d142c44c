import { EDGE_FAMILIES } from '../metrics/edge-families'
import type { EdgeFamily } from '../metrics/edge-family'
import { NODE_READINGS, type NodeReading } from './node-readings'
import type { PrometheusApi, ScrapeTimes } from './prometheus-api'
import { type LabelMatcher, promqlString, selector } from './promql'

/** A family with the names that its labels have on this server. */
export type FoundFamily = {
  readonly family: EdgeFamily
  /** Names on the server, for `sum by`. */
  readonly by: readonly string[]
  /** Name on the server to the family's own. */
  readonly names: ReadonlyMap<string, string>
  /** Its metrics with bytes that are there. */
  readonly bytes: readonly string[]
}

/** What a server has of what is read here. */
export type Discovery = {
  readonly families: readonly FoundFamily[]
  readonly readings: readonly NodeReading[]
  /** The longest scrape interval of the jobs that these metrics come from. */
  readonly scrape: ScrapeTimes
  /** Metrics that are there and cannot be read as edges, with what to do. */
  readonly notes: readonly string[]
}

/** Where the server does not tell how often it scrapes: Prometheus' own default. */
export const DEFAULT_SCRAPE: ScrapeTimes = { intervalMs: 60_000, timeoutMs: 10_000 }
/** A metric that is scraped more rarely than this is no use for watching traffic. */
const MAX_INTERVAL_MS = 300_000

const METRICS: readonly string[] = [
  ...new Set([...EDGE_FAMILIES.flatMap(({ metric, bytes }) => [metric, ...bytes]), ...NODE_READINGS.map(({ metric }) => metric)]),
]

/** The metrics that are there, each with the jobs that it comes from. */
export type PresentMetrics = ReadonlyMap<string, readonly string[]>

/** Asks with one query that counts which of the metrics that are read there are. */
export async function presentMetrics(
  api: PrometheusApi,
  matchers: readonly LabelMatcher[],
  atMs: number,
  signal: AbortSignal,
): Promise<PresentMetrics> {
  const every = selector('', [`__name__=~${promqlString(METRICS.join('|'))}`], matchers)
  const { samples } = await api.query(`count by (__name__, job) (${every})`, atMs, signal)
  const jobsOf = new Map<string, string[]>()
  for (const { labels } of samples) {
    const metric = labels.get('__name__')
    if (metric === undefined) continue
    const jobs = jobsOf.get(metric) ?? []
    jobsOf.set(metric, jobs)
    jobs.push(labels.get('job') ?? '')
  }
  return jobsOf
}

/** Asks for what is needed to read these metrics: the labels of each, and how often they are scraped. */
export async function discover(api: PrometheusApi, present: PresentMetrics, signal: AbortSignal): Promise<Discovery> {
  const families: FoundFamily[] = []
  const notes = new Set<string>()
  const labelsOf = new Map<string, ReadonlySet<string>>()
  for (const family of EDGE_FAMILIES) {
    if (!present.has(family.metric)) continue
    const labels = labelsOf.get(family.metric) ?? (await api.labelNames(family.metric, signal))
    labelsOf.set(family.metric, labels)
    const found = nameLabels(family, labels)
    if (found === null) notes.add(`${family.metric} names no ends: ${family.help}`)
    else families.push({ ...found, bytes: family.bytes.filter((metric) => present.has(metric)) })
  }
  const times = present.size === 0 ? null : await api.scrapeTimes(signal)
  return {
    families,
    readings: NODE_READINGS.filter(({ metric }) => present.has(metric)),
    scrape: longest(times, new Set([...present.values()].flat())),
    notes: [...notes],
  }
}

/** True when the same metrics come from the same jobs. */
export function isSamePresence(a: PresentMetrics, b: PresentMetrics): boolean {
  return a.size === b.size && [...a].every(([metric, jobs]) => [...jobs].sort().join() === [...(b.get(metric) ?? [])].sort().join())
}

function nameLabels(family: EdgeFamily, present: ReadonlySet<string>): Omit<FoundFamily, 'bytes'> | null {
  const names = new Map<string, string>()
  for (const { name, from } of family.labels) {
    const there = from.find((each) => present.has(each))
    if (there !== undefined) names.set(there, name)
  }
  const own = new Set(names.values())
  return family.needs.some((name) => own.has(name)) ? { family, by: [...names.keys()], names } : null
}

function longest(times: ReadonlyMap<string, ScrapeTimes> | null, jobs: ReadonlySet<string>): ScrapeTimes {
  const known = [...jobs].flatMap((job) => times?.get(job) ?? [])
  if (known.length === 0) return DEFAULT_SCRAPE
  return {
    intervalMs: Math.min(MAX_INTERVAL_MS, Math.max(...known.map(({ intervalMs }) => intervalMs))),
    timeoutMs: Math.min(MAX_INTERVAL_MS, Math.max(...known.map(({ timeoutMs }) => timeoutMs))),
  }
}
