import { isRecord } from '../fields'
import { NAMED_SETTINGS } from '../named-settings'
import { fields, type Reduce } from './field-tree'
import { METADATA_ONLY, object } from './object-fields'

/**
 * ConfigMaps that say how the network of a cluster works, with the keys that are read. Of all other ConfigMaps nothing but
 * name and labels is kept, and a live cluster is not asked for them.
 */
export const KNOWN_CONFIG_MAPS: ReadonlyMap<string, readonly string[]> = new Map(
  [...NAMED_SETTINGS].map(([place, entries]) => [place, Object.keys(entries)]),
)

export const configMap: Reduce = (value, pool) => {
  const metadata = isRecord(value) && isRecord(value.metadata) ? value.metadata : {}
  const keys = KNOWN_CONFIG_MAPS.get(`${String(metadata.namespace)}/${String(metadata.name)}`)
  return keys === undefined ? METADATA_ONLY(value, pool) : object({ data: fields(keys) })(value, pool)
}
