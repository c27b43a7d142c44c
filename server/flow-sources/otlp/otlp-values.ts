import { type JsonObject, objectOf, textOf } from '../json-fields'

/** Values within values deeper than this are left out. */
const MAX_DEPTH = 32
const MAX_ATTRIBUTES = 128
const MAX_KEY = 256

/** What an AnyValue of OTLP's JSON form holds, bytes as text; null for nothing, and for what is not known here. */
export function plainValue(value: unknown, depth = 0): unknown {
  const any = objectOf(value)
  if (any === null || depth > MAX_DEPTH) return null
  if (typeof any.stringValue === 'string') return any.stringValue
  if (typeof any.boolValue === 'boolean') return any.boolValue
  if (typeof any.bytesValue === 'string') return Buffer.from(any.bytesValue, 'base64').toString('utf8')
  if (any.intValue !== undefined) return numberOf(any.intValue)
  if (any.doubleValue !== undefined) return numberOf(any.doubleValue)
  const items = objectOf(any.arrayValue)?.values
  if (Array.isArray(items)) return items.map((item) => plainValue(item, depth + 1))
  const pairs = objectOf(any.kvlistValue)?.values
  return Array.isArray(pairs) ? plainObject(pairs, depth + 1) : null
}

/** Pairs of keys and AnyValues as an object of its own keys: `__proto__` is a name like others. */
export function plainObject(pairs: unknown, depth = 0): JsonObject {
  if (!Array.isArray(pairs)) return {}
  const entries: [string, unknown][] = []
  for (const item of pairs) {
    const pair = objectOf(item)
    if (typeof pair?.key === 'string' && pair.key.length <= MAX_KEY) entries.push([pair.key, plainValue(pair.value, depth)])
  }
  return Object.fromEntries(entries)
}

/** Attributes as texts, by name. Numbers are written out, other values left out. */
export function attributesOf(pairs: unknown): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>()
  if (!Array.isArray(pairs)) return attributes
  for (const item of pairs) {
    if (attributes.size >= MAX_ATTRIBUTES) break
    const pair = objectOf(item)
    const key = textOf(pair?.key, MAX_KEY)
    const value = plainValue(pair?.value)
    if (key === null) continue
    if (typeof value === 'string') attributes.set(key, value.slice(0, 1_024))
    else if (typeof value === 'number' || typeof value === 'boolean') attributes.set(key, String(value))
  }
  return attributes
}

/** Milliseconds of nanoseconds since the epoch, written as digits or as a number; null when there is none. */
export function timeOfNanos(value: unknown): number | null {
  const text = typeof value === 'number' && Number.isFinite(value) && value > 0 ? BigInt(Math.floor(value)).toString() : value
  if (typeof text !== 'string' || !/^\d{7,20}$/.test(text)) return null
  const ms = Number(BigInt(text) / 1_000_000n)
  return ms > 0 && ms < 8.64e15 ? ms : null
}

/** A number, also where 64-bit ones are texts; null for none. */
export function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'string' || value.length > 40 || value === '') return null
  const number = Number(value)
  return Number.isFinite(number) ? number : null
}

/** Every item of the lists that lie in each other: `itemsOf(body, 'resourceLogs')`. */
export function itemsOf(parent: unknown, name: string): readonly JsonObject[] {
  const list = objectOf(parent)?.[name]
  const items: JsonObject[] = []
  if (!Array.isArray(list)) return items
  for (const item of list) {
    const object = objectOf(item)
    if (object !== null) items.push(object)
  }
  return items
}
