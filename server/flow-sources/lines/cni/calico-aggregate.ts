import type { ObservedEndpoint } from '@/lib/flows/flow'

/** What Kubernetes makes the hashes of ReplicaSets from, so that no word comes out. */
const HASH_LETTERS = 'bcdfghjklmnpqrstvwxz2456789'
const HASH_LABEL = 'pod-template-hash='

/**
 * The workload behind a name that Calico aggregated pods under: `web-6b687c8dcb-*` is the ReplicaSet of Deployment `web`,
 * `agent-*` something called `agent`, of which the cluster must know the kind, and a name without a star a pod of its own.
 * Null for the last.
 */
export function workloadOfAggregate(aggregate: string, labels: readonly string[]): ObservedEndpoint['workload'] {
  if (!aggregate.endsWith('-*') || aggregate.length < 3) return null
  const name = aggregate.slice(0, -2)
  const dash = name.lastIndexOf('-')
  const last = name.slice(dash + 1)
  const isSaid = labels.some((label) => label.startsWith(HASH_LABEL) && label.slice(HASH_LABEL.length) === last)
  return dash > 0 && (isSaid || isHash(last)) ? { name: name.slice(0, dash), kind: 'Deployment' } : { name, kind: null }
}

function isHash(text: string): boolean {
  if (text.length < 8 || text.length > 10) return false
  for (const letter of text) if (!HASH_LETTERS.includes(letter)) return false
  return true
}
