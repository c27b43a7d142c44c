import type { Cluster } from './cluster'
import type { FieldLocator } from './field-locator'
import { isRecord } from './fields'
import type { RawObject } from './object'

/**
 * A later reading of a cluster with the very values of the earlier one where they are equal, so that whoever compiled the
 * earlier one sees what changed without looking into it: single objects, and each of the tables and lists as a whole. An
 * object that was written elsewhere, or whose text may have other lines, counts as changed.
 */
export function shareUnchanged(before: Cluster, after: Cluster): Cluster {
  return {
    name: after.name,
    source: after.source,
    namespaces: shareMap(before.namespaces, after.namespaces),
    nodes: shareMap(before.nodes, after.nodes),
    pods: shareMap(before.pods, after.pods),
    workloads: shareMap(before.workloads, after.workloads),
    services: shareMap(before.services, after.services),
    endpointSlices: shareWhole(before.endpointSlices, after.endpointSlices),
    ingresses: shareWhole(before.ingresses, after.ingresses),
    ingressClasses: shareMap(before.ingressClasses, after.ingressClasses),
    gatewayClasses: shareMap(before.gatewayClasses, after.gatewayClasses),
    gateways: shareMap(before.gateways, after.gateways),
    listenerSets: shareWhole(before.listenerSets, after.listenerSets),
    routes: shareWhole(before.routes, after.routes),
    referenceGrants: shareWhole(before.referenceGrants, after.referenceGrants),
    entryObjects: shareWhole(before.entryObjects, after.entryObjects),
    configMaps: shareWhole(before.configMaps, after.configMaps),
    secrets: shareMap(before.secrets, after.secrets),
    settings: shareMap(before.settings, after.settings),
    serviceAccounts: shareMap(before.serviceAccounts, after.serviceAccounts),
    policies: shareObjects(before.policies, after.policies),
    networkObjects: shareObjects(before.networkObjects, after.networkObjects),
    others: shareObjects(before.others, after.others),
    problems: shareWhole(before.problems, after.problems),
    unread: shareWhole(before.unread, after.unread),
  }
}

function shareWhole<Value>(before: Value, after: Value): Value {
  return isEqual(before, after) ? before : after
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
    return old !== undefined && isUnchanged(old, raw) ? old : raw
  })
  return shared.length === before.length && shared.every((raw, index) => raw === before[index]) ? before : shared
}

function nameOf({ meta }: RawObject): string {
  return JSON.stringify([meta.apiVersion, meta.kind, meta.namespace, meta.name])
}

function isUnchanged(old: RawObject, now: RawObject): boolean {
  return isEqual(old.meta, now.meta) && isEqual(old.body, now.body) && findTheSame(old.locate, now.locate)
}

/** Whether two locators of objects that begin at one place find their fields at the same places. */
function findTheSame(a: FieldLocator | null, b: FieldLocator | null): boolean {
  if (a === b) return true
  const text = a?.textOf?.([])
  return text !== undefined && text === b?.textOf?.([])
}

/** Whether two values have the same contents; functions only if they are one. The order of a map's entries counts. */
function isEqual(a: unknown, b: unknown): boolean {
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
