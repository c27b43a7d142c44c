import type { EntryBase } from './entry-base'

/** `k8s.nginx.org/v1` */
export type VirtualServer = EntryBase<'VirtualServer'> & {
  readonly host: string | null
  readonly className: string | null
  readonly tlsSecret: string | null
  readonly hasTls: boolean
  readonly upstreams: readonly NginxUpstream[]
  readonly routes: readonly NginxRoute[]
  readonly status: NginxStatus | null
}

/** Routes that a VirtualServer of another namespace may hand over to. */
export type VirtualServerRoute = EntryBase<'VirtualServerRoute'> & {
  readonly host: string | null
  readonly upstreams: readonly NginxUpstream[]
  readonly routes: readonly NginxRoute[]
}

/** TCP, UDP and TLS passthrough. */
export type TransportServer = EntryBase<'TransportServer'> & {
  readonly host: string | null
  readonly className: string | null
  readonly listener: { readonly name: string; readonly protocol: string }
  readonly upstreams: readonly NginxUpstream[]
  readonly pass: string | null
  readonly status: NginxStatus | null
}

export type NginxUpstream = {
  readonly name: string
  readonly service: string
  readonly port: number | null
  /** Service that takes over when the first has no endpoint. */
  readonly backup: string | null
  readonly backupPort: number | null
}

export type NginxRoute = {
  readonly path: string
  /** `NS/NAME` or `NAME` of a VirtualServerRoute that the path is handed to. */
  readonly delegate: string | null
  readonly actions: readonly {
    /** Name of an upstream; null for an answer that NGINX gives itself. */
    readonly upstream: string | null
    readonly answer: string | null
    /** Percent of a split; null outside one. */
    readonly weight: number | null
    /** Under which conditions; empty for all. */
    readonly condition: string
    readonly path: readonly (string | number)[]
  }[]
}

export type NginxStatus = { readonly state: string; readonly message: string; readonly addresses: readonly string[] }
