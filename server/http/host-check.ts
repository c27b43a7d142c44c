import { isIP } from 'node:net'
import { isLoopbackHost } from '../config/parse-listen'

/**
 * Whether a request may be answered for the name in its Host header. A web page elsewhere can make its own name point
 * here (DNS rebinding), so only the names this server is meant to have count. The port does not matter: it changes
 * behind a port-forward.
 *
 * @param hostHeader the header as sent; undefined when there was none
 * @param ownNames lower-case names besides the loopback ones
 */
export function isOwnHost(hostHeader: string | undefined, ownNames: ReadonlySet<string>): boolean {
  const host = hostName(hostHeader)
  return host !== null && (isLoopbackHost(host) || ownNames.has(host))
}

/**
 * Whether a probe may be answered: also under a bare address, which is how a kubelet or a metrics scraper asks.
 * No name can be pointed here that way.
 */
export function isProbeHost(hostHeader: string | undefined, ownNames: ReadonlySet<string>): boolean {
  const host = hostName(hostHeader)
  return host !== null && (isIP(host) !== 0 || isOwnHost(hostHeader, ownNames))
}

/** Lower-case name or address without port and brackets; null when the header is missing or malformed. */
function hostName(hostHeader: string | undefined): string | null {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(hostHeader ?? '')
  return match?.[1]?.toLowerCase() ?? match?.[2]?.toLowerCase() ?? null
}
