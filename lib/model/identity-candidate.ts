import type { AddressScope } from './address-scope'
import type { ServicePort } from './cluster'
import type { PodRef, ServiceRef } from './names'

/** Something that may hold an address. */
export type IdentityCandidate =
  | {
      readonly kind: 'pod'
      readonly pod: PodRef
      /** How we know: its own address, or a node's address and a port that this pod has there. */
      readonly by: 'pod-address' | 'host-port' | 'host-network'
    }
  | {
      readonly kind: 'service'
      readonly service: ServiceRef
      /** null when the port is not known or the Service has no such port. */
      readonly port: ServicePort | null
      readonly by: 'cluster-ip' | 'load-balancer' | 'external-ip' | 'node-port' | 'health-check'
    }
  | {
      readonly kind: 'node'
      readonly node: string
      /** Program that usually listens on this port, such as `kubelet`; null when the port does not tell. */
      readonly process: string | null
    }
  | {
      readonly kind: 'special'
      readonly name: 'kube-apiserver' | 'instance-metadata' | 'node-local-dns' | 'ambient-probe' | 'node-tunnel' | 'loopback'
      readonly node: string | null
    }
  /** In a range of pod addresses, but no pod holds it now. */
  | { readonly kind: 'unknown-pod'; readonly cidr: string; readonly node: string | null }
  /** In a range of Service addresses, but no Service holds it now. */
  | { readonly kind: 'unknown-service'; readonly cidr: string }
  | { readonly kind: 'external'; readonly scope: AddressScope /** /24 or /64 around it. */; readonly group: string }
