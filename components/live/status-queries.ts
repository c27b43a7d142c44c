import { queryOptions } from '@tanstack/react-query'
import type { StatusDocument } from '@/lib/api/documents'
import { apiUrl } from './api-url'
import { requestJson } from './request-json'

/** The status document, read again every two seconds while the page is open and in front. */
export function statusOptions() {
  return queryOptions({
    queryKey: ['status'],
    queryFn: ({ signal }) => requestJson<StatusDocument>(apiUrl('status'), { signal }),
    refetchInterval: 2_000,
  })
}
