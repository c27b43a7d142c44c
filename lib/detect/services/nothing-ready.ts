import type { ClusterView } from '../cluster-view'
import { aboutService, type FindingDraft, makeFinding } from '../make-finding'
import type { ServiceFacts } from './service-facts'
import { whyUnready } from './unready-pod'

/** SV-02: there are pods, and none takes traffic. SV-15: those that do are going away. */
export function* findNothingReady(view: ClusterView): Iterable<FindingDraft | null> {
  for (const facts of view.services) {
    yield null
    const { service, endpoints } = facts
    if (!view.isReadIn(service.namespace, '/Pod', 'discovery.k8s.io/EndpointSlice')) continue
    if (service.type === 'ExternalName' || facts.ready.length > 0) continue
    if (facts.selected.length === 0 && endpoints.length === 0) continue
    const serving = endpoints.filter((endpoint) => endpoint.serving && endpoint.terminating)
    if (serving.length > 0) {
      yield makeFinding('SV-15', aboutService(service.meta), {
        field: null,
        message: `${serving.length === 1 ? 'The only pod that takes traffic is' : `All ${serving.length} pods that take traffic are`} going away.`,
        evidence: [
          ...serving.map(({ pod, address }) => `${pod ?? address} is ready and going away`),
          ...facts.live.filter((pod) => !pod.terminating && !pod.ready).map((pod) => whyUnready(pod, view.cluster.nodes)),
        ],
      })
      continue
    }
    yield nothingReady(facts, view)
  }
}

function nothingReady(facts: ServiceFacts, view: ClusterView): FindingDraft {
  const { service, endpoints, selected } = facts
  const implied = selected.filter((pod) => pod.isImplied)
  if (selected.length > 0 && implied.length === selected.length) return notRunning(facts, view)
  const bare = endpoints.filter(({ pod }) => pod === null)
  const total = Math.max(selected.length, endpoints.length)
  return makeFinding('SV-02', aboutService(service.meta), {
    field: null,
    message: total === 1 ? 'The only pod of the Service takes no traffic.' : `None of the ${total} pods of the Service takes traffic.`,
    evidence: [
      ...selected.map((pod) => whyUnready(pod, view.cluster.nodes)),
      ...bare.map(({ address }) => `${address}: is listed as not ready`),
    ],
  })
}

/** Workloads without any pod: scaled to zero on purpose, or kept from starting. */
function notRunning(facts: ServiceFacts, view: ClusterView): FindingDraft {
  const { workloads } = facts
  const wanting = workloads.filter(({ desiredReplicas }) => (desiredReplicas ?? 0) > 0)
  const names = (wanting.length > 0 ? wanting : workloads).map(({ ref }) => ref)
  return makeFinding('SV-02', aboutService(facts.service.meta), {
    field: null,
    severity: wanting.length > 0 && view.isWholeCluster ? 'error' : 'info',
    message:
      wanting.length > 0
        ? `There is no pod of ${names.join(', ')}.`
        : `Nothing runs behind the Service: ${names.join(', ')} wants no pods now.`,
    evidence: workloads.map(({ ref, desiredReplicas }) => `${ref} wants ${desiredReplicas ?? 'no stated number of'} pods, and has none`),
  })
}
