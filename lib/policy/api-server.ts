import type { Cluster } from '../model/cluster'
import { type AddressSet, addressSetOfTexts } from './address-set'

/** Where the API server is: the endpoints of the Service that every cluster has for it; empty when they are not known. */
export function apiServerAddresses({ endpointSlices }: Cluster): AddressSet {
  const slices = endpointSlices.filter((slice) => slice.namespace === 'default' && slice.service === 'kubernetes')
  return addressSetOfTexts(slices.flatMap((slice) => slice.endpoints.flatMap((endpoint) => endpoint.addresses)))
}
