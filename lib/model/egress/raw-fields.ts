import { Fields } from '../fields'
import type { RawObject } from '../object'
import { documentOf } from '../raw-object'

/** A cursor over an object that is kept as written. What has another type than it should counts as not there. */
export function rawFields(raw: RawObject): Fields {
  return new Fields(raw.body, documentOf(raw), () => {})
}
