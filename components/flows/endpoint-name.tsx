import type { FilterField } from '@/lib/flows/filter-types'
import type { FlowEndpoint } from '@/lib/flows/flow'
import { FIELD_BY_PREFIX } from '../live/field-by-prefix'
import styles from './endpoint-name.module.css'

/** What an endpoint is called in a row: namespace in grey, then pod, workload, or the name or address without its prefix. */
export function endpointText(endpoint: FlowEndpoint): { readonly namespace: string | null; readonly name: string } {
  const { namespace, pod, workload, ref } = endpoint
  const inside = pod ?? workload
  if (namespace !== null && inside !== null) {
    const name = inside.startsWith(`${namespace}/`) ? inside.slice(namespace.length + 1) : inside
    return { namespace, name }
  }
  const colon = ref.indexOf(':')
  return { namespace: null, name: FIELD_BY_PREFIX.has(ref.slice(0, Math.max(colon, 0))) ? ref.slice(colon + 1) : ref }
}

/** The field and value by which to filter for an endpoint: its workload where it has one, so that all its pods fit. */
export function endpointFilter(endpoint: FlowEndpoint): { readonly field: FilterField; readonly value: string } {
  if (endpoint.workload !== null) return { field: 'workload', value: endpoint.workload }
  if (endpoint.pod !== null) return { field: 'pod', value: endpoint.pod }
  const colon = endpoint.ref.indexOf(':')
  const field = FIELD_BY_PREFIX.get(endpoint.ref.slice(0, Math.max(colon, 0)))
  return field === undefined ? { field: 'name', value: endpoint.ref } : { field, value: endpoint.ref.slice(colon + 1) }
}

export function EndpointName({ endpoint }: { endpoint: FlowEndpoint }) {
  const { namespace, name } = endpointText(endpoint)
  return (
    <span className={styles.name}>
      {namespace !== null && <span className={styles.namespace}>{namespace}/</span>}
      <bdi>{name}</bdi>
      {endpoint.identity === 'uncertain' && <span title="Several things fit this address"> ?</span>}
    </span>
  )
}
