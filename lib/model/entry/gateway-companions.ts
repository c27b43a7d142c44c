import type { EntryBase } from './entry-base'

/** How a gateway speaks TLS to the pods behind it. */
export type BackendTlsPolicy = EntryBase<'BackendTLSPolicy'> & {
  readonly targets: readonly { readonly kind: string; readonly name: string; readonly sectionName: string | null }[]
  readonly hostname: string | null
  /** `ConfigMap/NAME` or `Secret/NAME`; empty with the certificates that everybody trusts. */
  readonly certificates: readonly string[]
}

/** `split.smi-spec.io`: the root Service needs no pods of its own. */
export type TrafficSplit = EntryBase<'TrafficSplit'> & {
  readonly service: string
  readonly backends: readonly { readonly service: string; readonly weight: number }[]
}
