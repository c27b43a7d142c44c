import type { ClusterNode } from '../../model/cluster'
import { compareText } from '../../model/compare-text'
import type { ClusterView } from '../cluster-view'
import { aboutService, type FindingDraft, makeFinding } from '../make-finding'
import type { ServiceFacts } from './service-facts'

/** Machines with it get no traffic of load balancers. */
const EXCLUDED = 'node.kubernetes.io/exclude-from-external-load-balancers'

/** SV-08: traffic from outside stays on its machine, and some machines have no endpoint. */
export function* findLocalTraffic(view: ClusterView): Iterable<FindingDraft | null> {
  const nodes = nodesWithTraffic(view)
  for (const facts of view.services) {
    yield null
    const { service } = facts
    if (service.type === 'ExternalName') continue
    const isOpen = service.type === 'NodePort' || service.type === 'LoadBalancer' || service.externalIps.length > 0
    if (nodes.length > 0 && isOpen && service.externalTrafficPolicy === 'Local') yield* fromOutside(facts, nodes)
  }
}

/** SV-09: traffic from inside stays on its machine, and clients run where no endpoint is. */
export function* findUnreachedLocally(view: ClusterView): Iterable<FindingDraft | null> {
  const local = view.services.filter(({ service }) => service.internalTrafficPolicy === 'Local' && service.type !== 'ExternalName')
  const nodes = local.length === 0 ? [] : nodesWithTraffic(view)
  if (nodes.length === 0) return
  const clients = nodesWithClients(view)
  for (const facts of local) {
    yield null
    yield* fromInside(facts, nodes, clients, view)
  }
}

/** Machines that are ready; none when not everything is known that decides. */
function nodesWithTraffic(view: ClusterView): readonly ClusterNode[] {
  if (!view.isRead('/Pod', '/Node', 'discovery.k8s.io/EndpointSlice')) return []
  return [...view.cluster.nodes.values()].filter(({ ready }) => ready !== false).sort((a, b) => compareText(a.name, b.name))
}

function* fromOutside(facts: ServiceFacts, all: readonly ClusterNode[]): Iterable<FindingDraft> {
  const { service } = facts
  const nodes = service.type === 'LoadBalancer' ? all.filter(({ meta }) => !meta.labels.has(EXCLUDED)) : all
  const missing = without(facts, nodes)
  if (missing.length === 0) return
  const checked = service.type === 'LoadBalancer' ? service.healthCheckNodePort : null
  yield makeFinding('SV-08', aboutService(service.meta), {
    field: ['spec', 'externalTrafficPolicy'],
    value: 'Local',
    severity: missing.length === nodes.length ? 'error' : 'warning',
    message:
      missing.length === nodes.length
        ? 'No machine has a ready endpoint, and each drops what arrives for the Service.'
        : `${missing.length} of ${nodes.length} machines have no ready endpoint and drop what arrives there for the Service.`,
    evidence: [
      ...missing.map(({ name }) => `${name} has no ready endpoint`),
      ...(checked === null ? [] : [`load balancers that check port ${checked} leave these machines out`]),
    ],
  })
}

function* fromInside(
  facts: ServiceFacts,
  nodes: readonly ClusterNode[],
  clients: ReadonlySet<string>,
  view: ClusterView,
): Iterable<FindingDraft> {
  const { service } = facts
  const missing = without(facts, nodes)
  if (missing.length === 0) return
  const seen = observedClients(facts, view)
  const failing = missing.filter(({ name }) => seen.has(name))
  const running = missing.filter(({ name }) => clients.has(name))
  if (failing.length + running.length === 0) return
  const named = failing.length > 0 ? failing : running
  yield makeFinding('SV-09', aboutService(service.meta), {
    field: ['spec', 'internalTrafficPolicy'],
    value: 'Local',
    severity: failing.length > 0 ? 'error' : 'warning',
    message:
      failing.length > 0
        ? `Clients on ${failing.length === 1 ? 'a machine' : `${failing.length} machines`} without an endpoint call the Service, and are dropped.`
        : `${running.length} of ${nodes.length} machines run pods and no endpoint of the Service: it cannot be reached from there.`,
    evidence: named.map(({ name }) => {
      const callers = seen.get(name)
      return callers === undefined
        ? `${name} has no ready endpoint`
        : `${name} has no ready endpoint, and ${[...callers].sort(compareText)[0]} calls`
    }),
  })
}

function without(facts: ServiceFacts, nodes: readonly ClusterNode[]): readonly ClusterNode[] {
  const served = new Set(facts.ready.map(({ nodeName }) => nodeName))
  return nodes.filter(({ name }) => !served.has(name))
}

/** Workloads that were seen to call the Service, by the machine of their pods. */
function observedClients({ service }: ServiceFacts, { traffic, cluster }: ClusterView): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>()
  for (const { source, destination } of traffic?.edges ?? []) {
    if (destination.service !== service.ref || source.pod === null) continue
    const pod = cluster.pods.get(source.pod)
    if (pod?.nodeName == null) continue
    const clients = found.get(pod.nodeName) ?? new Set<string>()
    found.set(pod.nodeName, clients)
    clients.add(pod.workload)
  }
  return found
}

/** Machines that run pods which may be clients: not those that run on every machine anyway. */
function nodesWithClients({ cluster }: ClusterView): ReadonlySet<string> {
  const found = new Set<string>()
  for (const { nodeName, workload, hostNetwork } of cluster.pods.values()) {
    if (nodeName !== null && !hostNetwork && cluster.workloads.get(workload)?.kind !== 'DaemonSet') found.add(nodeName)
  }
  return found
}
