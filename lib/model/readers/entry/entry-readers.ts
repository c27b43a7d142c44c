import type { EntryObject } from '../../entry/entry-object'
import type { Fields } from '../../fields'
import type { ObjectMeta } from '../../object'
import { readHttpProxy } from './contour'
import { readBackendTlsPolicy, readTrafficSplit } from './gateway-companions'
import { readDestinationRule, readIstioGateway, readIstioSidecar, readServiceEntry, readVirtualService, readWorkloadEntry } from './istio'
import { readTransportServer, readVirtualServer, readVirtualServerRoute } from './nginx'
import { readOpenShiftRoute } from './openshift'
import { readIngressRoute, readMiddleware, readTraefikService, readTraefikSetting } from './traefik'

export type EntryReader = (document: Fields, meta: ObjectMeta) => EntryObject

const TRAEFIK: readonly (readonly [kind: string, reader: EntryReader])[] = [
  ['IngressRoute', readIngressRoute('IngressRoute')],
  ['IngressRouteTCP', readIngressRoute('IngressRouteTCP')],
  ['IngressRouteUDP', readIngressRoute('IngressRouteUDP')],
  ['TraefikService', readTraefikService],
  ['Middleware', readMiddleware('Middleware')],
  ['MiddlewareTCP', readMiddleware('MiddlewareTCP')],
  ['TLSOption', readTraefikSetting('TLSOption')],
  ['TLSStore', readTraefikSetting('TLSStore')],
  ['ServersTransport', readTraefikSetting('ServersTransport')],
  ['ServersTransportTCP', readTraefikSetting('ServersTransportTCP')],
]

/** Readers of the entry objects that are no part of Kubernetes itself, by `GROUP/KIND`. */
export const ENTRY_READERS: ReadonlyMap<string, EntryReader> = new Map<string, EntryReader>([
  ...['traefik.io', 'traefik.containo.us'].flatMap((group) => TRAEFIK.map(([kind, reader]) => [`${group}/${kind}`, reader] as const)),
  ['route.openshift.io/Route', readOpenShiftRoute],
  ['k8s.nginx.org/VirtualServer', readVirtualServer],
  ['k8s.nginx.org/VirtualServerRoute', readVirtualServerRoute],
  ['k8s.nginx.org/TransportServer', readTransportServer],
  ['projectcontour.io/HTTPProxy', readHttpProxy],
  ['networking.istio.io/Gateway', readIstioGateway],
  ['networking.istio.io/VirtualService', readVirtualService],
  ['networking.istio.io/DestinationRule', readDestinationRule],
  ['networking.istio.io/ServiceEntry', readServiceEntry],
  ['networking.istio.io/Sidecar', readIstioSidecar],
  ['networking.istio.io/WorkloadEntry', readWorkloadEntry],
  ['gateway.networking.k8s.io/BackendTLSPolicy', readBackendTlsPolicy],
  ['split.smi-spec.io/TrafficSplit', readTrafficSplit],
])
