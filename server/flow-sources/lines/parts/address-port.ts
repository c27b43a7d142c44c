import { canonicalAddress } from '@/lib/model/address'

/** `port` is null where there is none, or 0: proxies write that for an address that they took from a header. */
export type AddressPort = { readonly ip: string; readonly port: number | null }

const MAX_LENGTH = 300

/**
 * Reads `10.0.0.1:80`, `[::1]:80`, `10.0.0.1`, `::1`, and an address inside of a proxy's own name for it
 * (`envoy://connect_originate/10.0.0.1:80`, `http://10.0.0.1:80`). Null for anything else, such as a host's name.
 */
export function readAddressPort(text: string | null): AddressPort | null {
  if (text === null || text.length > MAX_LENGTH) return null
  const whole = withoutScheme(text)
  if (whole.startsWith('[')) {
    const end = whole.indexOf(']')
    const ip = end === -1 ? null : canonicalAddress(whole.slice(1, end))
    if (ip === null) return null
    return end === whole.length - 1 ? { ip, port: null } : whole[end + 1] === ':' ? { ip, port: readPort(whole.slice(end + 2)) } : null
  }
  const colon = whole.lastIndexOf(':')
  if (colon === -1 || whole.indexOf(':') !== colon) {
    const ip = canonicalAddress(whole)
    return ip === null ? null : { ip, port: null }
  }
  const ip = canonicalAddress(whole.slice(0, colon))
  return ip === null ? null : { ip, port: readPort(whole.slice(colon + 1)) }
}

/** A port from 1 up; null for anything else. */
export function readPort(text: string): number | null {
  if (text.length === 0 || text.length > 5) return null
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code < 48 || code > 57) return null
  }
  const port = Number(text)
  return port > 0 && port <= 65_535 ? port : null
}

export function isLoopback(ip: string): boolean {
  return ip === '::1' || ip.startsWith('127.')
}

function withoutScheme(text: string): string {
  const scheme = text.indexOf('://')
  if (scheme === -1) return text
  const rest = text.slice(scheme + 3)
  if (text.startsWith('envoy://')) return rest.slice(rest.lastIndexOf('/') + 1)
  const slash = rest.indexOf('/')
  return slash === -1 ? rest : rest.slice(0, slash)
}
