import type { ReferenceGrant } from '../cluster'
import type { Fields } from '../fields'
import type { ObjectMeta } from '../object'

export function readReferenceGrant(document: Fields, meta: ObjectMeta): ReferenceGrant {
  const spec = document.object('spec')
  return {
    meta,
    namespace: meta.namespace ?? '',
    from: spec.list('from').map((from) => ({
      group: from.string('group') ?? '',
      kind: from.string('kind') ?? '',
      namespace: from.string('namespace') ?? '',
    })),
    to: spec.list('to').map((to) => ({
      group: to.string('group') ?? '',
      kind: to.string('kind') ?? '',
      name: to.string('name') || null,
    })),
  }
}
