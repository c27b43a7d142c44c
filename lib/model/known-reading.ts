import type { BuiltWorkloads } from './build-workloads'
import type { Cluster } from './cluster'
import type { ObjectMeta } from './object'
import type { InputProblem } from './problem'
import type { Scopes } from './read-meta'
import type { ObjectLists, ReadObject } from './read-object'
import type { SourceDocument } from './source-document'

/** A cluster and what the next reading of it takes over. A value like the cluster itself. */
export type KnownReading = {
  readonly cluster: Cluster
  readonly scopes: Scopes
  /** The documents without the lists that they came in; null for one whose text should not be held. */
  readonly documents: readonly (SourceDocument | null)[]
  /** What became of each. */
  readonly readings: readonly DocumentReading[]
  /** True when no two documents are of one object and each is of some object. */
  readonly isPlain: boolean
  readonly lists: ObjectLists
  /** The namespaces that objects are in, in the order in which they came up. */
  readonly namespaces: readonly string[]
  readonly workloads: BuiltWorkloads
}

export type DocumentReading = {
  /** null for what is no object. */
  readonly meta: ObjectMeta | null
  /** Equal for documents of one object; null for what is none. */
  readonly key: string | null
  /** `GROUP/KIND` that it declares to be without namespaces. */
  readonly declares: ReadonlySet<string>
  /** Problems in telling what it is about. */
  readonly identifying: readonly InputProblem[]
  /** null when a later document of the same object counts. */
  readonly object: ReadObject | null
}
