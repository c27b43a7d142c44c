import type { FlowBatch } from '@/lib/flows/pipeline'
import type { SourceFact } from '@/lib/flows/source-about'
import type { FlowSource, ReportState } from '../flow-source'
import { HttpClient } from '../http/http-client'
import { HttpSourceError } from '../http/http-source-error'
import type { SourceAccess } from '../http/source-access'
import { retryDelayMs, sleepUntil } from '../http/wait'
import { EdgeCounter } from '../metrics/edge-counter'
import { DEFAULT_SCRAPE, type Discovery, discover, isSamePresence, type PresentMetrics, presentMetrics } from './discover'
import { type NodeReading, readingFact, readingQuery } from './node-readings'
import { type PollNotes, pollEdges } from './poll-edges'
import { type Flavour, PrometheusApi, type ServerInfo } from './prometheus-api'
import type { LabelMatcher } from './promql'
import { QueryBudget } from './query-budget'

export type PrometheusSourceOptions = {
  readonly url: string
  readonly access: SourceAccess
  /** Value of `X-Scope-OrgID`; null: not sent. */
  readonly tenant: string | null
  /** Labels that every series must have, where one server holds several clusters. */
  readonly matchers: readonly LabelMatcher[]
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>
  readonly timing?: Partial<PrometheusTiming>
}

export type PrometheusTiming = {
  /** Shortest time between two polls. */
  readonly stepMs: number
  /** How long samples take to be there, after their scrape began; null: by the server's kind. */
  readonly settleMs: number | null
  /** How often is asked anew for labels and scrape times, though the metrics are the same. */
  readonly discoverMs: number
  readonly queriesPerMinute: number
}

const TIMING: PrometheusTiming = { stepMs: 30_000, settleMs: null, discoverMs: 300_000, queriesPerMinute: 60 }
const MIN_LOOKBACK_MS = 60_000
/** What comes by remote write, or is hidden for a while on purpose (VictoriaMetrics), is later than a scrape. */
const REMOTE_SETTLE_MS = 35_000
const MAX_NOTES = 4
const READINGS_A_ROUND = 12

/**
 * Reads edges and the state of network parts out of the metrics that a Prometheus has collected.
 *
 * What it hands over are sums: by how much a counter grew between two polls. No flow of its own is known, and each comes late
 * by a scrape and a poll.
 */
export function createPrometheusSource(options: PrometheusSourceOptions): FlowSource {
  const timing = { ...TIMING, ...options.timing }
  const sleep = options.sleep ?? sleepUntil

  async function* batches(signal: AbortSignal, report: ReportState): AsyncGenerator<FlowBatch> {
    const headers: Record<string, string> = options.tenant === null ? {} : { 'x-scope-orgid': options.tenant }
    const client = new HttpClient({ url: options.url, access: options.access, headers })
    const api = new PrometheusApi(client, new QueryBudget(timing.queriesPerMinute, options.now))
    const counter = new EdgeCounter()
    const countedTo = new Map<string, number>()
    const readings = new Map<NodeReading, SourceFact | null>()
    let plan: Plan | null = null
    let lastRoundMs: number | null = null
    let failures = 0
    report('connecting', null)
    try {
      while (!signal.aborted) {
        const startedAt = options.now()
        try {
          plan = await currentPlan(api, plan, startedAt, signal)
          const { lookbackMs, atMs } = plan
          const { families, notes } = plan.found
          const told: PollNotes = { notes: new Set(notes), series: 0, failures: [], answers: 0 }
          yield* pollEdges({ api, matchers: options.matchers, families, counter, countedTo, lastRoundMs, atMs, lookbackMs }, told, signal)
          lastRoundMs = atMs
          const [failure] = told.failures
          if (failure !== undefined && told.answers === 0) throw failure
          const read = await readNodes(api, plan, readings, told, signal)
          failures = 0
          const [state, message] = messageOf(plan, told, client.host)
          report(state, message, [...planFacts(plan, told), ...read])
        } catch (error) {
          if (signal.aborted) return
          if (!(error instanceof HttpSourceError)) throw error
          const waitMs = retryDelayMs(failures++)
          report('failed', `${error.message}; trying again every ${waitMs / 1000} s`)
          // Another server may be there when it comes back.
          plan = null
          readings.clear()
          await sleep(waitMs, signal)
          continue
        }
        await sleep(Math.max(0, startedAt + plan.stepMs - options.now()), signal)
      }
    } finally {
      client.close()
    }
  }

  /** What to ask in this round: as in the last one, unless other metrics are there or it has been so for long. */
  async function currentPlan(api: PrometheusApi, last: Plan | null, now: number, signal: AbortSignal): Promise<Plan> {
    const server = last?.server ?? (await api.serverInfo(signal))
    const late = timing.settleMs ?? last?.settleMs ?? settleMs(server.flavour, DEFAULT_SCRAPE.timeoutMs)
    const atMs = now - late
    const present = await presentMetrics(api, options.matchers, atMs, signal)
    if (last !== null && now < last.madeAt + timing.discoverMs && isSamePresence(present, last.present)) return { ...last, atMs }
    const found = await discover(api, present, signal)
    return {
      server,
      present,
      found,
      madeAt: now,
      atMs,
      settleMs: timing.settleMs ?? settleMs(server.flavour, found.scrape.timeoutMs),
      stepMs: Math.max(timing.stepMs, found.scrape.intervalMs),
      lookbackMs: Math.max(MIN_LOOKBACK_MS, 4 * found.scrape.intervalMs),
    }
  }

  /** Asks some of the readings in turn, so that a server with all of them is not asked more than its share; the others stay as they were. */
  async function readNodes(
    api: PrometheusApi,
    { found, atMs, lookbackMs }: Plan,
    known: Map<NodeReading, SourceFact | null>,
    told: PollNotes,
    signal: AbortSignal,
  ): Promise<readonly SourceFact[]> {
    const { readings } = found
    for (const reading of known.keys()) if (!readings.includes(reading)) known.delete(reading)
    // Those that were never asked come first, then those whose turn is longest ago: a map keeps that order.
    const waiting = [...readings.filter((reading) => !known.has(reading)), ...known.keys()]
    for (const reading of waiting.slice(0, READINGS_A_ROUND)) {
      known.delete(reading)
      try {
        const { samples } = await api.query(readingQuery(reading, options.matchers, lookbackMs), atMs, signal)
        known.set(reading, readingFact(reading, samples))
      } catch (error) {
        if (!(error instanceof HttpSourceError)) throw error
        known.set(reading, null)
        told.notes.add(`${reading.name}: ${error.message}`)
      }
    }
    return readings.flatMap((reading) => known.get(reading) ?? [])
  }

  return { name: 'prometheus', kind: 'prometheus', proof: 'real-server', batches }
}

type Plan = {
  readonly server: ServerInfo
  readonly present: PresentMetrics
  readonly found: Discovery
  readonly madeAt: number
  /** Moment of this round's queries. */
  readonly atMs: number
  readonly settleMs: number
  readonly stepMs: number
  readonly lookbackMs: number
}

function settleMs(flavour: Flavour, scrapeTimeoutMs: number): number {
  const scrapedMs = scrapeTimeoutMs + 2_000
  return flavour === 'Prometheus' ? scrapedMs : Math.max(scrapedMs, REMOTE_SETTLE_MS)
}

function messageOf({ found }: Plan, { notes }: PollNotes, host: string): ['live' | 'silent', string | null] {
  if (found.families.length + found.readings.length === 0 && notes.size === 0) {
    const wanted = 'Istio, Linkerd, Hubble, NetObserv, a service graph, CoreDNS, kube-proxy or node-exporter'
    return ['silent', `${host} has none of the metrics that are read here; let it scrape ${wanted}`]
  }
  if (notes.size === 0) return ['live', null]
  const listed = [...notes].slice(0, MAX_NOTES)
  return ['live', [...listed, ...(notes.size > MAX_NOTES ? [`${notes.size - MAX_NOTES} more`] : [])].join('; ')]
}

function planFacts({ server, found, settleMs: lateMs, stepMs }: Plan, { series }: PollNotes): readonly SourceFact[] {
  const { flavour, version } = server
  const titles = found.families.map(({ family }) => family.title)
  const late = Math.round((lateMs + stepMs + found.scrape.intervalMs) / 1000)
  return [
    {
      name: 'server',
      value: flavour === 'unknown' ? 'does not say what it is' : [flavour, version].filter((part) => part !== null).join(' '),
    },
    { name: 'edges from', value: titles.length === 0 ? 'no metric' : titles.join(', ') },
    { name: 'counts', value: `sums of ${stepMs / 1000} s, up to ${late} s late; no single flow is known` },
    { name: 'edges in the last sum', value: String(series) },
  ]
}
