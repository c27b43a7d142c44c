import { parseAddressOrCidr } from '../../model/address'
import type { Fields } from '../../model/fields'
import { type AddressSet, addressSetOf, subtractAddresses, uniteAddresses } from '../address-set'
import { allowOnly } from '../policy-fields'
import { both, either, type Truth } from '../truth'
import { liesIn, type MeshConnection } from './mesh-connection'

/** What an authorization asks of a client. */
export type ClientRule = {
  /** `anyone`; `tls`: any client of the mesh; or one of these names. */
  readonly identities: 'anyone' | 'tls' | readonly IdentityPattern[]
  /** Where the client must be; null for anywhere. */
  readonly networks: AddressSet | null
}

/** `*`, `*.suffix` or a whole name. */
export type IdentityPattern = string

/** The certificate of a service account says `SA.NS.serviceaccount.identity.CONTROL-PLANE-NS.TRUST-DOMAIN`. */
export function linkerdIdentity(serviceAccount: string, namespace: string, identityDomain: string): string {
  return `${serviceAccount}.${namespace}.serviceaccount.identity.${identityDomain}`
}

export function matchesIdentity(pattern: IdentityPattern, identity: string): boolean {
  if (pattern === '*') return true
  return pattern.startsWith('*.') ? identity.endsWith(pattern.slice(1)) : identity === pattern
}

export function clientMatches({ identities, networks }: ClientRule, connection: MeshConnection, identityDomain: string): Truth {
  const { client } = connection
  const isThere: Truth = networks === null ? 'yes' : liesIn(client.addresses, networks, client.because)
  if (identities === 'anyone' || isThere === 'no') return isThere
  const { identity } = client
  if (identity === 'unknown') return 'unknown-endpoint'
  if (identity === null) return 'no'
  if (identities === 'tls') return isThere
  const name = linkerdIdentity(identity.serviceAccount, identity.namespace, identityDomain)
  const isNamed = identities.reduce<Truth>((truth, pattern) => either(truth, matchesIdentity(pattern, name) ? 'yes' : 'no'), 'no')
  return both(isNamed, isThere)
}

/** Reads `[{cidr, except}]`; an entry may also be one address. */
export function readNetworks(parent: Fields, key: string): AddressSet | null {
  const networks = parent.list(key).map((entry) => {
    allowOnly(entry, ['cidr', 'except'])
    const cidr = readNetwork(entry, 'cidr', entry.string('cidr'))
    const except = entry.strings('except').flatMap((text) => readNetwork(entry, 'except', text)?.set ?? [])
    return except.reduce((set, hole) => subtractAddresses(set, hole), cidr?.set ?? addressSetOf([]))
  })
  return networks.length === 0 ? null : networks.reduce(uniteAddresses)
}

function readNetwork(entry: Fields, key: string, text: string | null): { readonly set: AddressSet } | null {
  const cidr = text === null ? null : parseAddressOrCidr(text)
  if (cidr !== null) return { set: addressSetOf([cidr]) }
  entry.problem(key, `"${(text ?? '').slice(0, 80)}" is not a network`)
  return null
}
