import { BASE_PATH } from '@/lib/api/base-path'

/**
 * Address of an API route, from any page: `flows` + `{ limit: '50' }` under the base path `/tools` is
 * `/tools/api/v1/flows?limit=50`. It asks about the clusters that the page's own address names. Empty values are left out.
 */
export function apiUrl(route: string, query: Readonly<Record<string, string>> = {}): string {
  const params = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== ''))
  const clusters = typeof window === 'undefined' ? null : new URLSearchParams(window.location.search).get('cluster')
  if (clusters) params.set('cluster', clusters)
  return `${BASE_PATH}/api/v1/${route}${params.size === 0 ? '' : `?${params}`}`
}
