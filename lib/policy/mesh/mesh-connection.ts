import { type AddressSet, coverage } from '../address-set'
import type { Truth } from '../truth'
import type { UnknownReason } from '../types'

/** The service account that a client's certificate names. */
export type MeshIdentity = { readonly namespace: string; readonly serviceAccount: string }

/** The client as the proxy at the destination sees it. */
export type SeenClient = {
  /** null: it shows no certificate of the mesh. `unknown`: nothing is known of the client. */
  readonly identity: MeshIdentity | null | 'unknown'
  /** The addresses that it may have; null when none is known. */
  readonly addresses: AddressSet | null
  /** Why it is not known which of them it is. */
  readonly because: UnknownReason
  /** A machine of the cluster, from which health checks come. */
  readonly isMachine: boolean
}

/** One TCP connection on its way into a proxy. */
export type MeshConnection = {
  readonly client: SeenClient
  /** The port of the pod, after a Service's port has been translated. */
  readonly port: number
  /** The pod's address over which it goes; null when it is not known. */
  readonly destination: AddressSet | null
  /** Whether anybody reads what led to the decision. */
  readonly isExplained: boolean
}

/** Whether the addresses lie in a set. */
export function liesIn(addresses: AddressSet | null, set: AddressSet, because: UnknownReason): Truth {
  if (addresses === null) return because
  const covered = coverage(set, addresses)
  if (covered === 'some') return because
  return covered === 'all' ? 'yes' : 'no'
}
