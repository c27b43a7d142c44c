import type { RawObject } from '../../model/object'

/**
 * The object that counts where only the oldest does, by name among equally old ones; all of them when their ages are
 * not known, as in manifests.
 */
export function eldest<Item extends { readonly raw: RawObject }>(items: readonly Item[]): readonly Item[] {
  if (items.length < 2) return items
  const ages = items.map(({ raw }) => raw.meta.createdAt)
  const oldest = ages.reduce((least, age) => (least === null || age === null ? null : Math.min(least, age)))
  if (oldest === null) return items
  const first = items.filter(({ raw }) => raw.meta.createdAt === oldest).sort((a, b) => (a.raw.meta.name < b.raw.meta.name ? -1 : 1))[0]
  return first === undefined ? items : [first]
}
