import type { FlowEndpoint } from '@/lib/flows/flow'
import styles from './endpoint-name.module.css'

/** What an endpoint is called in a row: namespace in grey, then pod, workload, or the name from outside. */
export function endpointText(endpoint: FlowEndpoint): { readonly namespace: string | null; readonly name: string } {
  const { namespace, pod, workload, ref } = endpoint
  const inside = pod ?? workload
  if (namespace !== null && inside !== null) {
    const name = inside.startsWith(`${namespace}/`) ? inside.slice(namespace.length + 1) : inside
    return { namespace, name }
  }
  return { namespace: null, name: ref }
}

/** The field and value by which to filter for an endpoint as exactly as its name says. */
export function endpointFilter(endpoint: FlowEndpoint): { readonly field: string; readonly value: string } {
  if (endpoint.workload !== null) return { field: 'workload', value: endpoint.workload }
  if (endpoint.pod !== null) return { field: 'pod', value: endpoint.pod }
  const [kind, ...rest] = endpoint.ref.split(':')
  const value = rest.join(':')
  if (value !== '' && (kind === 'ip' || kind === 'cidr')) return { field: 'ip', value }
  if (value !== '' && kind === 'dns') return { field: 'dns', value }
  if (value !== '' && kind === 'entity') return { field: 'entity', value }
  if (value !== '' && kind === 'svc') return { field: 'service', value }
  return { field: 'ref', value: endpoint.ref }
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
