import type { Cluster, EndpointSlice, Pod } from './cluster'
import type { ServiceRef } from './names'
import { serviceRef } from './names'

/** Look-ups that several resolvers share, built once per cluster value. */
export type ClusterIndex = {
  readonly podsByNamespace: ReadonlyMap<string, readonly Pod[]>
  /** Slices of both kinds by the Service that they name. */
  readonly slicesByService: ReadonlyMap<ServiceRef, readonly EndpointSlice[]>
}

const indexes = new WeakMap<Cluster, ClusterIndex>()

export function clusterIndex(cluster: Cluster): ClusterIndex {
  const known = indexes.get(cluster)
  if (known !== undefined) return known
  const index: ClusterIndex = {
    podsByNamespace: groupBy(cluster.pods.values(), (pod) => pod.namespace),
    slicesByService: groupBy(
      cluster.endpointSlices.filter((slice) => slice.service !== null),
      (slice) => serviceRef(slice.namespace, slice.service ?? ''),
    ),
  }
  indexes.set(cluster, index)
  return index
}

function groupBy<Item, Key>(items: Iterable<Item>, keyOf: (item: Item) => Key): ReadonlyMap<Key, readonly Item[]> {
  const groups = new Map<Key, Item[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return groups
}
