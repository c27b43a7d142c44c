import type { Cluster } from './cluster'

/** Whether all objects of the kinds (`GROUP/KIND`) in a namespace are known, so that the absence of one means something. */
export function isReadIn(cluster: Cluster, namespace: string, ...kinds: readonly string[]): boolean {
  return kinds.every((kind) => cluster.unread.get(kind)?.has(namespace) ?? true)
}
