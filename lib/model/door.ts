import type { FieldPath } from './field-locator'
import type { PodRef, ServiceRef, WorkloadRef } from './names'
import type { ObjectMeta } from './object'
import type { InputProblem } from './problem'
import type { Protocol } from './protocol'

/** Ways into the cluster from outside. */
export type DoorKind =
  | 'LoadBalancer'
  | 'NodePort'
  | 'ExternalIP'
  | 'HostPort'
  | 'HostNetwork'
  | 'Ingress'
  | 'Gateway'
  | 'IngressRoute'
  | 'IngressRouteTCP'
  | 'IngressRouteUDP'
  | 'Route'
  | 'VirtualServer'
  | 'TransportServer'
  | 'HTTPProxy'
  | 'IstioGateway'

/** One way in, as one object opens it. Declared: nothing here says that anybody uses it. */
export type Door = {
  /** Unique in a cluster and stable while the object exists: `KIND:NS/NAME`. */
  readonly id: string
  readonly kind: DoorKind
  /** The object that opens it: a Service, a workload, an Ingress, a Gateway or an object of an ingress controller. */
  readonly namespace: string
  readonly name: string
  /** null for a workload of which only its pods are known. */
  readonly meta: ObjectMeta | null
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
  readonly standing: DoorStanding
  readonly problems: readonly DoorProblem[]
}

/** Who says how the door stands. */
export type DoorStanding =
  /** A controller has written it into the status of the object, and of the object as it is now. */
  | { readonly by: 'status'; readonly isOpen: boolean; readonly text: string }
  /** No controller has looked at it yet, or its kind has no status: what its rules lead to is our reading of them. */
  | { readonly by: 'prediction' }
  /** The object alone opens it: a node port, a port of a pod on its machine. */
  | { readonly by: 'object' }

export const PREDICTED: DoorStanding = { by: 'prediction' }

export type DoorPort = { readonly port: number; readonly protocol: Protocol; readonly tls: boolean; readonly name: string | null }

/** What one rule of a door says, whatever it leads to. */
export type DoorRule = {
  /** Part of a rule; null where the door has none (a LoadBalancer), or matches everything. */
  readonly host: string | null
  /** `/api` for a prefix, `=/login` for that path alone, `~^/v[0-9]` for a pattern; methods and headers may stand beside it. */
  readonly path: string | null
  readonly tls: boolean
  /** `HTTPRoute:NS/NAME` of the route in between; null for every other door. */
  readonly route: string | null
  /** Share among the backends of one rule, of a canary and of most mirrors in percent; 0 gets no traffic. */
  readonly weight: number
  /** A mirror gets copies, a fallback gets what the others cannot take, a canary takes a part away from another object. */
  readonly role: 'backend' | 'mirror' | 'fallback' | 'canary'
  /** What stands in between or narrows it: `subset v2`, `through TraefikService shop/split`; empty for nothing. */
  readonly note: string
  /** False when the target is declared but cannot take traffic; the problems of the door say why. */
  readonly works: boolean
}

/** Where a door leads. */
export type DoorTarget =
  | (DoorRule & {
      readonly kind: 'service'
      readonly service: ServiceRef
      /** The Service's port; null when it has no such port, or does not exist. */
      readonly port: number | null
    })
  /** Out of the cluster again, to a name or an address. */
  | (DoorRule & { readonly kind: 'external'; readonly name: string; readonly port: number | null })
  /** The controller answers by itself: a redirect, a fixed answer, a page of its own. */
  | (DoorRule & { readonly kind: 'answer'; readonly text: string })
  /** A kind of object that is not known here. */
  | (DoorRule & { readonly kind: 'other'; readonly apiGroup: string | null; readonly resourceKind: string; readonly name: string })
  | {
      readonly kind: 'workload'
      readonly workload: WorkloadRef
      readonly pods: readonly PodRef[]
      readonly port: number
      readonly protocol: Protocol
    }

export type DoorProblemCode =
  | 'service-missing'
  | 'port-missing'
  | 'no-ready-endpoints'
  | 'address-pending'
  | 'class-missing'
  | 'class-ambiguous'
  | 'secret-missing'
  | 'secret-wrong-type'
  | 'rule-conflict'
  | 'host-invalid'
  | 'tls-mismatch'
  | 'path-ineffective'
  | 'parent-missing'
  | 'route-not-accepted'
  | 'not-accepted'
  | 'host-not-shared'
  | 'listener-conflict'
  | 'reference-not-permitted'
  | 'backend-unknown'
  | 'no-weight'
  | 'no-routes'
  | 'class-without-controller'
  | 'part-missing'
  | 'cross-namespace'
  | 'loop'
  | 'rule-unreadable'
  | 'destination-missing'
  | 'gateway-without-pods'
  | 'selector-unreadable'
  | 'selects-nothing'
  | 'machine-missing'
  | 'half-missing'
  | 'overlap'

export type DoorProblem = {
  readonly code: DoorProblemCode
  readonly severity: InputProblem['severity'] | 'info'
  /** One sentence, with the names it is about. */
  readonly message: string
  /** True when we computed it because no controller has said anything about the object. */
  readonly predicted: boolean
  /** The object and field that say what is wrong; null for what no single field says. */
  readonly at: { readonly meta: ObjectMeta; readonly path: FieldPath; readonly value: string | null } | null
}

/** True when no request that comes in can get anywhere: there are targets or rules, and none of them takes traffic. */
export function leadsNowhere({ targets, standing }: Door): boolean {
  if (standing.by === 'status' && !standing.isOpen) return true
  return !targets.some((target) => target.kind === 'workload' || target.works)
}

/** The part of the requests that a rule hands to a target; empty where nobody states one. */
export function shareText({ role, weight }: Pick<DoorRule, 'role' | 'weight'>): string {
  if (role === 'canary') return `${weight} %`
  if (weight === 1) return ''
  return role === 'mirror' ? `${weight} %` : `weight ${weight}`
}

/** Host and path in one: `shop.example/api`, `shop.example/login (exact)`, `shop.example GET /cart`. */
export function placeText({ host, path }: Pick<DoorRule, 'host' | 'path'>): string {
  const where = host ?? ''
  const rest = path?.replaceAll(/(^| )=(\/\S*)/g, '$1$2 (exact)') ?? ''
  return where === '' || rest === '' || rest.startsWith('/') ? `${where}${rest}` : `${where} ${rest}`
}
