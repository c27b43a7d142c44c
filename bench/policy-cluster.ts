import type { Cluster } from '@/lib/model/cluster'
import { readCluster } from '@/lib/model/read-cluster'
import { type GeneratedSize, generatePolicyCluster, networkPolicy } from './generate-policies'

/** A generated cluster of that size. */
export function readSize(size: GeneratedSize): Cluster {
  const documents = [...generatePolicyCluster(size)].map((body) => ({ body, origin: null }))
  return readCluster(documents, { name: 'bench', source: 'manifests' })
}

/** The cluster with one policy replaced: by the kind of another namespace, and back again the next time around. */
export function edited(cluster: Cluster, index: number): Cluster {
  const namespace = index % 7
  const place = cluster.policies.findIndex(({ meta }) => meta.name === 'policy-3' && meta.namespace === `ns-${namespace}`)
  const body = networkPolicy(namespace, 3, Math.floor(index / 7))
  const [raw] = readCluster([{ body, origin: null }], { name: 'edit', source: 'manifests' }).policies
  if (raw === undefined || place < 0) throw new Error('the edit is a policy')
  return { ...cluster, policies: cluster.policies.map((policy, position) => (position === place ? raw : policy)) }
}
