import { readPort } from '../parts/address-port'
import { type ServiceName, serviceOfHost } from '../parts/service-names'

/** Which way a request went, as the name of Envoy's upstream cluster says it in Istio; `other` in any other mesh or gateway. */
export type EnvoyCluster =
  | { readonly kind: 'inbound' }
  | {
      readonly kind: 'outbound' | 'waypoint'
      /** The Service's port. */
      readonly port: number | null
      readonly service: ServiceName | null
      /** Name of something that is no Service of the cluster; null for a Service. */
      readonly host: string | null
    }
  /** Somewhere that the mesh does not know: let through as it is. */
  | { readonly kind: 'passthrough' }
  /** Somewhere that the mesh does not know, and may not be called (`outboundTrafficPolicy: REGISTRY_ONLY`). */
  | { readonly kind: 'black-hole' }
  | {
      readonly kind: 'other'
      /** The Service that the name looks like: Contour writes `NAMESPACE/SERVICE/PORT/HASH`. */
      readonly candidate: ServiceName | null
    }

const OTHER: EnvoyCluster = { kind: 'other', candidate: null }
const INBOUND: EnvoyCluster = { kind: 'inbound' }

/** Reads `outbound|8000|subset|host`, `inbound|8000||`, `PassthroughCluster` and so on. New releases end names with `;`. */
export function readEnvoyCluster(text: string | null): EnvoyCluster {
  if (text === null) return OTHER
  const name = text.endsWith(';') ? text.slice(0, -1) : text
  if (name === 'PassthroughCluster') return { kind: 'passthrough' }
  if (name === 'BlackHoleCluster') return { kind: 'black-hole' }
  if (name.startsWith('InboundPassthrough') || name.startsWith('inbound|')) return INBOUND
  const isWaypoint = name.startsWith('inbound-vip|')
  if (!isWaypoint && !name.startsWith('outbound|')) return otherCluster(name)
  const [, port, , host] = name.split('|', 4)
  return namedCluster(isWaypoint ? 'waypoint' : 'outbound', port ?? '', host ?? '')
}

function otherCluster(text: string): EnvoyCluster {
  const [namespace, name, port, hash, more] = text.slice(0, 300).split('/', 5)
  const isContour = namespace !== undefined && name !== undefined && port !== undefined && hash !== undefined && more === undefined
  return isContour && namespace !== '' && name !== '' ? { kind: 'other', candidate: { namespace, name } } : OTHER
}

/** The Service that a client addressed, from `outbound_.8000_.subset_.host`: the server name that a sidecar asks the other one for. */
export function serviceOfServerName(text: string | null): ServiceName | null {
  if (text?.startsWith('outbound_.') !== true) return null
  return serviceOfHost(text.slice(text.lastIndexOf('_.') + 2))
}

function namedCluster(kind: 'outbound' | 'waypoint', port: string, host: string): EnvoyCluster {
  const service = serviceOfHost(host)
  return { kind, port: readPort(port), service, host: service !== null || host === '' ? null : host.toLowerCase() }
}
