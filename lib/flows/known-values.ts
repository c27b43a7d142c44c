import type { KnownValues } from './filter-hints'
import type { FilterField } from './filter-types'
import type { FlowEndpoint } from './flow'
import type { FlowEdge } from './window-types'

/** Values kept per field. */
const MAX_VALUES = 2_000

/** The values that the traffic of a window really has, most often seen first, for completion. */
export function knownValues(edges: readonly FlowEdge[]): KnownValues {
  const counts = new Map<FilterField, Map<string, number>>()
  const add = (field: FilterField, value: string | null): void => {
    if (value === null) return
    const values = counts.get(field) ?? new Map<string, number>()
    counts.set(field, values)
    const known = values.get(value)
    if (known !== undefined || values.size < MAX_VALUES) values.set(value, (known ?? 0) + 1)
  }
  const addEnd = (end: FlowEndpoint): void => {
    add('ns', end.namespace)
    add('workload', end.workload)
    add('pod', end.pod)
    add('service', end.service === null ? null : end.service.slice('svc:'.length))
    add('ip', end.ip)
    add('name', end.ref.startsWith('dns:') ? end.ref.slice('dns:'.length) : null)
  }
  for (const edge of edges) {
    addEnd(edge.source)
    addEnd(edge.destination)
    add('port', edge.port === null ? null : String(edge.port))
    for (const { policy } of edge.policies) add('policy', policy)
    for (const { reason } of edge.reasons) add('reason', reason)
    for (const reporter of edge.reporters) add('reporter', reporter)
  }
  return new Map([...counts].map(([field, values]) => [field, [...values].sort(byCount).map(([value]) => value)]))
}

function byCount(a: readonly [string, number], b: readonly [string, number]): number {
  return b[1] - a[1] || (a[0] < b[0] ? -1 : 1)
}
