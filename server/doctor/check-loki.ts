import type { Check } from '@/lib/api/report/doctor-report'
import type { FlowAccess, FlowSourceChoice } from '../config'
import { HttpClient } from '../flow-sources/http/http-client'
import { HttpSourceError } from '../flow-sources/http/http-source-error'
import { readStreams } from '../flow-sources/netobserv-loki/loki-answer'
import { NETOBSERV_STREAMS } from '../flow-sources/netobserv-loki/netobserv-loki-source'
import { selector } from '../flow-sources/prometheus/promql'

const TIMEOUT_MS = 10_000
const LOOK_BACK_MS = 600_000

/** Asks a Loki for one flow record of the last minutes. */
export async function checkLoki(
  { url, tenant, labels }: Extract<FlowSourceChoice, { kind: 'netobserv-loki' }>,
  access: FlowAccess,
  now: number,
): Promise<Check> {
  const headers: Record<string, string> = tenant === null ? {} : { 'x-scope-orgid': tenant }
  const client = new HttpClient({ url, access, headers, timeoutMs: TIMEOUT_MS })
  const asked = { query: selector('', [NETOBSERV_STREAMS], labels), start: `${now - LOOK_BACK_MS}000000`, end: `${now}000000`, limit: '1' }
  try {
    const { body } = await client.ask({ path: `/loki/api/v1/query_range?${new URLSearchParams(asked)}` }, new AbortController().signal)
    const { entries } = readStreams(body, client.host)
    if (entries.length > 0) return { about: 'flows', state: 'ok', message: `${client.host} has flow records of NetObserv`, fixes: [] }
    const fixes = [
      "is NetObserv's FlowCollector writing to this Loki, and is #tenant=NAME right? LokiStack wants /api/logs/v1/network in the URL",
    ]
    return { about: 'flows', state: 'warning', message: `${client.host} has no flow records of the last 10 minutes`, fixes }
  } catch (error) {
    if (!(error instanceof HttpSourceError)) throw error
    return {
      about: 'flows',
      state: 'problem',
      message: error.message,
      fixes: ['is the URL right, and is the server reached from this machine?'],
    }
  } finally {
    client.close()
  }
}
