/** True for a host name that rules may state: DNS labels, the first of which may be `*`. */
export function isValidHost(host: string): boolean {
  const labels = (host.startsWith('*.') ? host.slice(2) : host).split('.')
  return host.length <= 253 && labels.every((label) => label.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(label))
}

/** True when a wildcard or exact name of an Ingress covers a host. `*` stands for exactly one label. */
export function ingressHostCovers(pattern: string, host: string): boolean {
  if (pattern === host) return true
  if (!pattern.startsWith('*.')) return false
  const dot = host.indexOf('.')
  return dot > 0 && host.slice(dot) === pattern.slice(1)
}

/**
 * True when a listener and a route can both match some name. null matches all; in the Gateway API `*.` stands for one
 * or more labels.
 */
export function hostsIntersect(listener: string | null, route: string | null): boolean {
  if (listener === null || route === null || listener === route) return true
  const covers = (wildcard: string, name: string): boolean =>
    wildcard.startsWith('*.') && name.endsWith(wildcard.slice(1)) && name !== wildcard.slice(1)
  return covers(listener, route) || covers(route, listener)
}
