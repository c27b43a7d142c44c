'use client'

import { refWords } from '@/components/graph/ref-words'
import { FilterValue } from '@/components/live/filter-value'
import type { FilterField, FilterSide } from '@/lib/flows/filter-types'

const FIELD_OF_KIND: ReadonlyMap<string, FilterField> = new Map([
  ['Service', 'service'],
  ['Pod', 'pod'],
  ['Namespace', 'ns'],
  ['address', 'ip'],
  ['range', 'ip'],
  ['name outside', 'name'],
  ['entity', 'entity'],
])

/** The name of something, which can be clicked to filter by it; its namespace apart. */
export function RefName({ refName, side = null }: { refName: string; side?: FilterSide }) {
  const { namespace, name, kind } = refWords(refName)
  const isWorkload = refName.endsWith(']')
  const field = isWorkload ? 'workload' : FIELD_OF_KIND.get(kind)
  const value = isWorkload || kind === 'Pod' || kind === 'Namespace' ? refName : refName.slice(refName.indexOf(':') + 1)
  return (
    <>
      {namespace !== null && kind !== 'Namespace' && (
        <>
          <FilterValue field="ns" value={namespace} side={side} />/
        </>
      )}
      {field === undefined ? (
        <bdi>{name}</bdi>
      ) : (
        <FilterValue field={field} value={value} side={side}>
          {name}
        </FilterValue>
      )}
    </>
  )
}
