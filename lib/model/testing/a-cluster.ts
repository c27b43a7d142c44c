import type { Cluster } from '../cluster'
import type { KnownReading } from '../known-reading'
import { type ReadClusterOptions, readClusterAgain, type SourceDocument } from '../read-cluster'

export type ClusterTestOptions = {
  readonly name?: string
  readonly source?: Cluster['source']
  /** False for objects without a file, as a live cluster has them. */
  readonly isPlaced?: boolean
  /** `GROUP/KIND` of kinds that could not be looked at. */
  readonly unread?: readonly string[]
}

/** A cluster of plain objects, through the same reader as everything else. */
export function aCluster(objects: readonly object[] = [], options: ClusterTestOptions = {}): Cluster {
  return remember(readClusterAgain(documentsOf(objects, options), readOptions(options), null))
}

/** The next reading of a cluster that one of these functions made: what did not change is the very value of before. */
export function aLaterCluster(before: Cluster, objects: readonly object[], options: ClusterTestOptions = {}): Cluster {
  return remember(readClusterAgain(documentsOf(objects, options), readOptions(options), readings.get(before) ?? null))
}

const readings = new WeakMap<Cluster, KnownReading>()

function remember(reading: KnownReading): Cluster {
  readings.set(reading.cluster, reading)
  return reading.cluster
}

function documentsOf(objects: readonly object[], { isPlaced }: ClusterTestOptions): readonly SourceDocument[] {
  return objects.map((body, index) => ({ body, origin: isPlaced === false ? null : { file: 'test.yaml', line: index + 1, column: 1 } }))
}

function readOptions({ name = 'test', source = 'manifests', unread = [] }: ClusterTestOptions): ReadClusterOptions {
  return { name, source, unread: new Map(unread.map((key) => [key, new Set()])) }
}
