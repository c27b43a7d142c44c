import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { ComparisonDocument } from '@/lib/api/comparison-document'
import { apiUrl } from './api-url'
import { requestJson } from './request-json'
import { printDuration, printList, type ViewState } from './url-state'

/** How often a comparison with now is made again. */
const REFRESH_MS = 10_000
/** Connections that a person may look through. */
const MOST = 500

/** The two times that a view compares, the earlier one first; null is now. */
export function comparedTimes({
  at,
  versus,
}: Pick<ViewState, 'at' | 'versus'>): { readonly before: number; readonly after: number | null } | null {
  if (versus === null) return null
  return at === null || versus <= at ? { before: versus, after: at } : { before: at, after: versus }
}

/** What differs between two times in the namespaces and by the filter of a view. */
export function compareOptions(times: { readonly before: number; readonly after: number | null }, view: ViewState) {
  const query = {
    before: new Date(times.before).toISOString(),
    after: times.after === null ? '' : new Date(times.after).toISOString(),
    window: printDuration(view.windowMs),
    namespaces: printList(view.namespaces),
    filter: view.filter,
    limit: String(MOST),
  }
  return queryOptions({
    queryKey: ['compare', view.clusters, query],
    queryFn: ({ signal }) => requestJson<ComparisonDocument>(apiUrl('compare', query), { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: times.after === null ? REFRESH_MS : false,
  })
}
