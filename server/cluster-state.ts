import { performance } from 'node:perf_hooks'
import { createResolver } from '@/lib/flows/resolve-flow'
import { GraphIndex } from '@/lib/graph/graph-index'
import type { Cluster } from '@/lib/model/cluster'
import { buildIdentity, type Identity } from '@/lib/model/identity'
import type { InputProblem } from '@/lib/model/problem'
import { readCluster } from '@/lib/model/read-cluster'
import type { SourceDocument } from '@/lib/model/source-document'
import { compilePolicies, type PolicyEngine } from '@/lib/policy/engine'

/** One reading of the cluster with everything that is computed from it. A value: the next reading replaces it whole. */
export type ClusterState = {
  readonly cluster: Cluster
  readonly engine: PolicyEngine
  readonly identity: Identity
  readonly index: GraphIndex
  /** Names the ends of flows through this reading. */
  readonly resolve: ReturnType<typeof createResolver>
  /** Counted from 1 with every reading that was used. */
  readonly revision: number
  /** Milliseconds since the epoch. */
  readonly readAt: number
  /** Problems of files and documents, before those of the objects in them. */
  readonly fileProblems: readonly InputProblem[]
  /** How long reading the objects and compiling the policies took. */
  readonly readMs: number
  readonly compileMs: number
}

export type ClusterReading = {
  readonly documents: readonly SourceDocument[]
  readonly problems: readonly InputProblem[]
  readonly name: string
  readonly source: Cluster['source']
}

export function compileCluster(reading: ClusterReading, revision: number, now: number): ClusterState {
  const started = performance.now()
  const cluster = readCluster(reading.documents, { name: reading.name, source: reading.source })
  const read = performance.now()
  const engine = compilePolicies(cluster)
  const compiled = performance.now()
  const identity = buildIdentity(cluster)
  return {
    cluster,
    engine,
    identity,
    index: new GraphIndex(cluster, engine),
    resolve: createResolver(cluster, identity),
    revision,
    readAt: now,
    fileProblems: reading.problems,
    readMs: read - started,
    compileMs: compiled - read,
  }
}
