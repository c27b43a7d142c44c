import { parseAddress } from '../model/address'
import type { Cluster } from '../model/cluster'
import { type AddressSet, NO_ADDRESSES, singleAddress, uniteAddresses } from './address-set'

/** Where the API server is: the endpoints of the Service that every cluster has for it; empty when they are not known. */
export function apiServerAddresses({ endpointSlices }: Cluster): AddressSet {
  const slices = endpointSlices.filter((slice) => slice.namespace === 'default' && slice.service === 'kubernetes')
  const addresses = slices.flatMap((slice) => slice.endpoints.flatMap((endpoint) => endpoint.addresses.map(parseAddress)))
  return addresses.reduce((all, address) => (address === null ? all : uniteAddresses(all, singleAddress(address))), NO_ADDRESSES)
}
