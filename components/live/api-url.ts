import { BASE_PATH } from '@/lib/api/base-path'
import { oneCluster } from './one-cluster'
import { parseView, printList } from './url-state'

/** Routes that answer for several clusters at once. */
const TOGETHER: ReadonlySet<string> = new Set(['stream', 'export', 'clusters'])

/**
 * Address of an API route, from any page: `flows` + `{ limit: '50' }` under the base path `/tools` is
 * `/tools/api/v1/flows?limit=50`. It asks about the clusters that the page's own address names; of several, most routes know
 * one: that of the selection, else the first. Empty values are left out.
 */
export function apiUrl(route: string, query: Readonly<Record<string, string>> = {}): string {
  const params = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== ''))
  const clusters = typeof window === 'undefined' ? '' : clustersFor(route)
  if (clusters !== '') params.set('cluster', clusters)
  return `${BASE_PATH}/api/v1/${route}${params.size === 0 ? '' : `?${params}`}`
}

function clustersFor(route: string): string {
  const view = parseView(window.location.search)
  return printList(TOGETHER.has(route) ? view.clusters : oneCluster(view))
}
