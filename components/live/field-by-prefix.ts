import type { FilterField } from '@/lib/flows/filter-types'

/** The field of the filter language for names that say what they are: `svc:shop/cart`, `ip:10.0.0.1`. */
export const FIELD_BY_PREFIX: ReadonlyMap<string, FilterField> = new Map([
  ['svc', 'service'],
  ['ip', 'ip'],
  ['cidr', 'ip'],
  ['dns', 'name'],
  ['entity', 'entity'],
])
