import type { FieldPath } from '../../model/field-locator'
import { isDnsService } from '../../platform/dns/detect-dns'
import type { ClusterView } from '../cluster-view'
import { aboutService, aboutWorkload, type FindingDraft, makeFinding } from '../make-finding'

/** DN-01: a DNS Service of the cluster without a ready endpoint. */
export function* findDeadDns(view: ClusterView): Iterable<FindingDraft> {
  if (!view.isWholeCluster || !view.isRead('/Pod', '/Service', 'discovery.k8s.io/EndpointSlice')) return
  const servers = view.services.filter(({ service }) => isDnsService(service) && service.type !== 'ExternalName')
  // One that answers is enough.
  if (servers.some(({ ready }) => ready.length > 0)) return
  for (const { service, endpoints, selected } of servers) {
    const pods = selected.map(
      ({ ref, phase, ready }) => `${ref} is ${ready ? 'ready' : phase === 'Running' ? 'running and not ready' : phase.toLowerCase()}`,
    )
    yield makeFinding('DN-01', aboutService(service.meta), {
      field: null,
      message: `None of ${endpoints.length} endpoints of the DNS of the cluster is ready.`,
      evidence: pods.length === 0 ? ['no pod stands behind the Service'] : pods,
    })
  }
}

/** DN-02: pods on the network of their machine that ask its name server. */
export function* findDeafPods(view: ClusterView): Iterable<FindingDraft> {
  for (const workload of view.workloads) {
    // The parts of the cluster itself do without names of Services.
    if (isOfSystem(workload.namespace)) continue
    const [pod] = view.podsOf(workload)
    if (pod === undefined || !pod.hostNetwork || pod.dns.policy !== 'ClusterFirst') continue
    const isAgent = workload.kind === 'DaemonSet'
    yield makeFinding('DN-02', aboutWorkload(workload.namespace, workload.name, workload.kind, workload.meta), {
      // An agent of each machine often looks nothing up, and is started before the DNS of the cluster.
      ...(isAgent ? { severity: 'info' } : {}),
      field: FIELDS.get(workload.kind) ?? ['spec', 'template', 'spec', 'dnsPolicy'],
      value: pod.dns.policy,
      message: 'The pods cannot look up names of Services: they share the network of their machine, and dnsPolicy is ClusterFirst.',
      evidence: [`${pod.ref} has hostNetwork true and dnsPolicy ClusterFirst`],
    })
  }
}

/** Kinds that keep the spec of their pods elsewhere. */
const FIELDS: ReadonlyMap<string, FieldPath> = new Map([
  ['Pod', ['spec', 'dnsPolicy']],
  ['CronJob', ['spec', 'jobTemplate', 'spec', 'template', 'spec', 'dnsPolicy']],
])

function isOfSystem(namespace: string): boolean {
  return /^(kube|openshift|calico|tigera|cilium|istio)-/.test(namespace)
}
