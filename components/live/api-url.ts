import { BASE_PATH } from '@/lib/api/base-path'
import { oneCluster } from './one-cluster'
import { parseView, printList } from './url-state'

/** Routes that answer for several clusters at once. */
const TOGETHER: ReadonlySet<string> = new Set(['stream', 'export', 'clusters'])

/** Routes about the cluster at a moment: they answer for the one that the page shows. */
const OF_A_MOMENT: ReadonlySet<string> = new Set(['workloads', 'services', 'entries', 'exits', 'outside', 'policies', 'evaluate'])

/**
 * Address of an API route, from any page: `flows` + `{ limit: '50' }` under the base path `/tools` is
 * `/tools/api/v1/flows?limit=50`. It asks about the clusters that the page's own address names; of several, most routes know
 * one: that of the selection, else the first. What is asked of the cluster itself is asked of the moment that the page shows. Empty
 * values are left out.
 */
export function apiUrl(route: string, query: Readonly<Record<string, string>> = {}): string {
  const params = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== ''))
  if (typeof window !== 'undefined') {
    const view = parseView(window.location.search)
    const clusters = printList(TOGETHER.has(route) ? view.clusters : oneCluster(view))
    if (clusters !== '') params.set('cluster', clusters)
    const [subject = ''] = route.split('/')
    if (view.at !== null && OF_A_MOMENT.has(subject)) params.set('at', new Date(view.at).toISOString())
  }
  return `${BASE_PATH}/api/v1/${route}${params.size === 0 ? '' : `?${params}`}`
}
