import type { EntryBase } from '../../entry/entry-base'
import type { ObjectMeta } from '../../object'

export function baseOf<Kind extends string>(kind: Kind, meta: ObjectMeta): EntryBase<Kind> {
  return { kind, meta, namespace: meta.namespace ?? '', name: meta.name }
}
