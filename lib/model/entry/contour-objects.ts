import type { EntryBase, NamedRef } from './entry-base'

/** `projectcontour.io/v1`: a root when it has a host name, else a part that others include. */
export type HttpProxy = EntryBase<'HTTPProxy'> & {
  readonly fqdn: string | null
  readonly tls: { readonly secretName: string | null; readonly passthrough: boolean } | null
  readonly routes: readonly {
    /** `/api` with its header conditions. */
    readonly condition: string
    readonly services: readonly ContourService[]
    /** Redirects and fixed answers. */
    readonly answer: string | null
  }[]
  readonly tcpServices: readonly ContourService[]
  readonly includes: readonly (NamedRef & { readonly condition: string; readonly path: readonly (string | number)[] })[]
  readonly addresses: readonly string[]
  /** `valid`, `invalid` or `orphaned` with a description; null while Contour has not looked at it. */
  readonly status: { readonly state: string; readonly description: string } | null
}

export type ContourService = {
  readonly name: string
  readonly port: number | null
  readonly weight: number
  readonly isMirror: boolean
}
