import { isRecord } from './fields'
import type { ObjectMeta, RawObject } from './object'

/**
 * Keeps an object as it was written, without what tools add to it and nobody asks for: who set which field, and the
 * copy of the whole object that `kubectl apply` leaves in an annotation (which may hold values that were meant to be
 * dropped).
 */
export function rawObject(body: unknown, meta: ObjectMeta): RawObject {
  const whole = isRecord(body) ? body : {}
  const metadata = isRecord(whole.metadata) ? whole.metadata : {}
  const { managedFields: _managedFields, annotations, ...kept } = metadata
  if (_managedFields === undefined && (annotations === undefined || !isRecord(annotations))) return { meta, body: whole }
  const written = isRecord(annotations) ? Object.entries(annotations).filter(([name]) => meta.annotations.has(name)) : []
  return {
    meta,
    body: { ...whole, metadata: { ...kept, ...(written.length === 0 ? {} : { annotations: Object.fromEntries(written) }) } },
  }
}
