import { queryOptions } from '@tanstack/react-query'
import type { PolicyDocument, PolicyListDocument } from '@/lib/api/details'
import type { DiffDocument } from '@/lib/api/diff-document'
import { apiUrl } from '../live/api-url'
import { requestJson } from '../live/request-json'
import { printDuration } from '../live/url-state'

export type ReviewQuestion = {
  readonly draft: string
  readonly windowMs: number
  /** End of the replayed time; null is now, which moves on. */
  readonly at: number | null
  /** Also the pairs of which nothing changes. */
  readonly unchanged: boolean
}

/** The recorded traffic moves on, and so may the cluster. */
const FRESH_MS = 20_000

/** What a draft would do. Asked again while the page shows the present. */
export function reviewOptions({ draft, windowMs, at, unchanged }: ReviewQuestion) {
  return queryOptions({
    queryKey: ['review', draft, windowMs, at, unchanged],
    queryFn: ({ signal }) =>
      requestJson<DiffDocument>(apiUrl('diff'), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          changes: draft,
          window: printDuration(windowMs),
          unchanged,
          lenient: true,
          ...(at === null ? {} : { at: new Date(at).toISOString() }),
        }),
        signal,
      }),
    refetchInterval: at === null ? FRESH_MS : false,
    staleTime: FRESH_MS,
    // A draft may be long; those of a minute ago are not asked for again.
    gcTime: 60_000,
  })
}

export function policyListOptions() {
  return queryOptions({
    queryKey: ['policies of the cluster'],
    queryFn: ({ signal }) => requestJson<PolicyListDocument>(apiUrl('policies'), { signal }),
    staleTime: FRESH_MS,
  })
}

/** The text of one policy as the cluster has it now. */
export function policyTextOptions(ref: string) {
  return queryOptions({
    queryKey: ['policy text', ref],
    queryFn: ({ signal }) => requestJson<PolicyDocument>(apiUrl(`policies/${encodeURIComponent(ref)}`), { signal }),
    staleTime: 0,
  })
}
