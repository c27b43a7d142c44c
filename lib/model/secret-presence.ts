import type { Cluster } from './cluster'

/**
 * True when a Secret should be known and is not. The Secrets of a live cluster are not listed, because reading them
 * is a right that this product does not ask for: there their absence means nothing.
 */
export function isSecretMissing(cluster: Cluster, place: string): boolean {
  return cluster.source !== 'live' && cluster.source !== 'bundle' && !cluster.secrets.has(place)
}
