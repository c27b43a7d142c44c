import type { JsonObject } from '../../json-fields'

/** Keys of one record that are looked at. */
const MAX_KEYS = 128
/** Longer keys are none that we know. */
const MAX_KEY = 64

/** Keys that users write as they like, read without case, a leading `:`, and the difference between `_`, `-` and `.`. */
export function normalKey(key: string): string {
  const start = key.startsWith(':') ? 1 : 0
  return key
    .slice(start, start + MAX_KEY)
    .toLowerCase()
    .replaceAll('-', '_')
    .replaceAll('.', '_')
}

/** The values of an object under their normal keys; of several with one such key, the first. */
export function byNormalKey(body: JsonObject): ReadonlyMap<string, unknown> {
  const values = new Map<string, unknown>()
  for (const key of Object.keys(body).slice(0, MAX_KEYS)) {
    const name = normalKey(key)
    if (!values.has(name)) values.set(name, body[key])
  }
  return values
}

/** The value under a normal key; undefined when there is none. Cheap, for telling records apart. */
export function valueAt(body: JsonObject, name: string): unknown {
  if (body[name] !== undefined) return body[name]
  let looked = 0
  for (const key in body) {
    if (looked++ === MAX_KEYS) return undefined
    const extra = key.length - name.length
    if ((extra === 0 || extra === 1) && body[key] !== undefined && normalKey(key) === name) return body[key]
  }
  return undefined
}
