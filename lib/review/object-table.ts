import { Fields, isRecord } from '../model/fields'
import { flattenLists } from '../model/flatten-lists'
import type { ObjectMeta } from '../model/object'
import { currentGroup, declaredClusterScoped } from '../model/object-kinds'
import { readMeta, type Scopes } from '../model/read-meta'
import type { SourceDocument } from '../model/source-document'

/** One object of a cluster's documents. */
export type TableEntry = { readonly document: SourceDocument; readonly meta: ObjectMeta }

/** The documents of a cluster as objects that can be found. */
export type ObjectTable = {
  /** By {@link objectKey}; of several documents of one object the last, which is the one that counts. */
  readonly entries: ReadonlyMap<string, TableEntry>
  /** Lists taken apart, in the order they came. */
  readonly documents: readonly { readonly key: string | null; readonly document: SourceDocument }[]
  readonly scopes: Scopes
}

const remembered = new WeakMap<readonly SourceDocument[], ObjectTable>()

/** Made once for every list of documents: it is asked again for each draft. */
export function objectTable(documents: readonly SourceDocument[], defaultNamespace: string): ObjectTable {
  const known = remembered.get(documents)
  if (known !== undefined && known.scopes.defaultNamespace === defaultNamespace) return known
  const flat = flattenLists(documents)
  const scopes = { defaultNamespace, clusterScoped: declaredClusterScoped(flat.map(({ body }) => body)) }
  const entries = new Map<string, TableEntry>()
  const keyed = flat.map((document) => {
    const meta = metaOf(document, scopes)
    if (meta === null) return { key: null, document }
    const key = objectKey(meta)
    entries.set(key, { document, meta })
    return { key, document }
  })
  const table = { entries, documents: keyed, scopes }
  remembered.set(documents, table)
  return table
}

/** Equal for documents that are one object to the cluster. No part of it holds a slash. */
export function objectKey({ apiVersion, kind, namespace, name }: ObjectMeta): string {
  return `${currentGroup(apiVersion, kind)}/${kind}/${namespace ?? ''}/${name}`
}

function metaOf(document: SourceDocument, scopes: Scopes): ObjectMeta | null {
  return isRecord(document.body) ? readMeta(new Fields(document.body, document, () => undefined), document.origin, scopes) : null
}
