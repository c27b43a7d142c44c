import { isRecord } from '../model/fields'

/** What a cluster writes into an object and no draft has to repeat. */
const WRITTEN_BY_CLUSTER: ReadonlySet<string> = new Set([
  'managedFields',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'selfLink',
])
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/** True when two bodies of one object say the same, apart from what only the cluster writes. */
export function isSameObject(a: unknown, b: unknown): boolean {
  return isEqual(withoutClusterFields(a), withoutClusterFields(b))
}

function withoutClusterFields(body: unknown): unknown {
  if (!isRecord(body)) return body
  const { status: _status, metadata, ...rest } = body
  if (!isRecord(metadata)) return rest
  const kept = Object.entries(metadata)
    .filter(([key]) => !WRITTEN_BY_CLUSTER.has(key))
    .map(([key, value]) => [key, key === 'annotations' ? withoutLastApplied(value) : value] as const)
    .filter(([key, value]) => !((key === 'annotations' || key === 'labels') && isEmpty(value)))
  return { ...rest, metadata: Object.fromEntries(kept) }
}

function withoutLastApplied(annotations: unknown): unknown {
  return isRecord(annotations) ? Object.fromEntries(Object.entries(annotations).filter(([name]) => name !== LAST_APPLIED)) : annotations
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || (isRecord(value) && Object.keys(value).length === 0)
}

function isEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((element, index) => isEqual(element, b[index]))
  if (!isRecord(a) || !isRecord(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && isEqual(a[key], b[key]))
}
