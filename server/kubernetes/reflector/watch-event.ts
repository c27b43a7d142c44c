import { isRecord } from '@/lib/model/fields'
import { type ApiStatus, readApiStatus } from './api-status'
import { cutManagedFields } from './cut-managed-fields'

export type JsonObject = Readonly<Record<string, unknown>>

/** One line of a watch. */
export type WatchEvent =
  | { readonly kind: 'put'; readonly object: JsonObject; readonly resourceVersion: string | null }
  | { readonly kind: 'delete'; readonly object: JsonObject; readonly resourceVersion: string | null }
  /** `isListEnd`: everything that there was when the watch began has been told. */
  | { readonly kind: 'bookmark'; readonly resourceVersion: string | null; readonly isListEnd: boolean }
  | { readonly kind: 'error'; readonly status: ApiStatus }
  /** No event that anybody could understand; what it was about is not known. */
  | { readonly kind: 'garbled'; readonly message: string }

/** Tells the end of the list in a watch that began with one. */
const LIST_END = 'k8s.io/initial-events-end'

export function decodeWatchEvent(line: string): WatchEvent {
  let event: unknown
  try {
    event = JSON.parse(cutManagedFields(line))
  } catch {
    return { kind: 'garbled', message: 'a line of the watch is no JSON' }
  }
  if (!isRecord(event) || !isRecord(event.object)) return { kind: 'garbled', message: 'a line of the watch is no event' }
  const { type, object } = event
  const metadata = isRecord(object.metadata) ? object.metadata : {}
  const resourceVersion = typeof metadata.resourceVersion === 'string' && metadata.resourceVersion !== '' ? metadata.resourceVersion : null
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
      return { kind: 'put', object, resourceVersion }
    case 'DELETED':
      return { kind: 'delete', object, resourceVersion }
    case 'BOOKMARK':
      return { kind: 'bookmark', resourceVersion, isListEnd: isRecord(metadata.annotations) && metadata.annotations[LIST_END] === 'true' }
    case 'ERROR':
      return { kind: 'error', status: readApiStatus(object, null, null) }
    default:
      return { kind: 'garbled', message: 'the watch told of an event of unknown type' }
  }
}

/** A path that may have a query already, with more of it. */
export function withQuery(path: string, query: Readonly<Record<string, string>>): string {
  const text = new URLSearchParams(query).toString()
  return text === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${text}`
}
