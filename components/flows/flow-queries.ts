import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { EvaluateDocument } from '@/lib/api/details'
import type { FlowHistogramDocument, FlowListDocument } from '@/lib/api/documents'
import { apiUrl } from '../live/api-url'
import { requestJson } from '../live/request-json'
import type { Connection } from './flow-connections'

/** Which flows: text in the filter language and a time range in milliseconds since the epoch. */
export type FlowQuery = { readonly filter: string; readonly from: number; readonly to: number | null }

export const PAGE_ROWS = 200

/** One page of flows, newest first; `cursor` null is the newest. */
export function requestFlows(query: FlowQuery, cursor: string | null, signal: AbortSignal): Promise<FlowListDocument> {
  const url = apiUrl('flows', { ...rangeParams(query), cursor: cursor ?? '', limit: String(PAGE_ROWS) })
  return requestJson<FlowListDocument>(url, { signal })
}

/** Timeline of a query. `round` changes when it is time to ask again; the last answer stays until the next is there. */
export function histogramOptions(query: FlowQuery, buckets: number, round: number) {
  return queryOptions({
    queryKey: ['histogram', query.filter, query.to === null ? 'live' : [query.from, query.to], buckets, round],
    queryFn: ({ signal }) =>
      requestJson<FlowHistogramDocument>(apiUrl('flows/histogram', { ...rangeParams(query), buckets: String(buckets) }), { signal }),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 30_000,
  })
}

/**
 * What the policies say now of a connection, with near misses. The ways to name its ends are tried in turn until the policies know
 * both.
 */
export function evaluateOptions(connections: readonly Connection[]) {
  return queryOptions({
    queryKey: ['evaluate', connections],
    queryFn: async ({ signal }) => {
      for (const [index, connection] of connections.entries()) {
        const document = await requestEvaluation(connection, signal)
        if (index === connections.length - 1 || document.answers[0]?.reason !== 'unknown-endpoint') return document
      }
      throw new Error('there is nothing to ask')
    },
    staleTime: 5_000,
  })
}

function requestEvaluation(connection: Connection, signal: AbortSignal): Promise<EvaluateDocument> {
  return requestJson<EvaluateDocument>(apiUrl('evaluate'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...connection, explain: true }),
    signal,
  })
}

function rangeParams({ filter, from, to }: FlowQuery): Record<string, string> {
  return { filter, from: new Date(from).toISOString(), to: to === null ? '' : new Date(to).toISOString() }
}
