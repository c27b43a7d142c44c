import type { Check } from '@/lib/api/report/doctor-report'
import type { FlowAccess, FlowSourceChoice } from '../config'
import { HttpClient } from '../flow-sources/http/http-client'
import { HttpSourceError } from '../flow-sources/http/http-source-error'
import { DEFAULT_SCRAPE, discover, presentMetrics } from '../flow-sources/prometheus/discover'
import { PrometheusApi } from '../flow-sources/prometheus/prometheus-api'
import { QueryBudget } from '../flow-sources/prometheus/query-budget'

/** A look at a server, with the questions about its metrics. */
const MAX_QUERIES = 30
const TIMEOUT_MS = 10_000

/** Asks a Prometheus who it is and which of the metrics that are read it has. */
export async function checkPrometheus(
  { url, tenant, labels }: Extract<FlowSourceChoice, { kind: 'prometheus' }>,
  access: FlowAccess,
  now: number,
): Promise<Check> {
  const headers: Record<string, string> = tenant === null ? {} : { 'x-scope-orgid': tenant }
  const client = new HttpClient({ url, access, headers, timeoutMs: TIMEOUT_MS })
  const api = new PrometheusApi(client, new QueryBudget(MAX_QUERIES, () => now))
  const { signal } = new AbortController()
  try {
    const { flavour, version } = await api.serverInfo(signal)
    const present = await presentMetrics(api, labels, now - DEFAULT_SCRAPE.timeoutMs, signal)
    const { families, readings, notes } = await discover(api, present, signal)
    const who = `${client.host} is ${flavour === 'unknown' ? 'a server like Prometheus' : [flavour, version].filter((part) => part !== null).join(' ')}`
    if (families.length === 0) {
      const message = `${who}, and has no metrics that name who talks to whom${readings.length === 0 ? '' : `, only ${readings.length} about the network's parts`}`
      const fixes = notes.length > 0 ? notes : ["let it scrape a mesh's proxies, Hubble, NetObserv or a service graph"]
      return { about: 'flows', state: 'warning', message, fixes }
    }
    const message = `${who}, and has ${families.map(({ family }) => family.title).join(', ')}`
    return { about: 'flows', state: notes.length > 0 ? 'warning' : 'ok', message, fixes: notes }
  } catch (error) {
    if (!(error instanceof HttpSourceError)) throw error
    const fixes = ['is the URL right, and is the server reached from this machine? Try it: curl URL/api/v1/status/buildinfo']
    return { about: 'flows', state: 'problem', message: error.message, fixes }
  } finally {
    client.close()
  }
}
