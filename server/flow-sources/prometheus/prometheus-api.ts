import { setTimeout as delay } from 'node:timers/promises'
import type { HttpAnswer, HttpClient } from '../http/http-client'
import { HttpSourceError } from '../http/http-source-error'
import { objectOf, textOf } from '../json-fields'
import { dataOf, type QueryAnswer, readVector } from './prometheus-answer'
import type { QueryBudget } from './query-budget'

/** Which program answers; they differ in when samples can be asked for. */
export type Flavour = 'Prometheus' | 'Thanos' | 'Mimir' | 'VictoriaMetrics' | 'unknown'
export type ServerInfo = { readonly flavour: Flavour; readonly version: string | null }

/** How often a job is scraped, and how long a scrape may take. */
export type ScrapeTimes = { readonly intervalMs: number; readonly timeoutMs: number }

/** Longest time that the server itself may work on a query. */
const QUERY_TIMEOUT = '20s'
const MAX_LABEL_NAMES = 2_000

/** The HTTP API of Prometheus and of what speaks like it. All errors are {@link HttpSourceError}. */
export class PrometheusApi {
  private readonly client: HttpClient
  private readonly budget: QueryBudget
  private isThanos = false

  constructor(client: HttpClient, budget: QueryBudget) {
    this.client = client
    this.budget = budget
  }

  /** Asks who answers. Servers without the question are `unknown`, which is no error. */
  async serverInfo(signal: AbortSignal): Promise<ServerInfo> {
    try {
      const answer = await this.client.ask({ path: '/api/v1/status/buildinfo' }, signal)
      const info = readServerInfo(answer, this.client.host)
      this.isThanos = info.flavour === 'Thanos'
      return info
    } catch (error) {
      if (error instanceof HttpSourceError && (error.status === 404 || error.status === 405)) return { flavour: 'unknown', version: null }
      throw error
    }
  }

  /** Asks one instant query; waits while the budget of this minute is used up. */
  async query(promql: string, atMs: number, signal: AbortSignal): Promise<QueryAnswer> {
    for (let waitMs = this.budget.take(); waitMs > 0; waitMs = this.budget.take()) await delay(waitMs, undefined, { signal })
    const form = new URLSearchParams({ query: promql, time: (atMs / 1000).toFixed(3), timeout: QUERY_TIMEOUT })
    if (this.isThanos) {
      form.set('dedup', 'true')
      form.set('partial_response', 'true')
    }
    const { body } = await this.client.ask({ path: '/api/v1/query', form }, signal)
    return readVector(body, this.client.host)
  }

  /** Names of the labels that a metric has. */
  async labelNames(metric: string, signal: AbortSignal): Promise<ReadonlySet<string>> {
    const { body } = await this.client.ask({ path: '/api/v1/labels', form: new URLSearchParams({ 'match[]': metric }) }, signal)
    const { data } = dataOf(body, this.client.host)
    const names = Array.isArray(data) ? data.slice(0, MAX_LABEL_NAMES) : []
    return new Set(names.filter((name: unknown): name is string => typeof name === 'string'))
  }

  /** Scrape times by job; null where the server has no targets of its own (Mimir), or more than can be read. */
  async scrapeTimes(signal: AbortSignal): Promise<ReadonlyMap<string, ScrapeTimes> | null> {
    let answer: HttpAnswer
    try {
      answer = await this.client.ask({ path: '/api/v1/targets?state=active' }, signal)
    } catch (error) {
      if (error instanceof HttpSourceError && !signal.aborted) return null
      throw error
    }
    const targets = objectOf(dataOf(answer.body, this.client.host).data)?.activeTargets
    if (!Array.isArray(targets)) return null
    const times = new Map<string, ScrapeTimes>()
    for (const item of targets) {
      const target = objectOf(item)
      const job = textOf(objectOf(target?.labels)?.job)
      // Older servers of other makes tell it among the labels only.
      const discovered = objectOf(target?.discoveredLabels)
      const intervalMs = durationMs(textOf(target?.scrapeInterval) ?? textOf(discovered?.__scrape_interval__))
      if (job === null || intervalMs === null) continue
      const timeoutMs = durationMs(textOf(target?.scrapeTimeout) ?? textOf(discovered?.__scrape_timeout__)) ?? 10_000
      const known = times.get(job)
      times.set(job, {
        intervalMs: Math.max(known?.intervalMs ?? 0, intervalMs),
        timeoutMs: Math.max(known?.timeoutMs ?? 0, timeoutMs),
      })
    }
    return times
  }
}

function readServerInfo(answer: HttpAnswer, host: string): ServerInfo {
  const info = objectOf(dataOf(answer.body, host).data)
  const version = textOf(info?.version, 64)
  const application = textOf(info?.application, 64) ?? ''
  if (application.includes('Mimir')) return { flavour: 'Mimir', version }
  // It says that it is an old Prometheus, and gives itself away by a header.
  if (answer.header('x-server-hostname') !== null) return { flavour: 'VictoriaMetrics', version: null }
  return { flavour: version?.startsWith('0.') ? 'Thanos' : 'Prometheus', version }
}

const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
])

/** Milliseconds of a duration such as `15s` or `1m30s`; null for anything else. */
export function durationMs(text: string | null): number | null {
  if (text === null || text.length > 32) return null
  let total = 0
  let rest = text
  while (rest !== '') {
    const part = /^(\d{1,9}(?:\.\d{1,9})?)(ms|s|m|h|d)/.exec(rest)
    if (part === null) return null
    const [whole, number = '', unit = ''] = part
    total += Number(number) * (UNIT_MS.get(unit) ?? 0)
    rest = rest.slice(whole.length)
  }
  return total > 0 ? total : null
}
