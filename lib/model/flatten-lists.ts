import { locatorBelow } from './field-locator'
import { isRecord } from './fields'
import type { SourceDocument } from './source-document'

/** `v1 List` and typed lists such as `PodList`, whose `items` may leave out their own kind. */
const LIST_KIND = /List$/

/** How deep a List inside a List is followed. */
const MAX_NESTING = 4

/**
 * Replaces every list by its items. The items keep the list's place unless a locator knows theirs. `isNone` says of places
 * that there is no list, to save looking.
 */
export function flattenLists(
  documents: readonly SourceDocument[],
  isNone: (place: number) => boolean = () => false,
): readonly SourceDocument[] {
  if (!documents.some((document, place) => !isNone(place) && isList(document.body))) return documents
  return documents.flatMap((document) => flatten(document, MAX_NESTING))
}

function flatten(document: SourceDocument, nesting: number): readonly SourceDocument[] {
  const { body, origin, locate } = document
  if (!isList(body) || nesting === 0) return [document]
  return body.items.flatMap((item, index) => {
    const place = origin === null ? null : (locate?.(['items', index]) ?? null)
    const inner: SourceDocument = {
      body: withListKind(item, body),
      origin: origin === null || place === null ? origin : { file: origin.file, ...place },
      ...(locate === undefined ? {} : { locate: locatorBelow(locate, ['items', index]) }),
    }
    return flatten(inner, nesting - 1)
  })
}

type ListBody = { readonly kind: string; readonly apiVersion?: unknown; readonly items: readonly unknown[] }

function isList(body: unknown): body is ListBody {
  return isRecord(body) && typeof body.kind === 'string' && LIST_KIND.test(body.kind) && Array.isArray(body.items)
}

/** Items of a typed list, as the API server answers, carry neither apiVersion nor kind. */
function withListKind(item: unknown, list: ListBody): unknown {
  if (!isRecord(item) || list.kind === 'List' || item.kind !== undefined) return item
  return { apiVersion: list.apiVersion, kind: list.kind.replace(LIST_KIND, ''), ...item }
}
