import type { Condition } from '../condition'
import type { EntryBase } from './entry-base'

/** `route.openshift.io/v1` */
export type OpenShiftRoute = EntryBase<'OpenShiftRoute'> & {
  /** null until the router has made one up. */
  readonly host: string | null
  readonly path: string | null
  /** True when every name below the host's domain is meant too. */
  readonly isWildcard: boolean
  readonly backends: readonly {
    readonly kind: string
    readonly name: string
    readonly weight: number
    readonly path: readonly (string | number)[]
  }[]
  /** Port of the pods, or the name of a Service port; null takes any port of the Service. */
  readonly targetPort: number | string | null
  readonly termination: 'edge' | 'passthrough' | 'reencrypt' | null
  /** What requests without TLS get; null for nothing. */
  readonly insecurePolicy: string | null
  /** One for each router that looked at it. */
  readonly status: readonly {
    readonly router: string
    readonly host: string | null
    readonly canonicalHost: string | null
    /** null when the router did not say. */
    readonly admitted: Condition | null
  }[]
}
