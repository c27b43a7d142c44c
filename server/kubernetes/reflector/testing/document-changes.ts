import { isRecord } from '@/lib/model/fields'
import type { SourceDocument } from '@/lib/model/source-document'

/** One object that came, changed or went: the value before is null for what came, the one after for what went. */
export type ObjectChange = {
  readonly kind: string
  /** `NS/NAME`, or the name alone. */
  readonly place: string
  readonly before: SourceDocument | null
  readonly after: SourceDocument | null
}

/** What lies between two looks at a cluster, by uid; what went first. An object that is the same value did not change. */
export function documentChanges(before: readonly SourceDocument[], after: readonly SourceDocument[]): readonly ObjectChange[] {
  const [older, newer] = [byUid(before), byUid(after)]
  const went = [...older].filter(([uid]) => !newer.has(uid)).map(([, document]) => changeOf(document, null))
  const others = [...newer].filter(([uid, document]) => older.get(uid) !== document)
  return [...went, ...others.map(([uid, document]) => changeOf(older.get(uid) ?? null, document))]
}

function byUid(documents: readonly SourceDocument[]): ReadonlyMap<string, SourceDocument> {
  return new Map(documents.map((document) => [String(metadataOf(document).uid), document]))
}

function changeOf(before: SourceDocument | null, after: SourceDocument | null): ObjectChange {
  const document = after ?? before
  const { namespace, name } = metadataOf(document)
  const kind = isRecord(document?.body) ? String(document.body.kind) : ''
  return { kind, place: typeof namespace === 'string' ? `${namespace}/${String(name)}` : String(name), before, after }
}

function metadataOf(document: SourceDocument | null): Readonly<Record<string, unknown>> {
  const body = document?.body
  return isRecord(body) && isRecord(body.metadata) ? body.metadata : {}
}
