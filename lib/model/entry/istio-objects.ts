import type { Labels } from '../labels'
import type { EntryBase, NamedRef } from './entry-base'

/** Ports and hosts on proxies that a selector picks, in any namespace unless Istio is told otherwise. */
export type IstioGateway = EntryBase<'IstioGateway'> & {
  readonly selector: Labels
  readonly servers: readonly {
    readonly port: number | null
    readonly name: string | null
    readonly protocol: string
    /** `namespace` is `*`, `.` (its own) or a name. */
    readonly hosts: readonly { readonly namespace: string; readonly host: string }[]
    readonly tlsMode: string | null
    /** Secret in the namespace of the proxies. */
    readonly credential: string | null
  }[]
}

export type VirtualService = EntryBase<'VirtualService'> & {
  readonly hosts: readonly string[]
  /** As written: `mesh`, `NAME` or `NS/NAME`; `mesh` alone when the object names none. */
  readonly gateways: readonly string[]
  readonly routes: readonly IstioRoute[]
}

export type IstioRoute = {
  readonly protocol: 'http' | 'tls' | 'tcp'
  /** Empty matches everything. */
  readonly matches: readonly {
    /** `/api`, `GET /x`, an SNI name; empty for everything. */
    readonly text: string
    /** Gateways that it is limited to; empty for those of the whole object. */
    readonly gateways: readonly string[]
    readonly sniHosts: readonly string[]
    readonly port: number | null
  }[]
  readonly destinations: readonly IstioDestination[]
  readonly mirrors: readonly IstioDestination[]
  /** Redirects and fixed answers. */
  readonly answer: string | null
  /** VirtualService that goes on for this route. */
  readonly delegate: NamedRef | null
  /** Keys from the top of the object. */
  readonly path: readonly (string | number)[]
}

export type IstioDestination = {
  /** As written; a short name means the namespace of the object. */
  readonly host: string
  readonly subset: string | null
  readonly port: number | null
  readonly weight: number
  readonly path: readonly (string | number)[]
}

export type DestinationRule = EntryBase<'DestinationRule'> & {
  readonly host: string
  readonly subsets: readonly { readonly name: string; readonly labels: Labels }[]
  /** How clients open connections; null leaves it to the mesh. */
  readonly tlsMode: string | null
  /** How clients choose an endpoint; null leaves it to the mesh. */
  readonly balancing:
    | { readonly kind: 'simple'; readonly name: string }
    /** `key`: the field that names what is hashed. `header` null for everything but headers. */
    | { readonly kind: 'hash'; readonly key: string; readonly header: string | null }
    | null
}

export type ServiceEntry = EntryBase<'ServiceEntry'> & {
  readonly hosts: readonly string[]
  readonly addresses: readonly string[]
  readonly ports: readonly { readonly number: number; readonly name: string | null; readonly protocol: string }[]
  readonly resolution: string
  readonly isInternal: boolean
  readonly endpoints: readonly string[]
  /** Pods and WorkloadEntries behind it; null when it names endpoints itself. */
  readonly workloadSelector: Labels | null
}

/** Which hosts the sidecars of some pods know. */
export type IstioSidecar = EntryBase<'IstioSidecar'> & {
  /** null for every pod of the namespace. */
  readonly workloadSelector: Labels | null
  /** `NS/HOST`; empty when the object does not limit them. */
  readonly egressHosts: readonly string[]
  readonly outboundMode: string | null
}

export type WorkloadEntry = EntryBase<'WorkloadEntry'> & { readonly address: string | null; readonly labels: Labels }
