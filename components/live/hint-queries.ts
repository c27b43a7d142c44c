import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { FlowHintsDocument } from '@/lib/api/documents'
import { apiUrl } from './api-url'
import { requestJson } from './request-json'

/** Real values of one field of the filter language that fit a text; of every field when `field` is empty. */
export function hintOptions(field: string, prefix: string, limit: number) {
  return queryOptions({
    queryKey: ['hints', field, prefix, limit],
    queryFn: ({ signal }) => requestJson<FlowHintsDocument>(apiUrl('flows/hints', { field, prefix, limit: String(limit) }), { signal }),
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  })
}
