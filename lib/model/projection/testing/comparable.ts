import { isRecord } from '../../fields'
import { keptAnnotation } from '../kept-annotations'
import { project } from '../project'

/**
 * A cluster, or what was made of it, as far as its projection must agree with it: annotations only as far as they are kept, bodies of policies and
 * of kinds without a reader only as far as they are projected.
 */
export function comparable(value: unknown): unknown {
  return plain(value)
}

function plain(value: unknown): unknown {
  if (value instanceof Map) return new Map([...value].map(([key, entry]) => [key, plain(entry)]))
  if (value instanceof Set || !(Array.isArray(value) || isRecord(value))) return value
  if (Array.isArray(value)) return value.map(plain)
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [
      key,
      key === 'annotations' && field instanceof Map ? kept(field) : key === 'body' ? project(field) : plain(field),
    ]),
  )
}

function kept(annotations: ReadonlyMap<string, unknown>): ReadonlyMap<string, unknown> {
  return new Map(
    [...annotations].map(([name, value]) => [name, keptAnnotation(name, value)] as const).filter(([, value]) => value !== null),
  )
}
