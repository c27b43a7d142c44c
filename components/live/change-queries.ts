import { queryOptions } from '@tanstack/react-query'
import type { ChangesDocument } from '@/lib/api/changes-document'
import { apiUrl } from './api-url'
import { requestJson } from './request-json'
import { printList } from './url-state'

/** Which changes of the cluster: empty lists leave nothing out; `to` null is now. Times are milliseconds since the epoch. */
export type ChangeQuery = {
  readonly from: number
  readonly to: number | null
  readonly about: readonly string[]
  readonly namespaces: readonly string[]
  readonly topics: readonly string[]
  readonly limit: number
}

/** How often changes up to now are asked for again. */
const REFRESH_MS = 5_000
/** The start of a range that moves on with time is rounded, so that one answer serves for a while. */
const ROUND_MS = 60_000

export function changesOptions({ from, to, about, namespaces, topics, limit }: ChangeQuery) {
  const start = to === null ? Math.floor(from / ROUND_MS) * ROUND_MS : from
  const query = {
    from: new Date(start).toISOString(),
    to: to === null ? '' : new Date(to).toISOString(),
    about: printList(about),
    namespaces: printList(namespaces),
    topic: printList(topics),
    limit: String(limit),
  }
  return queryOptions({
    queryKey: ['changes', query],
    queryFn: ({ signal }) => requestJson<ChangesDocument>(apiUrl('changes', query), { signal }),
    refetchInterval: to === null ? REFRESH_MS : false,
  })
}
