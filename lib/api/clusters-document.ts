import type { ClusterSync } from './cluster-sync'
import type { Document } from './documents'

/** Connected clusters at once: each holds its objects and its graph in memory. */
export const MAX_CONNECTED = 8

/** `GET /api/v1/clusters`: every cluster that this server could show. */
export type ClustersDocument = Document<'Clusters'> & {
  /** The one that is shown when nobody names one comes first. */
  readonly clusters: readonly ClusterEntry[]
  /** How many may be connected at once. */
  readonly limit: number
}

export type ClusterEntry = {
  /** As `?cluster=` names it. */
  readonly name: string
  /** Address of the API server, path of the manifests; null for the demo and where nobody knows yet. */
  readonly origin: string | null
  /** As whom, such as the user of the kubeconfig; null where there is none. */
  readonly user: string | null
  /** The program that is run for its credentials, as a shell would take it; null when none is. */
  readonly runs: string | null
  readonly state: 'connected' | 'off' | 'unusable'
  /** Why it is unusable, in one sentence; null when it is not. */
  readonly problem: string | null
  /** null while it is not connected. */
  readonly sync: ClusterSync | null
}
