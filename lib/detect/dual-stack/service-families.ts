import type { Pod, Service } from '../../model/cluster'
import { compareText } from '../../model/compare-text'
import type { ClusterView } from '../cluster-view'
import { aboutService, type FindingDraft, makeFinding } from '../make-finding'
import type { ServiceFacts } from '../services/service-facts'

type Family = 'IPv4' | 'IPv6'
const FAMILIES: readonly Family[] = ['IPv4', 'IPv6']

/** DS-01 to DS-03: what a Service asks for, what it was given, and what its pods and clients have. */
export function* findServiceFamilies(view: ClusterView): Iterable<FindingDraft | null> {
  const clients = clientFamilies(view)
  for (const facts of view.services) {
    yield null
    const { type, namespace } = facts.service
    if (type === 'ExternalName' || !view.isReadIn(namespace, '/Pod', 'discovery.k8s.io/EndpointSlice')) continue
    yield* podsOfOneFamily(facts)
    yield* clientsOfTheOther(facts, clients)
    yield* notGranted(facts)
  }
}

/** DS-01. */
function* podsOfOneFamily({ service, selector, ready }: ServiceFacts): Iterable<FindingDraft> {
  // The API server writes RequireDualStack into these by itself, on clusters of one family too.
  if (service.headless && selector === null) return
  const granted = grantedFamilies(service)
  const known = ready.filter(({ addresses }) => addresses.length > 0)
  if (granted.length < 2 || known.length === 0) return
  const missing = FAMILIES.filter((family) => !known.some(({ addresses }) => addresses.some((address) => familyOf(address) === family)))
  const [family] = missing
  if (missing.length !== 1 || family === undefined) return
  yield makeFinding('DS-01', aboutService(service.meta), {
    field: ['spec', 'ipFamilyPolicy'],
    value: service.ipFamilyPolicy ?? granted.join(', '),
    severity: service.ipFamilyPolicy === 'RequireDualStack' ? 'error' : 'warning',
    message: `The Service answers on ${granted.join(' and ')}, and no ready endpoint has an ${family} address.`,
    evidence: known.map(({ pod, addresses }) => `${pod ?? 'an address'} has ${addresses.join(', ')} only`),
  })
}

/** DS-02. */
function* clientsOfTheOther({ service, endpoints }: ServiceFacts, clients: ClientFamilies): Iterable<FindingDraft> {
  const families = grantedFamilies(service)
  const [family] = families
  if (families.length !== 1 || family === undefined || endpoints.length === 0) return
  const own = new Set(endpoints.map(({ pod }) => pod))
  const nearby = (clients.byNamespace.get(service.namespace) ?? []).filter((pod) => !own.has(pod.ref))
  const lacking = nearby.filter((pod) => !hasFamily(pod, family))
  const isForNobody = clients.total > 0 && !clients.families.has(family)
  if (lacking.length === 0 && !isForNobody) return
  const workloads = [...new Set(lacking.map(({ workload }) => workload))].sort(compareText)
  yield makeFinding('DS-02', aboutService(service.meta), {
    field: ['spec', 'ipFamilies'],
    value: family,
    message: isForNobody
      ? `The Service answers on ${family} only, and no pod of the cluster has an ${family} address.`
      : `The Service answers on ${family} only, and ${workloads.length === 1 ? 'a workload' : `${workloads.length} workloads`} of its namespace cannot call it.`,
    evidence: workloads.map((workload) => `${workload} has no ${family} address`),
  })
}

/** DS-03. */
function* notGranted({ service }: ServiceFacts): Iterable<FindingDraft> {
  if (service.meta.uid === null || service.ipFamilyPolicy === null || service.ipFamilyPolicy === 'SingleStack') return
  const granted = grantedFamilies(service)
  if (granted.length === 1 && !service.headless) {
    yield makeFinding('DS-03', aboutService(service.meta), {
      field: ['spec', 'ipFamilyPolicy'],
      value: service.ipFamilyPolicy,
      message: `The Service asks for both families and was given ${granted[0]} only.`,
      evidence: service.clusterIps.map((address) => `clusterIP ${address}`),
    })
  }
  const balanced = new Set(service.loadBalancer.ingress.flatMap(({ ip }) => (ip === null ? [] : familyOf(ip))))
  const [only] = balanced
  if (granted.length < 2 || balanced.size !== 1 || only === undefined) return
  yield makeFinding('DS-03', aboutService(service.meta), {
    field: ['status', 'loadBalancer'],
    message: `The load balancer has an ${only} address only, although the Service answers on both families.`,
    fix: 'Give the load balancer addresses of both families, or write SingleStack.',
    evidence: service.loadBalancer.ingress.flatMap(({ ip }) => (ip === null ? [] : [`load balancer address ${ip}`])),
  })
}

/** What the cluster gave it: its addresses, else what the API server wrote. */
function grantedFamilies({ clusterIps, ipFamilies }: Service): readonly Family[] {
  const found = new Set(clusterIps.length > 0 ? clusterIps.map(familyOf) : ipFamilies)
  return FAMILIES.filter((family) => found.has(family))
}

type ClientFamilies = {
  readonly byNamespace: ReadonlyMap<string, readonly Pod[]>
  readonly families: ReadonlySet<Family>
  readonly total: number
}

/** Pods with addresses of their own that may be clients. */
function clientFamilies({ cluster }: ClusterView): ClientFamilies {
  const byNamespace = new Map<string, Pod[]>()
  const families = new Set<Family>()
  let total = 0
  for (const pod of cluster.pods.values()) {
    if (pod.hostNetwork || pod.ips.length === 0 || pod.phase === 'Succeeded' || pod.phase === 'Failed') continue
    total++
    for (const ip of pod.ips) families.add(familyOf(ip))
    const known = byNamespace.get(pod.namespace)
    if (known === undefined) byNamespace.set(pod.namespace, [pod])
    else known.push(pod)
  }
  return { byNamespace, families, total }
}

function hasFamily({ ips }: Pod, family: Family): boolean {
  return ips.some((ip) => familyOf(ip) === family)
}

/** Of an address in its canonical form. */
function familyOf(address: string): Family {
  return address.includes(':') ? 'IPv6' : 'IPv4'
}
