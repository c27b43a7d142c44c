import { isRecord } from '@/lib/model/fields'
import { define } from '@/lib/model/projection/field-tree'
import { jsonEqual } from '@/lib/model/projection/json-equal'

/**
 * A newer body with the very parts of the older one that say the same, and the older one itself when all of it does. Parts
 * are looked for as deep as an object's metadata, spec and status have theirs; what lies deeper is one part.
 */
export function shareEqual(older: unknown, newer: unknown, depth = 2): unknown {
  if (jsonEqual(older, newer)) return older
  if (depth === 0 || !isRecord(older) || !isRecord(newer)) return newer
  const shared: Record<string, unknown> = {}
  for (const [name, part] of Object.entries(newer)) {
    define(shared, name, Object.hasOwn(older, name) ? shareEqual(older[name], part, depth - 1) : part)
  }
  return shared
}
