import type { Address } from './address'
import { cidrOf, formatCidr, parseCidr } from './address'
import { CidrTable } from './cidr-table'

/** What kind of address it is by number alone (IANA special-purpose registries). */
export type AddressScope = 'public' | 'private' | 'link-local' | 'loopback' | 'multicast' | 'unspecified'

const SCOPES: readonly (readonly [cidr: string, scope: AddressScope])[] = [
  ['0.0.0.0/32', 'unspecified'],
  ['::/128', 'unspecified'],
  ['127.0.0.0/8', 'loopback'],
  ['::1/128', 'loopback'],
  ['10.0.0.0/8', 'private'],
  ['172.16.0.0/12', 'private'],
  ['192.168.0.0/16', 'private'],
  // Shared by carriers and, inside clouds, by clusters.
  ['100.64.0.0/10', 'private'],
  ['fc00::/7', 'private'],
  ['169.254.0.0/16', 'link-local'],
  ['fe80::/10', 'link-local'],
  ['224.0.0.0/4', 'multicast'],
  ['255.255.255.255/32', 'multicast'],
  ['ff00::/8', 'multicast'],
]

const TABLE = new CidrTable<AddressScope>()
for (const [text, scope] of SCOPES) {
  const cidr = parseCidr(text)
  if (cidr !== null) TABLE.add(cidr, scope)
}

export function addressScope(address: Address): AddressScope {
  return TABLE.find(address) ?? 'public'
}

/** The range that addresses outside the cluster are drawn by: /24 for IPv4, /64 for IPv6. */
export function externalGroup(address: Address): string {
  return formatCidr(cidrOf(address, address.family === 4 ? 24 : 64))
}
