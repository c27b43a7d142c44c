import { queryOptions } from '@tanstack/react-query'
import type { ClustersDocument } from '@/lib/api/clusters-document'
import { apiUrl } from './api-url'
import { requestJson } from './request-json'

export const CLUSTERS_REFRESH_MS = 3_000

/** The clusters that the server could show, read again every few seconds while somebody looks. */
export function clustersOptions() {
  return queryOptions({
    queryKey: ['clusters'],
    queryFn: ({ signal }) => requestJson<ClustersDocument>(apiUrl('clusters'), { signal }),
    refetchInterval: CLUSTERS_REFRESH_MS,
  })
}

/** Connects a cluster, or lets the server forget it. Throws RequestError. */
export function changeCluster(name: string, connected: boolean): Promise<ClustersDocument> {
  return requestJson<ClustersDocument>(apiUrl('clusters'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, connected }),
  })
}
