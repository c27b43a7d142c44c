import type { Cluster } from '../cluster'
import { readCluster } from '../read-cluster'

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
  return readCluster(
    objects.map((body, index) => ({ body, origin: options.isPlaced === false ? null : { file: 'test.yaml', line: index + 1, column: 1 } })),
    {
      name: options.name ?? 'test',
      source: options.source ?? 'manifests',
      unread: new Map((options.unread ?? []).map((key) => [key, new Set()])),
    },
  )
}
