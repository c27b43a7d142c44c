import { parseAddress } from '../../model/address'
import type { Service } from '../../model/cluster'
import type { Fields } from '../../model/fields'
import { serviceRef } from '../../model/names'
import type { Protocol } from '../../model/protocol'
import { type ServiceEndpoint, serviceEndpoints } from '../../model/service-endpoints'
import { type AddressSet, isEmptyAddressSet, NO_ADDRESSES, singleAddress, uniteAddresses } from '../address-set'
import type { ConnectionSetId, ConnectionSets } from '../connection-sets'
import { addressesTerm, type EndTerm } from '../end-term'
import { allowOnly } from '../policy-fields'
import type { CalicoContext } from './calico-context'

/** Endpoints of a Service that listen on the same ports. */
export type ServicePart = {
  readonly term: EndTerm
  readonly ports: ConnectionSetId
  /** Ports that each endpoint's pod resolves for itself. */
  readonly names: readonly { readonly name: string; readonly protocol: Protocol }[]
}

export type ServiceMatch = readonly ServicePart[]

/** Reads `services`: the endpoints by address, and by the Service's selector where addresses are not known. */
export function readService(fields: Fields, namespace: string | null, { cluster, sets }: CalicoContext): ServiceMatch {
  allowOnly(fields, ['name', 'namespace'])
  const home = fields.string('namespace') || namespace
  const name = fields.string('name') || null
  if (home === null) fields.problem('namespace', 'a global policy must name the namespace of a service')
  if (name === null) fields.problem('name', 'a service name is required')
  const service = home === null || name === null ? undefined : cluster.services.get(serviceRef(home, name))
  if (service === undefined) return []

  const text = `an endpoint of service ${service.namespace}/${service.name}`
  const byPorts = new Map<ConnectionSetId, AddressSet>()
  const endpoints = serviceEndpoints(cluster, service)
  for (const endpoint of endpoints) {
    const ports = portsOf(endpoint, sets)
    for (const address of endpoint.addresses.flatMap((address) => parseAddress(address) ?? [])) {
      byPorts.set(ports, uniteAddresses(byPorts.get(ports) ?? NO_ADDRESSES, singleAddress(address)))
    }
  }
  const byAddress = [...byPorts]
    .filter(([, addresses]) => !isEmptyAddressSet(addresses))
    .map(([ports, addresses]): ServicePart => ({ term: addressesTerm(addresses, true, text), ports, names: [] }))
  return hasUnknownAddresses(service, endpoints) ? [...byAddress, bySelector(service, sets, text)] : byAddress
}

function portsOf({ ports }: ServiceEndpoint, sets: ConnectionSets): ConnectionSetId {
  return ports.reduce((set, { servicePort, port }) => {
    return port === null ? set : sets.union(set, sets.range(servicePort.protocol, port, port))
  }, sets.none)
}

function hasUnknownAddresses({ selector }: Service, endpoints: readonly ServiceEndpoint[]): boolean {
  return selector !== null && selector.size > 0 && endpoints.some(({ addresses }) => addresses.length === 0)
}

/** Pods of manifests have no addresses yet; the selector says which ones will be behind the Service. */
function bySelector({ namespace, name, selector, ports }: Service, sets: ConnectionSets, text: string): ServicePart {
  const wanted = [...(selector ?? [])]
  const term: EndTerm = {
    kind: 'expression',
    key: JSON.stringify(['calico-service', namespace, name]),
    matches: (pod) => pod.namespace === namespace && wanted.every(([key, value]) => pod.labels.get(key) === value),
    looksAt: { labels: wanted.map(([key]) => key), namespaceLabels: [], serviceAccount: false, serviceAccountLabels: [] },
    addresses: null,
    isNegated: false,
    text,
  }
  return {
    term,
    ports: ports.reduce((set, { targetPort, protocol }) => {
      return typeof targetPort === 'number' ? sets.union(set, sets.range(protocol, targetPort, targetPort)) : set
    }, sets.none),
    names: ports.flatMap(({ targetPort, protocol }) => (typeof targetPort === 'string' ? [{ name: targetPort, protocol }] : [])),
  }
}
