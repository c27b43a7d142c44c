import type { Cluster, Workload } from './cluster'
import type { ServiceRef, WorkloadRef } from './names'
import { serviceRef } from './names'

/** A Service that the configuration of a workload names. Declared, and weakly: that it is called nobody says. */
export type Dependency = {
  readonly workload: WorkloadRef
  readonly service: ServiceRef
  /** null when no port is named. */
  readonly port: number | null
  /** Where it is named: `variable CART_ADDR of container server: cart:7070`. */
  readonly evidence: readonly string[]
}

/** Services that environment and arguments of workloads name and that exist; a workload that names itself is left out. */
export function dependencies(cluster: Cluster, workload: Workload): readonly Dependency[] {
  const [first] = workload.pods
  const pod = first === undefined ? undefined : cluster.pods.get(first)
  const found = new Map<string, { service: ServiceRef; port: number | null; evidence: string[] }>()
  for (const container of pod?.containers ?? []) {
    for (const { from, endpoint } of container.kind === 'init' ? [] : container.names) {
      const { host, port } = splitEndpoint(endpoint)
      const service = serviceNamed(cluster, host, workload.namespace)
      if (service === null) continue
      const key = `${service} ${port}`
      const known = found.get(key) ?? { service, port, evidence: [] }
      found.set(key, known)
      known.evidence.push(`${from} of container ${container.name}: ${endpoint}`)
    }
  }
  return [...found.values()].map((one) => ({ workload: workload.ref, ...one }))
}

/** `HOST`, `HOST:PORT` or `SCHEME://HOST[:PORT]`; an IPv6 address keeps its brackets. */
function splitEndpoint(endpoint: string): { readonly host: string; readonly port: number | null } {
  const scheme = endpoint.indexOf('://')
  const rest = scheme < 0 ? endpoint : endpoint.slice(scheme + 3)
  const colon = rest.lastIndexOf(':')
  if (colon < 0 || rest.endsWith(']')) return { host: rest, port: null }
  const port = Number(rest.slice(colon + 1))
  return { host: rest.slice(0, colon), port: Number.isInteger(port) ? port : null }
}

/** `NAME`, `NAME.NS`, `NAME.NS.svc` and full names, also of one endpoint of a headless Service, as the search list of a pod finds them. */
function serviceNamed(cluster: Cluster, host: string, namespace: string): ServiceRef | null {
  const labels = host.toLowerCase().split('.')
  const svc = labels.indexOf('svc')
  const [name, place = namespace] = svc >= 2 ? labels.slice(svc - 2, svc) : labels.length <= 2 ? labels : []
  if (name === undefined || name === '') return null
  const ref = serviceRef(place, name)
  return cluster.services.has(ref) ? ref : null
}
