import { isRecord } from './fields'

/** Whether two values have the same contents; functions only if they are one. The order of a map's entries counts. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((element, index) => isEqual(element, b[index]))
  if (a instanceof Map) return b instanceof Map && a.size === b.size && areEntriesEqual(a, b)
  if (a instanceof Set) return b instanceof Set && isEqual([...a], [...b])
  if (!isRecord(a) || !isRecord(b) || b instanceof Map || b instanceof Set) return false
  const [keys, others] = [Object.keys(a), Object.keys(b)]
  return keys.length === others.length && keys.every((key, index) => key === others[index] && isEqual(a[key], b[key]))
}

function areEntriesEqual(a: ReadonlyMap<unknown, unknown>, b: ReadonlyMap<unknown, unknown>): boolean {
  const others = b.entries()
  for (const [key, value] of a) {
    const [otherKey, otherValue] = others.next().value ?? []
    if (!isEqual(key, otherKey) || !isEqual(value, otherValue)) return false
  }
  return true
}
