import type { Cluster } from './cluster'
import { isSecretMade } from './made-secrets'

/**
 * True when a Secret should be known and is not. The Secrets of a live cluster are not listed, because reading them
 * is a right that this product does not ask for: there their absence means nothing. Nor are those missing that some other
 * object has made, because nobody writes them into manifests.
 */
export function isSecretMissing(cluster: Cluster, place: string): boolean {
  return areSecretsKnown(cluster) && !cluster.secrets.has(place) && !isSecretMade(cluster, place)
}

/** Type of a Secret that is known and holds no TLS certificate; null when it does, or nobody can tell. */
export function wrongSecretType(cluster: Cluster, place: string): string | null {
  const type = cluster.secrets.get(place)
  // Controllers read the keys `tls.crt` and `tls.key` of plain Secrets too.
  return type === undefined || type === 'kubernetes.io/tls' || type === 'Opaque' ? null : type
}

function areSecretsKnown(cluster: Cluster): boolean {
  return cluster.source !== 'live' && !cluster.unread.has('/Secret')
}
