import { isRecord } from './fields'
import type { ObjectMeta, RawObject } from './object'
import type { SourceDocument } from './source-document'

/**
 * Keeps an object as it was written, without what tools add to it and nobody asks for: who set which field, and the
 * copy of the whole object that `kubectl apply` leaves in an annotation (which may hold values that were meant to be
 * dropped).
 */
export function rawObject(document: SourceDocument, meta: ObjectMeta): RawObject {
  const { body } = document
  const locate = document.locate ?? null
  const whole = isRecord(body) ? body : {}
  const metadata = isRecord(whole.metadata) ? whole.metadata : {}
  const { managedFields: _managedFields, annotations, ...kept } = metadata
  if (_managedFields === undefined && (annotations === undefined || !isRecord(annotations))) return { meta, body: whole, locate }
  const written = isRecord(annotations) ? Object.entries(annotations).filter(([name]) => meta.annotations.has(name)) : []
  return {
    meta,
    body: { ...whole, metadata: { ...kept, ...(written.length === 0 ? {} : { annotations: Object.fromEntries(written) }) } },
    locate,
  }
}

/** The document that an object was read from, for problems that name one of its fields. */
export function documentOf({ meta, body, locate }: RawObject): SourceDocument {
  return { body, origin: meta.origin, ...(locate === null ? {} : { locate }) }
}

/** Leaves out the values of environment variables, wherever a custom object keeps a pod template. Names stay. */
export function withoutEnvironment(object: RawObject): RawObject {
  const body = withoutValues(object.body, 0)
  return isRecord(body) ? { ...object, body } : object
}

/** Deeper objects than any real one are left out, so that the search cannot end the stack. */
const MAX_DEPTH = 200

function withoutValues(value: unknown, depth: number): unknown {
  if (depth > MAX_DEPTH) return null
  if (Array.isArray(value)) return value.map((element) => withoutValues(element, depth + 1))
  if (!isRecord(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [
      key,
      key === 'env' && Array.isArray(field) ? field.map(withoutValue) : withoutValues(field, depth + 1),
    ]),
  )
}

function withoutValue(variable: unknown): unknown {
  return isRecord(variable) && typeof variable.name === 'string' ? { name: variable.name } : null
}
