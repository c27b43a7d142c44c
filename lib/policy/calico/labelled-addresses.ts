import { parseAddressOrCidr } from '../../model/address'
import type { Fields } from '../../model/fields'
import type { Labels } from '../../model/labels'
import { type AddressSet, addressSetOf } from '../address-set'

/** What selectors ask of a map of labels. */
export type LabelLookup = Pick<Labels, 'get' | 'has'>

/** Addresses that selectors find by labels: a NetworkSet, a GlobalNetworkSet, or the machine behind a HostEndpoint. */
export type LabelledAddresses = {
  readonly labels: LabelLookup
  readonly addresses: AddressSet
  /** False when a part of the object could not be read, so that it may hold any address. */
  readonly isUnderstood: boolean
}

/** Addresses of one list; null, with the problems reported, when one of them cannot be read. */
export function readAddresses(fields: Fields, key: string): AddressSet | null {
  const texts = fields.strings(key)
  const list = fields.get(key)
  if (list !== undefined && !(Array.isArray(list) && list.length === texts.length)) return null
  const nets = texts.flatMap((text) => {
    const net = parseAddressOrCidr(text)
    if (net === null) fields.problem(key, `"${text}" is no address and no CIDR`)
    return net ?? []
  })
  return nets.length === texts.length ? addressSetOf(nets) : null
}
