import type { Condition } from './condition'
import type { EntryObject } from './entry/entry-object'
import type { FieldPath } from './field-locator'
import type { Labels } from './labels'
import type { PodRef, ServiceRef, WorkloadRef } from './names'
import type { ObjectMeta, RawObject } from './object'
import type { InputProblem } from './problem'
import type { Protocol } from './protocol'
import type { Selector } from './selector'

/** Everything known of one cluster at one moment: a value, replaced as a whole, never changed in place. */
export type Cluster = {
  readonly name: string
  /** Where the objects came from, also those of a bundle; `demo` is simulated and every page says so. */
  readonly source: 'demo' | 'manifests' | 'live'
  readonly namespaces: ReadonlyMap<string, Namespace>
  /** Cluster machines, by name. */
  readonly nodes: ReadonlyMap<string, ClusterNode>
  readonly pods: ReadonlyMap<PodRef, Pod>
  readonly workloads: ReadonlyMap<WorkloadRef, Workload>
  readonly services: ReadonlyMap<ServiceRef, Service>
  readonly endpointSlices: readonly EndpointSlice[]
  readonly ingresses: readonly Ingress[]
  readonly ingressClasses: ReadonlyMap<string, IngressClass>
  readonly gatewayClasses: ReadonlyMap<string, GatewayClass>
  /** By `NS/NAME`. */
  readonly gateways: ReadonlyMap<string, Gateway>
  readonly listenerSets: readonly ListenerSet[]
  readonly routes: readonly GatewayRoute[]
  readonly referenceGrants: readonly ReferenceGrant[]
  /** Objects of ingress controllers and meshes; `entry-index` finds them by kind. */
  readonly entryObjects: readonly EntryObject[]
  /** `NS/NAME` of ConfigMaps; their data is not read. */
  readonly configMaps: ReadonlySet<string>
  /** `NS/NAME` to the type of the Secret, such as `kubernetes.io/tls`. Neither data nor annotations are kept. */
  readonly secrets: ReadonlyMap<string, string>
  /** `NS/NAME` of the few ConfigMaps that configure the network itself, with the entries that `named-settings.ts` lists. */
  readonly settings: ReadonlyMap<string, Settings>
  /** `NS/NAME` to labels. */
  readonly serviceAccounts: ReadonlyMap<string, ObjectMeta>
  /** Policy objects of every family, as written; `lib/policy` reads them. */
  readonly policies: readonly RawObject[]
  /** Objects that configure or describe the network itself (address pools, operators), as written; `lib/platform` reads them. */
  readonly networkObjects: readonly RawObject[]
  /** Kinds that no reader knows, kept as written and listed on the status page. */
  readonly others: readonly RawObject[]
  readonly problems: readonly InputProblem[]
  /**
   * `GROUP/KIND` of the kinds that this reading could not look at or not completely (no right, not yet read): that there
   * is no such object means nothing then. With each the namespaces in which it could be read all the same, or the objects
   * (`NS/NAME`) where only some are asked for, by their names. Empty for manifests, which are taken to be complete.
   */
  readonly unread: ReadonlyMap<string, ReadonlySet<string>>
}

/** Entries of a ConfigMap, as written. */
export type Settings = ReadonlyMap<string, string>

export type Namespace = {
  readonly meta: ObjectMeta
  readonly name: string
  /** Always with `kubernetes.io/metadata.name`. */
  readonly labels: Labels
  /** True when only other objects name it: it exists, with its name label and nothing else known. */
  readonly isImplied: boolean
}

export type ClusterNode = {
  readonly meta: ObjectMeta
  readonly name: string
  readonly addresses: readonly { readonly type: string; readonly address: string }[]
  readonly podCidrs: readonly string[]
  readonly zone: string | null
  readonly ready: boolean | null
  /** Such as `v1.36.2+k3s1`; null when not stated. */
  readonly kubeletVersion: string | null
}

export type Workload = {
  readonly ref: WorkloadRef
  readonly namespace: string
  readonly name: string
  /** Deployment, StatefulSet, DaemonSet, Job, CronJob, ReplicaSet, ReplicationController, Pod or a custom owner. */
  readonly kind: string
  /** The object itself; null when only its pods' owner references name it. */
  readonly meta: ObjectMeta | null
  /** Labels of the pod template (of the pod itself for a bare pod). */
  readonly labels: Labels
  readonly pods: readonly PodRef[]
  /** null when the object does not say (DaemonSet, CronJob without a run). */
  readonly desiredReplicas: number | null
  /** The Service that gives the pods of a StatefulSet their names; null for other kinds, and where it says none. */
  readonly serviceName: string | null
  readonly readyReplicas: number
}

export type Pod = {
  readonly ref: PodRef
  readonly meta: ObjectMeta
  readonly namespace: string
  readonly name: string
  readonly labels: Labels
  readonly workload: WorkloadRef
  /** True for a pod made from a workload's template because the input has no Pod objects of it. */
  readonly isImplied: boolean
  /** Canonical text form, both families; empty when the pod has no address yet. */
  readonly ips: readonly string[]
  readonly hostIps: readonly string[]
  readonly nodeName: string | null
  readonly hostNetwork: boolean
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown'
  readonly ready: boolean
  readonly terminating: boolean
  readonly serviceAccount: string
  readonly hostname: string | null
  readonly subdomain: string | null
  /** Conditions of its start that do not hold, as the cluster states them; empty for a pod that is ready, or of a manifest. */
  readonly failing: readonly FailingCondition[]
  readonly containers: readonly Container[]
  readonly dns: PodDns
}

/** How a pod finds names, as its spec asks for it. */
export type PodDns = {
  /** `ClusterFirst` when the spec does not say. */
  readonly policy: 'ClusterFirst' | 'ClusterFirstWithHostNet' | 'Default' | 'None'
  readonly nameservers: readonly string[]
  readonly searches: readonly string[]
  /** null when the spec does not say: 5 for names of the cluster. */
  readonly ndots: number | null
}

export type FailingCondition = {
  readonly type: 'PodScheduled' | 'Initialized' | 'ContainersReady' | 'Ready'
  /** Such as `Unschedulable`; empty when none is stated. */
  readonly reason: string
  /** Why no machine takes the pod; empty for all other types. */
  readonly message: string
}

export type Container = {
  readonly name: string
  readonly image: string | null
  /** `sidecar` is an init container with `restartPolicy: Always`; plain init containers are `init`. */
  readonly kind: 'regular' | 'sidecar' | 'init'
  readonly ports: readonly ContainerPort[]
  /** Options of the few programs that `program-flags.ts` knows, by name without dashes, in lower case. Empty for all others. */
  readonly flags: ReadonlyMap<string, string>
  readonly ready: boolean | null
  readonly restarts: number
  /** Why it does not run, such as `CrashLoopBackOff`; null when it runs, or nothing is known. */
  readonly waiting: string | null
  /** Only those that ask a port. */
  readonly probes: readonly Probe[]
  /** Services and hosts that its environment and arguments name; nothing else of their values is kept. */
  readonly names: readonly NamedHost[]
}

export type NamedHost = {
  /** `variable CART_ADDR` or `argument`. */
  readonly from: string
  /** `HOST`, `HOST:PORT` or `SCHEME://HOST[:PORT]`. */
  readonly endpoint: string
}

export type Probe = {
  readonly kind: 'readiness' | 'liveness' | 'startup'
  /** A number, or the name of a port of the same container. */
  readonly port: number | string
}

export type ContainerPort = {
  readonly name: string | null
  readonly port: number
  readonly protocol: Protocol
  readonly hostPort: number | null
}

export type Service = {
  readonly ref: ServiceRef
  readonly meta: ObjectMeta
  readonly namespace: string
  readonly name: string
  readonly type: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName'
  readonly headless: boolean
  /** null when the object has no selector; an empty map selects nothing. */
  readonly selector: Labels | null
  readonly ports: readonly ServicePort[]
  readonly clusterIps: readonly string[]
  readonly externalIps: readonly string[]
  readonly externalName: string | null
  readonly loadBalancer: {
    readonly class: string | null
    readonly ingress: readonly { readonly ip: string | null; readonly hostname: string | null; readonly ipMode: string | null }[]
    readonly sourceRanges: readonly string[]
  }
  readonly ipFamilyPolicy: 'SingleStack' | 'PreferDualStack' | 'RequireDualStack' | null
  readonly ipFamilies: readonly ('IPv4' | 'IPv6')[]
  readonly sessionAffinity: { readonly mode: 'None' | 'ClientIP'; readonly timeoutSeconds: number | null }
  readonly internalTrafficPolicy: 'Cluster' | 'Local'
  readonly externalTrafficPolicy: 'Cluster' | 'Local'
  readonly trafficDistribution: string | null
  readonly publishNotReadyAddresses: boolean
  readonly healthCheckNodePort: number | null
}

export type ServicePort = {
  readonly name: string | null
  readonly protocol: Protocol
  readonly port: number
  /** A number, or the name of a container port that each pod resolves for itself. */
  readonly targetPort: number | string
  readonly nodePort: number | null
  readonly appProtocol: string | null
}

export type EndpointSlice = {
  readonly meta: ObjectMeta
  readonly namespace: string
  /** Name of the Service it belongs to; null when the label is missing. */
  readonly service: string | null
  readonly addressType: 'IPv4' | 'IPv6' | 'FQDN'
  /** `Endpoints` for the deprecated kind, which is read into the same shape. */
  readonly from: 'EndpointSlice' | 'Endpoints'
  /** null when the object has `ports: null`: no port could be resolved. */
  readonly ports: readonly { readonly name: string | null; readonly protocol: Protocol; readonly port: number | null }[] | null
  readonly endpoints: readonly {
    readonly addresses: readonly string[]
    readonly ready: boolean
    readonly serving: boolean
    readonly terminating: boolean
    readonly targetPod: PodRef | null
    readonly nodeName: string | null
    readonly zone: string | null
    /** Where its traffic should come from, as the cluster suggests. */
    readonly hintZones: readonly string[]
    readonly hintNodes: readonly string[]
  }[]
}

export type IngressClass = {
  readonly meta: ObjectMeta
  readonly controller: string
  readonly isDefault: boolean
}

export type Ingress = {
  readonly meta: ObjectMeta
  readonly namespace: string
  readonly name: string
  /** From `spec.ingressClassName`, else the old annotation; null leaves it to a default class. */
  readonly className: string | null
  /** True when only the old annotation names the class: it may be a word of a controller, without an IngressClass. */
  readonly isClassAnnotated: boolean
  readonly tls: readonly { readonly hosts: readonly string[]; readonly secretName: string | null }[]
  readonly rules: readonly {
    /** null matches every host. */
    readonly host: string | null
    readonly path: string
    readonly pathType: 'Exact' | 'Prefix' | 'ImplementationSpecific'
    readonly backend: IngressBackend
    /** Keys from the top of the object. */
    readonly at: FieldPath
  }[]
  readonly defaultBackend: IngressBackend | null
  readonly addresses: readonly string[]
}

export type IngressBackend =
  | { readonly kind: 'service'; readonly service: ServiceRef; readonly port: number | string | null }
  | { readonly kind: 'resource'; readonly apiGroup: string | null; readonly resourceKind: string; readonly name: string }

export type GatewayClass = {
  readonly meta: ObjectMeta
  readonly controllerName: string
  /** null while no controller has taken it up. */
  readonly accepted: Condition | null
}

export type Gateway = {
  readonly meta: ObjectMeta
  readonly namespace: string
  readonly name: string
  readonly className: string
  readonly listeners: readonly Listener[]
  /** From where ListenerSets may add listeners; `None` unless the Gateway says otherwise. */
  readonly allowedListeners: AllowedNamespaces
  readonly addresses: readonly string[]
  readonly status: GatewayStatus
}

/** What the controller said of a Gateway or a ListenerSet as it is now; null for what it did not say. */
export type GatewayStatus = {
  readonly accepted: Condition | null
  readonly programmed: Condition | null
  readonly listeners: readonly {
    readonly name: string
    readonly attachedRoutes: number | null
    readonly accepted: Condition | null
    readonly resolvedRefs: Condition | null
    /** True is bad news here. */
    readonly conflicted: Condition | null
  }[]
}

export type Listener = {
  readonly name: string
  readonly port: number
  readonly protocol: string
  readonly hostname: string | null
  readonly tlsMode: string | null
  /** Secret names, `NS/NAME` where the reference names a namespace. */
  readonly certificates: readonly string[]
  readonly allowedRoutes: AllowedNamespaces
  /** Empty: the kinds that fit the listener's protocol. */
  readonly allowedKinds: readonly string[]
}

/** Namespaces that may attach something. `selector` is null when it could not be read: then none may. */
export type AllowedNamespaces =
  | { readonly from: 'Same' | 'All' | 'None' }
  | { readonly from: 'Selector'; readonly selector: Selector | null }

/** More listeners for a Gateway, kept in an object of their own. */
export type ListenerSet = {
  readonly meta: ObjectMeta
  readonly namespace: string
  readonly name: string
  readonly gateway: { readonly namespace: string; readonly name: string }
  readonly listeners: readonly Listener[]
  readonly status: GatewayStatus
}

export type GatewayRoute = {
  readonly meta: ObjectMeta
  readonly kind: 'HTTPRoute' | 'GRPCRoute' | 'TLSRoute' | 'TCPRoute' | 'UDPRoute'
  readonly namespace: string
  readonly name: string
  readonly hostnames: readonly string[]
  readonly parents: readonly {
    readonly kind: string
    readonly namespace: string
    readonly name: string
    readonly sectionName: string | null
    readonly port: number | null
  }[]
  readonly rules: readonly {
    /** Path or method as people write it, for the edge's label; empty matches everything. */
    readonly matches: readonly string[]
    readonly backends: readonly RouteBackend[]
    /** Backends that get copies. */
    readonly mirrors: readonly RouteBackend[]
    /** What the gateway answers by itself; null when it passes requests on. */
    readonly answer: string | null
  }[]
  /** What controllers said, per parent; empty when none has looked at the route yet. */
  readonly status: readonly {
    readonly parent: { readonly kind: string; readonly namespace: string; readonly name: string; readonly sectionName: string | null }
    readonly controller: string
    /** null when the controller did not say, or said it of an older generation of the route. */
    readonly accepted: Condition | null
    readonly resolvedRefs: Condition | null
  }[]
}

export type RouteBackend = {
  /** Empty for the core group. */
  readonly group: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly port: number | null
  readonly weight: number
  /** Keys from the top of the object. */
  readonly at: FieldPath
}

export type ReferenceGrant = {
  readonly meta: ObjectMeta
  readonly namespace: string
  readonly from: readonly { readonly group: string; readonly kind: string; readonly namespace: string }[]
  readonly to: readonly { readonly group: string; readonly kind: string; readonly name: string | null }[]
}
