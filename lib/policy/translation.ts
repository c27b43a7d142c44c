import type { Cluster, Service } from '../model/cluster'
import { NO_LABELS } from '../model/labels'
import { ALL_ADDRESSES, addressSetOfTexts, isEmptyAddressSet, NO_ADDRESSES } from './address-set'
import type { End } from './end'

/** What a plugin may see instead of the two ends of a connection to a Service. */
export type Translation = {
  /** The Service's own address in place of the endpoint; null when it has none that is known. */
  readonly destination: End | null
  /** A machine in place of a client outside, where traffic enters at any machine and is sent on; null where clients keep their address. */
  readonly source: End | null
}

/**
 * Whether CIDR rules are compared before or after the address of a Service is translated is left to the plugin.
 * Source: NetworkPolicy, the note on NAT at `ipBlock`.
 */
export function translationOf(service: Service, cluster: Cluster): Translation {
  const addresses = addressSetOfTexts(service.clusterIps)
  const isOpenAtMachines = service.type === 'NodePort' || service.type === 'LoadBalancer'
  const machines = addressSetOfTexts([...cluster.nodes.values()].flatMap((node) => node.addresses.map(({ address }) => address)))
  return {
    destination: isEmptyAddressSet(addresses) ? null : { ...OUTSIDE, possible: addresses },
    source:
      isOpenAtMachines && service.externalTrafficPolicy === 'Cluster'
        ? {
            ...OUTSIDE,
            possible: isEmptyAddressSet(machines) ? ALL_ADDRESSES : machines,
            node: { name: null, labels: NO_LABELS, relation: 'by-name' },
          }
        : null,
  }
}

const OUTSIDE = {
  kind: 'address',
  possible: NO_ADDRESSES,
  because: 'nat-dependent',
  node: null,
  domain: null,
  isApiServer: false,
} as const
