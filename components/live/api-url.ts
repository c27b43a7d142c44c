/**
 * Address of an API route, from any page. Pages stand one level below the base path, whatever that is, so the address is
 * relative to the page: `flows` + `{ limit: '50' }` on `/tools/sluice/map` is `/tools/sluice/api/v1/flows?limit=50`.
 */
export function apiUrl(route: string, query: Readonly<Record<string, string>> = {}): string {
  const url = new URL(`api/v1/${route}`, document.baseURI)
  for (const [name, value] of Object.entries(query)) if (value !== '') url.searchParams.set(name, value)
  return url.href
}
