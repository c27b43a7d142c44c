import type { KnownReading } from '@/lib/model/known-reading'
import { readClusterAgain } from '@/lib/model/read-cluster'
import { type GeneratedSize, generatePolicyCluster, networkPolicy } from './generate-policies'

/** Edits go round as many namespaces. */
const EDITED_NAMESPACES = 7

/**
 * A generated cluster of that size, read anew after some edits in a row: each gives one policy
 * another kind, the next time around the kind after that.
 */
export function readSize(size: GeneratedSize, edits = 0, previous: KnownReading | null = null): KnownReading {
  const replaced = new Map<string, object>()
  for (let edit = 0; edit < edits; edit++) {
    const namespace = edit % EDITED_NAMESPACES
    replaced.set(`ns-${namespace}/policy-3`, networkPolicy(namespace, 3, 1 + Math.floor(edit / EDITED_NAMESPACES)))
  }
  const documents = [...generatePolicyCluster(size)].map((body) => ({ body: replaced.get(nameOf(body)) ?? body, origin: null }))
  return readClusterAgain(documents, { name: 'bench', source: 'manifests' }, previous)
}

function nameOf(body: object): string {
  const { namespace, name } = (body as { readonly metadata: { readonly namespace?: string; readonly name: string } }).metadata
  return `${namespace}/${name}`
}
