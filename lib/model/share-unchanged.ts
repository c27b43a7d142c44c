import type { Cluster } from './cluster'
import type { RawObject } from './object'

/**
 * A later reading of a cluster with the very values of the earlier one where they are equal, so that whoever compiled the
 * earlier one sees what changed without looking into it: pods, namespaces, service accounts and policies, and each of
 * these tables as a whole. A policy with lines to show is taken as changed, because its text may have moved.
 */
export function shareUnchanged(before: Cluster, after: Cluster): Cluster {
  return {
    ...after,
    pods: shareMap(before.pods, after.pods),
    namespaces: shareMap(before.namespaces, after.namespaces),
    serviceAccounts: shareMap(before.serviceAccounts, after.serviceAccounts),
    policies: shareObjects(before.policies, after.policies),
  }
}

function shareMap<Key, Value>(before: ReadonlyMap<Key, Value>, after: ReadonlyMap<Key, Value>): ReadonlyMap<Key, Value> {
  const keys = before.keys()
  let isSame = before.size === after.size
  const shared = new Map<Key, Value>()
  for (const [key, value] of after) {
    const old = before.get(key)
    const kept = old !== undefined && isEqual(old, value) ? old : value
    isSame &&= kept === old && keys.next().value === key
    shared.set(key, kept)
  }
  return isSame ? before : shared
}

function shareObjects(before: readonly RawObject[], after: readonly RawObject[]): readonly RawObject[] {
  const known = new Map(before.map((raw) => [nameOf(raw), raw]))
  const shared = after.map((raw) => {
    const old = known.get(nameOf(raw))
    return old !== undefined && isEqual(old, raw) ? old : raw
  })
  return shared.length === before.length && shared.every((raw, index) => raw === before[index]) ? before : shared
}

function nameOf({ meta }: RawObject): string {
  return JSON.stringify([meta.apiVersion, meta.kind, meta.namespace, meta.name])
}

/** Whether two values have the same contents; functions only if they are one. The order of a map's entries counts. */
function isEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b)) return Array.isArray(a) && Array.isArray(b) && areListsEqual(a, b)
  if (a instanceof Map || b instanceof Map)
    return a instanceof Map && b instanceof Map && a.size === b.size && areListsEqual([...a], [...b])
  if (a instanceof Set || b instanceof Set)
    return a instanceof Set && b instanceof Set && a.size === b.size && areListsEqual([...a], [...b])
  return areListsEqual(Object.entries(a), Object.entries(b))
}

function areListsEqual(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((element, index) => isEqual(element, b[index]))
}
