import type { PodRef, ServiceRef, WorkloadRef } from './names'
import type { InputProblem } from './problem'
import type { Protocol } from './protocol'

/** Ways into the cluster from outside. */
export type DoorKind = 'LoadBalancer' | 'NodePort' | 'ExternalIP' | 'HostPort' | 'HostNetwork' | 'Ingress' | 'Gateway'

/** One way in, as one object opens it. Declared: nothing here says that anybody uses it. */
export type Door = {
  /** Unique in a cluster and stable while the object exists: `KIND:NS/NAME`. */
  readonly id: string
  readonly kind: DoorKind
  /** The object that opens it: a Service, a workload, an Ingress or a Gateway. */
  readonly namespace: string
  readonly name: string
  /** Ingress class or Gateway class; null for other kinds and when no class could be found. */
  readonly className: string | null
  /** Addresses and names to reach it by; empty when they are not known (yet). `*` is every cluster node. */
  readonly addresses: readonly string[]
  readonly ports: readonly DoorPort[]
  /** Host names it answers to; empty for any. */
  readonly hosts: readonly string[]
  readonly targets: readonly DoorTarget[]
  /** Settings worth showing, such as `externalTrafficPolicy: Local` or `canary-weight: 10`. */
  readonly facts: readonly { readonly name: string; readonly value: string }[]
  readonly problems: readonly DoorProblem[]
}

export type DoorPort = { readonly port: number; readonly protocol: Protocol; readonly tls: boolean; readonly name: string | null }

/** Where a door leads. */
export type DoorTarget =
  | {
      readonly kind: 'service'
      readonly service: ServiceRef
      /** The Service's port; null when it has no such port, or does not exist. */
      readonly port: number | null
      /** Part of a rule; null where the door has none (a LoadBalancer), or matches everything. */
      readonly host: string | null
      readonly path: string | null
      readonly tls: boolean
      /** `HTTPRoute:NS/NAME` of the route in between; null for every other door. */
      readonly route: string | null
      /** Share among the backends of one rule; 0 gets no traffic. */
      readonly weight: number
      /** False when the target is declared but cannot take traffic; the problems of the door say why. */
      readonly works: boolean
    }
  | {
      readonly kind: 'workload'
      readonly workload: WorkloadRef
      readonly pods: readonly PodRef[]
      readonly port: number
      readonly protocol: Protocol
    }
  | {
      readonly kind: 'other'
      readonly apiGroup: string | null
      readonly resourceKind: string
      readonly name: string
      readonly host: string | null
      readonly path: string | null
    }

export type DoorProblemCode =
  | 'service-missing'
  | 'port-missing'
  | 'no-ready-endpoints'
  | 'address-pending'
  | 'class-missing'
  | 'class-ambiguous'
  | 'secret-missing'
  | 'rule-conflict'
  | 'host-invalid'
  | 'parent-missing'
  | 'route-not-accepted'
  | 'reference-not-permitted'
  | 'no-weight'
  | 'no-routes'

export type DoorProblem = {
  readonly code: DoorProblemCode
  readonly severity: InputProblem['severity']
  /** One sentence, with the names it is about. */
  readonly message: string
  /** True when we computed it because no controller has said anything about the object. */
  readonly predicted: boolean
}
