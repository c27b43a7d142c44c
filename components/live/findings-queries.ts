import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { FindingsDocument } from '@/lib/api/findings-document'
import { apiUrl } from './api-url'
import { requestJson } from './request-json'
import { printList, type ViewState } from './url-state'

/**
 * What is found in some namespaces (none means all). Asked when the stream has told how many findings there are, and again
 * whenever it says that they have changed.
 */
export function findingsOptions({ namespaces }: Pick<ViewState, 'namespaces'>, revision: number | null) {
  const query = { namespaces: printList(namespaces) }
  return queryOptions({
    queryKey: ['findings', query, revision],
    queryFn: ({ signal }) => requestJson<FindingsDocument>(apiUrl('findings', query), { signal }),
    enabled: revision !== null,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/** What is found about one object. */
export function objectFindingsOptions(ref: string, revision: number | null) {
  return queryOptions({
    queryKey: ['findings of', ref, revision],
    queryFn: ({ signal }) => requestJson<FindingsDocument>(apiUrl('findings', { object: ref }), { signal }),
    enabled: revision !== null,
    placeholderData: (before, query) => (query?.queryKey[1] === ref ? before : undefined),
    staleTime: Number.POSITIVE_INFINITY,
  })
}
