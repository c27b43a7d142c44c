import type { HttpProxy } from './contour-objects'
import type { BackendTlsPolicy, TrafficSplit } from './gateway-companions'
import type { DestinationRule, IstioGateway, IstioSidecar, ServiceEntry, VirtualService, WorkloadEntry } from './istio-objects'
import type { TransportServer, VirtualServer, VirtualServerRoute } from './nginx-objects'
import type { OpenShiftRoute } from './openshift-objects'
import type { IngressRoute, Middleware, TraefikService, TraefikSetting } from './traefik-objects'

/** Objects of ingress controllers and meshes that say how traffic enters, or goes on inside. */
export type EntryObject =
  | IngressRoute
  | TraefikService
  | Middleware
  | TraefikSetting
  | OpenShiftRoute
  | VirtualServer
  | VirtualServerRoute
  | TransportServer
  | HttpProxy
  | IstioGateway
  | VirtualService
  | DestinationRule
  | ServiceEntry
  | IstioSidecar
  | WorkloadEntry
  | BackendTlsPolicy
  | TrafficSplit
