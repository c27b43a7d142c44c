import { performance } from 'node:perf_hooks'
import { GraphIndex } from '@/lib/graph/graph-index'
import type { Cluster } from '@/lib/model/cluster'
import { isRecord } from '@/lib/model/fields'
import type { KnownReading } from '@/lib/model/known-reading'
import type { InputProblem } from '@/lib/model/problem'
import { readClusterAgain } from '@/lib/model/read-cluster'
import type { SourceDocument } from '@/lib/model/source-document'
import { compilePolicies, type PolicyEngine, updatePolicies } from '@/lib/policy/engine'

/** One reading of the cluster with everything that is computed from it. A value: the next reading replaces it whole. */
export type ClusterState = {
  readonly cluster: Cluster
  /** What the next reading takes over. */
  readonly reading: KnownReading
  /** What the cluster was read from, for applying drafts to it: without the text that finds lines where no finding names them. */
  readonly documents: readonly SourceDocument[]
  readonly engine: PolicyEngine
  readonly index: GraphIndex
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
  /** `GROUP/KIND` of the kinds that could not be looked at; none when left out. */
  readonly unread?: Cluster['unread']
}

const NOTHING: Cluster['unread'] = new Map()

/** With `previous`, only what changed since then is compiled. */
export function compileCluster(reading: ClusterReading, revision: number, now: number, previous: ClusterState | null = null): ClusterState {
  const started = performance.now()
  const { name, source, unread = NOTHING } = reading
  const known = readClusterAgain(reading.documents, { name, source, unread }, previous?.reading ?? null)
  const { cluster } = known
  const read = performance.now()
  // A reading may bring only what is said about reading, such as a kind that is stale.
  const same = previous?.cluster === cluster ? previous : null
  const engine = same?.engine ?? (previous === null ? compilePolicies(cluster) : updatePolicies(previous.engine, cluster))
  const compiled = performance.now()
  return {
    cluster,
    reading: known,
    documents: reading.documents.map((document) => keptDocument(document, cluster)),
    engine,
    index: same?.index ?? new GraphIndex(cluster, engine),
    revision,
    readAt: now,
    fileProblems: reading.problems,
    readMs: read - started,
    compileMs: compiled - read,
  }
}

/** Kinds of which there are most, or whose fields no finding names. */
const WITHOUT_LINES: ReadonlySet<string> = new Set(['Pod', 'ReplicaSet', 'EndpointSlice', 'Secret', 'CustomResourceDefinition'])

/** Findings name lines, for which a document holds on to its text. For what most ConfigMaps hold nobody asks again. */
function keptDocument(document: SourceDocument, { settings }: Cluster): SourceDocument {
  const { body, origin, locate } = document
  if (locate === undefined && (!isRecord(body) || body.kind !== 'ConfigMap')) return document
  if (!isRecord(body)) return { body, origin }
  const { kind } = body
  if (kind !== 'ConfigMap') return typeof kind === 'string' && !WITHOUT_LINES.has(kind) ? document : { body, origin }
  if (isRecord(body.metadata) && settings.has(`${body.metadata.namespace}/${body.metadata.name}`)) return { body, origin }
  const { data: _data, binaryData: _binaryData, ...rest } = body
  return { body: rest, origin }
}
