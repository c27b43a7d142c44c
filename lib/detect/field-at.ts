import type { FieldPath } from '../model/field-locator'

/** What stands at a path of a document; undefined when nothing does. */
export function fieldAt(body: unknown, path: FieldPath): unknown {
  let value = body
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
    value = (value as Readonly<Record<string | number, unknown>>)[step]
  }
  return value
}
