import type { Cluster } from '../model/cluster'
import { isRecord } from '../model/fields'
import type { RawObject } from '../model/object'
import { groupOf } from '../model/object-kinds'

/** What stands at a path of an object; undefined when nothing does. */
export function valueAt({ body }: RawObject, ...path: readonly string[]): unknown {
  let value: unknown = body
  for (const key of path) {
    if (!isRecord(value) || !Object.hasOwn(value, key)) return undefined
    value = value[key]
  }
  return value
}

export function textAt(raw: RawObject, ...path: readonly string[]): string | null {
  const value = valueAt(raw, ...path)
  return typeof value === 'string' && value !== '' ? value : null
}

export function textsAt(raw: RawObject, ...path: readonly string[]): readonly string[] {
  const value = valueAt(raw, ...path)
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}

/** The objects of a kind that describe the network, whatever version of the group they are written in. */
export function networkObjects(cluster: Cluster, kind: string, ...groups: readonly string[]): readonly RawObject[] {
  return cluster.networkObjects.filter(({ meta }) => meta.kind === kind && groups.includes(groupOf(meta.apiVersion)))
}
