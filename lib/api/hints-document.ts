import { FIELD_RULES } from '../flows/filter-fields'
import type { KnownValues } from '../flows/filter-hints'
import type { FilterField } from '../flows/filter-types'
import type { Cluster } from '../model/cluster'
import type { FlowHintsDocument } from './documents'

export const DEFAULT_HINTS = 20

/** Real values for completion: what traffic shows first, then what only the cluster knows. */
export function hintsDocument(
  query: { readonly field: string; readonly prefix: string; readonly limit: number },
  known: KnownValues,
  cluster: Cluster,
  policies: readonly { readonly ref: string }[],
): FlowHintsDocument {
  const wanted = FIELD_RULES.filter(({ field, aliases }) => query.field === '' || field === query.field || aliases.includes(query.field))
  const typed = query.prefix.toLowerCase()
  return {
    apiVersion: 'sluice/v1',
    kind: 'FlowHints',
    fields: wanted.map(({ field, allowed }) => {
      const values = new Set<string>(allowed ?? [])
      for (const value of known.get(field) ?? []) values.add(value)
      for (const value of declaredValues(field, cluster, policies)) values.add(value)
      const fitting = rank([...values], typed)
      return { field, values: fitting.slice(0, query.limit), more: fitting.length > query.limit }
    }),
  }
}

function declaredValues(field: FilterField, cluster: Cluster, policies: readonly { readonly ref: string }[]): Iterable<string> {
  switch (field) {
    case 'ns':
      return cluster.namespaces.keys()
    case 'workload':
      return cluster.workloads.keys()
    case 'pod':
      return cluster.pods.keys()
    case 'service':
      return [...cluster.services.values()].map(({ namespace, name }) => `${namespace}/${name}`)
    case 'policy':
      return policies.map(({ ref }) => ref)
    case 'node':
      return cluster.nodes.keys()
    default:
      return []
  }
}

/** Values that begin with what was typed, then those whose name part does, then those that contain it. */
function rank(values: readonly string[], typed: string): string[] {
  if (typed === '') return [...values]
  const groups: [string[], string[], string[]] = [[], [], []]
  for (const value of values) {
    const lower = value.toLowerCase()
    if (lower.startsWith(typed)) groups[0].push(value)
    else if (lower.includes(`/${typed}`)) groups[1].push(value)
    else if (lower.includes(typed)) groups[2].push(value)
  }
  return groups.flat()
}
