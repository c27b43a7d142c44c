import type { EntryBase, NamedRef } from './entry-base'

/** `traefik.io/v1alpha1`, and the former group `traefik.containo.us`. */
export type IngressRoute = EntryBase<'IngressRoute' | 'IngressRouteTCP' | 'IngressRouteUDP'> & {
  /** Names of listeners in Traefik's own configuration; empty for the default ones. */
  readonly entryPoints: readonly string[]
  readonly routes: readonly {
    /** Text of the rule language; null for UDP, which has none. */
    readonly match: string | null
    readonly services: readonly TraefikBackend[]
    readonly middlewares: readonly NamedRef[]
  }[]
  readonly tls: {
    readonly secretName: string | null
    readonly passthrough: boolean
    readonly options: NamedRef | null
    /** A certificate comes from an issuer that Traefik itself talks to. */
    readonly hasResolver: boolean
  } | null
}

export type TraefikBackend = {
  readonly kind: 'Service' | 'TraefikService'
  readonly namespace: string
  readonly name: string
  readonly port: number | string | null
  readonly weight: number
  /** What it says of choosing an endpoint, as written; null when it leaves that to Traefik. */
  readonly spread: { readonly field: 'nativeLB' | 'sticky' | 'strategy'; readonly value: string } | null
}

/** Spreads requests over Services and other TraefikServices, which may lead back to it. */
export type TraefikService = EntryBase<'TraefikService'> & {
  readonly form: 'weighted' | 'mirroring' | 'failover' | 'highestRandomWeight'
  readonly parts: readonly {
    readonly backend: TraefikBackend
    readonly role: 'backend' | 'mirror' | 'fallback'
    /** Share of the requests that a mirror gets a copy of; null for other roles. */
    readonly percent: number | null
    /** Keys from the top of the object. */
    readonly path: readonly (string | number)[]
  }[]
}

export type Middleware = EntryBase<'Middleware' | 'MiddlewareTCP'> & {
  /** Of a chain. */
  readonly middlewares: readonly NamedRef[]
  /** Where error pages come from. */
  readonly errorService: TraefikBackend | null
}

/** Kinds of which only the existence matters here. */
export type TraefikSetting = EntryBase<'TLSOption' | 'TLSStore' | 'ServersTransport' | 'ServersTransportTCP'>
