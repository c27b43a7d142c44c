import type { BodyRecord } from './body-record'
import type { JsonObject } from './json-fields'
import { lokiJsonEntries } from './loki/loki-push'

/** A collection is one object, which is parsed as a whole. */
export const MAX_COLLECTION_BYTES = 8 * 1024 * 1024

/** Characters that are looked at to tell a collection. */
export const COLLECTION_HEAD = 256

/** True for an object that begins with the key of a push to Loki, of an answer of Loki, or of a list of Goldmane. */
export function isCollection(text: string): boolean {
  if (text.charCodeAt(0) !== OPEN_BRACE) return false
  const head = text.slice(1, COLLECTION_HEAD)
  const key = head.trimStart()
  if (key.startsWith('"streams"') || key.startsWith('"flows"')) return true
  return (key.startsWith('"status"') && head.includes('"resultType"')) || (key.startsWith('"meta"') && head.includes('"flows"'))
}

/** The records that an object holds: the lines of Loki's streams, or `flows`. Null when it holds neither. */
export function collectedRecords(body: JsonObject): Iterable<BodyRecord> | null {
  const entries = lokiJsonEntries(body)
  if (entries !== null) return lokiRecords(entries)
  return Array.isArray(body.flows) ? recordsOf(body.flows) : null
}

function* lokiRecords(entries: NonNullable<ReturnType<typeof lokiJsonEntries>>): Generator<BodyRecord> {
  for (const entry of entries) yield entry === null ? { kind: 'fault', reason: 'not a stream of Loki' } : { kind: 'record', ...entry }
}

function* recordsOf(items: readonly unknown[]): Generator<BodyRecord> {
  for (const record of items) yield { kind: 'record', record, context: {} }
}

const OPEN_BRACE = 123
