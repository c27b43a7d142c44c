import { BASE_PATH } from '@/lib/api/base-path'

/**
 * Address of an API route, from any page: `flows` + `{ limit: '50' }` under the base path `/tools` is
 * `/tools/api/v1/flows?limit=50`. Empty values are left out.
 */
export function apiUrl(route: string, query: Readonly<Record<string, string>> = {}): string {
  const params = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== ''))
  return `${BASE_PATH}/api/v1/${route}${params.size === 0 ? '' : `?${params}`}`
}
