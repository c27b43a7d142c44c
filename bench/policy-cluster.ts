import type { Cluster } from '@/lib/model/cluster'
import { readCluster } from '@/lib/model/read-cluster'
import { type GeneratedSize, generatePolicyCluster, networkPolicy } from './generate-policies'

/** Edits go round as many namespaces. */
const EDITED_NAMESPACES = 7

/**
 * A generated cluster of that size, read anew after some edits in a row: each gives one policy
 * another kind, the next time around the kind after that.
 */
export function readSize(size: GeneratedSize, edits = 0): Cluster {
  const replaced = new Map<string, object>()
  for (let edit = 0; edit < edits; edit++) {
    const namespace = edit % EDITED_NAMESPACES
    replaced.set(`ns-${namespace}/policy-3`, networkPolicy(namespace, 3, 1 + Math.floor(edit / EDITED_NAMESPACES)))
  }
  const documents = [...generatePolicyCluster(size)].map((body) => ({ body: replaced.get(nameOf(body)) ?? body, origin: null }))
  return readCluster(documents, { name: 'bench', source: 'manifests' })
}

function nameOf(body: object): string {
  const { namespace, name } = (body as { readonly metadata: { readonly namespace?: string; readonly name: string } }).metadata
  return `${namespace}/${name}`
}
