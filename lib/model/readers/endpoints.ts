import { canonicalAddress } from '../address'
import type { EndpointSlice } from '../cluster'
import type { Fields } from '../fields'
import type { ObjectMeta } from '../object'
import { readSlicePort, readTargetPod } from './endpoint-slice'

/** The deprecated kind, as one slice per subset and family. An Endpoints object has the name of its Service. */
export function readEndpoints(document: Fields, meta: ObjectMeta): readonly EndpointSlice[] {
  const namespace = meta.namespace ?? ''
  return document.list('subsets').flatMap((subset) => {
    const ports = subset.has('ports') ? subset.list('ports').map(readSlicePort) : null
    const endpoints = [
      ...readAddresses(subset, 'addresses', true, namespace),
      ...readAddresses(subset, 'notReadyAddresses', false, namespace),
    ]
    return (['IPv4', 'IPv6'] as const)
      .map((addressType) => ({
        meta,
        namespace,
        service: meta.name,
        addressType,
        from: 'Endpoints' as const,
        ports,
        endpoints: endpoints.filter((endpoint) => (endpoint.addresses[0] ?? '').includes(':') === (addressType === 'IPv6')),
      }))
      .filter((slice) => slice.endpoints.length > 0)
  })
}

function readAddresses(subset: Fields, key: string, ready: boolean, namespace: string): EndpointSlice['endpoints'] {
  return subset.list(key).map((entry) => {
    const ip = entry.string('ip') ?? ''
    return {
      addresses: ip === '' ? [] : [canonicalAddress(ip) ?? ip],
      ready,
      serving: ready,
      terminating: false,
      targetPod: readTargetPod(entry, namespace),
      nodeName: entry.string('nodeName'),
      zone: null,
      hintZones: [],
      hintNodes: [],
    }
  })
}
