import { canonicalAddress } from '../address'
import type { EndpointSlice } from '../cluster'
import type { Fields } from '../fields'
import { podRef } from '../names'
import type { ObjectMeta } from '../object'
import { PROTOCOLS } from '../protocol'

/** Ties a slice to its Service. */
const SERVICE_LABEL = 'kubernetes.io/service-name'

export function readEndpointSlice(document: Fields, meta: ObjectMeta): EndpointSlice {
  const namespace = meta.namespace ?? ''
  return {
    meta,
    namespace,
    service: meta.labels.get(SERVICE_LABEL) || null,
    addressType: document.oneOf('addressType', ['IPv4', 'IPv6', 'FQDN'], 'IPv4'),
    from: 'EndpointSlice',
    ports: document.has('ports') ? document.list('ports').map(readSlicePort) : null,
    endpoints: document.list('endpoints').map((endpoint) => readEndpoint(endpoint, namespace)),
  }
}

export function readSlicePort(port: Fields): NonNullable<EndpointSlice['ports']>[number] {
  return { name: port.string('name') || null, protocol: port.oneOf('protocol', PROTOCOLS, 'TCP'), port: port.port('port') }
}

/** Pod that an endpoint's `targetRef` names; null for an address outside the cluster's pods. */
export function readTargetPod(endpoint: Fields, namespace: string): EndpointSlice['endpoints'][number]['targetPod'] {
  const target = endpoint.object('targetRef')
  const name = target.string('name')
  return target.string('kind') === 'Pod' && name ? podRef(target.string('namespace') || namespace, name) : null
}

function readEndpoint(endpoint: Fields, namespace: string): EndpointSlice['endpoints'][number] {
  const conditions = endpoint.object('conditions')
  const ready = conditions.boolean('ready') ?? true
  return {
    addresses: endpoint.strings('addresses').map((address) => canonicalAddress(address) ?? address),
    // An unset condition reads as "ready, serving, not terminating".
    ready,
    serving: conditions.boolean('serving') ?? ready,
    terminating: conditions.boolean('terminating') ?? false,
    targetPod: readTargetPod(endpoint, namespace),
    nodeName: endpoint.string('nodeName'),
    zone: endpoint.string('zone'),
    hintZones: readHints(endpoint, 'forZones'),
    hintNodes: readHints(endpoint, 'forNodes'),
  }
}

function readHints(endpoint: Fields, key: 'forZones' | 'forNodes'): readonly string[] {
  return endpoint
    .object('hints')
    .list(key)
    .map((hint) => hint.string('name') ?? '')
}
