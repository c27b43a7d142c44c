import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { PolicyDocument, PolicyListDocument } from '@/lib/api/details'
import { apiUrl } from '../live/api-url'
import { requestJson } from '../live/request-json'
import { printDuration, printList, type ViewState } from '../live/url-state'

/** Policies follow the cluster and the flows at this pace while their page is open. */
const FRESH_MS = 10_000

type Moment = Pick<ViewState, 'windowMs' | 'at'>

/** Every policy of some namespaces (none means all) with its hits in the time range. `isPaused` asks once. */
export function policyListOptions(view: Moment & Pick<ViewState, 'namespaces'>, isPaused: boolean) {
  const query = { namespaces: printList(view.namespaces), ...momentQuery(view) }
  return queryOptions({
    queryKey: ['policy list', query],
    queryFn: ({ signal }) => requestJson<PolicyListDocument>(apiUrl('policies', query), { signal }),
    refetchInterval: isPaused ? false : FRESH_MS,
    placeholderData: keepPreviousData,
  })
}

/** One policy, with its picture and what is wrong with it. */
export function policyOptions(ref: string, view: Moment, isPaused: boolean) {
  const query = momentQuery(view)
  return queryOptions({
    queryKey: ['policy', ref, query],
    queryFn: ({ signal }) => requestJson<PolicyDocument>(apiUrl(`policies/${encodeURIComponent(ref)}`, query), { signal }),
    refetchInterval: isPaused ? false : FRESH_MS,
  })
}

function momentQuery({ windowMs, at }: Moment): Readonly<Record<string, string>> {
  return { window: printDuration(windowMs), at: at === null ? '' : new Date(at).toISOString() }
}
