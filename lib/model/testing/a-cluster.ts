import type { Cluster } from '../cluster'
import { readCluster } from '../read-cluster'

/** A cluster of plain objects, through the same reader as everything else. */
export function aCluster(objects: readonly object[] = [], options: { name?: string; source?: Cluster['source'] } = {}): Cluster {
  return readCluster(
    objects.map((body, index) => ({ body, origin: { file: 'test.yaml', line: index + 1, column: 1 } })),
    { name: options.name ?? 'test', source: options.source ?? 'manifests' },
  )
}
