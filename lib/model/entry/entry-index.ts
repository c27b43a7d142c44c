import type { Cluster } from '../cluster'
import type { EntryObject } from './entry-object'

type OfKind<Kind extends EntryObject['kind']> = Extract<EntryObject, { readonly kind: Kind }>

/** The entry objects of a cluster by kind, made once per cluster value. */
export class EntryIndex {
  readonly #byKind = new Map<EntryObject['kind'], Map<string, EntryObject>>()

  constructor(objects: readonly EntryObject[]) {
    for (const object of objects) {
      const known = this.#byKind.get(object.kind) ?? new Map<string, EntryObject>()
      known.set(`${object.namespace}/${object.name}`, object)
      this.#byKind.set(object.kind, known)
    }
  }

  all<Kind extends EntryObject['kind']>(kind: Kind): readonly OfKind<Kind>[] {
    return [...(this.#byKind.get(kind)?.values() ?? [])].filter((object): object is OfKind<Kind> => object.kind === kind)
  }

  get<Kind extends EntryObject['kind']>(kind: Kind, namespace: string, name: string): OfKind<Kind> | null {
    const found = this.#byKind.get(kind)?.get(`${namespace}/${name}`)
    return found?.kind === kind ? (found as OfKind<Kind>) : null
  }
}

const indexes = new WeakMap<Cluster, EntryIndex>()

export function entryIndex(cluster: Cluster): EntryIndex {
  const known = indexes.get(cluster)
  if (known !== undefined) return known
  const index = new EntryIndex(cluster.entryObjects)
  indexes.set(cluster, index)
  return index
}
