import type { Pod, Workload } from '../../model/cluster'
import { NO_LABELS } from '../../model/labels'
import { istioInjection, linkerdInjection, NEVER_INJECTED } from '../../platform/mesh/membership'
import type { ClusterView } from '../cluster-view'
import { aboutWorkload, type FindingDraft, makeFinding } from '../make-finding'

/** MS-01: pods that run without the proxy that their namespace, or they themselves, ask for. */
export function* findMissingProxies(view: ClusterView): Iterable<FindingDraft | null> {
  for (const workload of view.workloads) {
    yield null
    if (NEVER_INJECTED.has(workload.namespace)) continue
    const pods = view.podsOf(workload).filter(({ phase, terminating }) => phase !== 'Succeeded' && phase !== 'Failed' && !terminating)
    const onHost = pods.filter((pod) => pod.hostNetwork && !hasProxy(pod))
    const missing = pods.filter((pod) => !pod.hostNetwork && hasStarted(pod) && !hasProxy(pod))
    const [asking] = missing.flatMap((pod) => wishOf(pod, view) ?? [])
    if (asking !== undefined) {
      const without = missing.filter((pod) => wishOf(pod, view) !== null)
      yield makeFinding('MS-01', about(workload), {
        field: null,
        message: `${count(without, pods)} without the proxy of ${asking.mesh}, although one is asked for.`,
        evidence: [asking.evidence, ...without.map(({ ref }) => ref)],
      })
      continue
    }
    const [onHostAsking] = onHost.flatMap((pod) => wishOf(pod, view) ?? [])
    if (onHostAsking === undefined) continue
    yield makeFinding('MS-01', about(workload), {
      severity: 'info',
      field: null,
      message: `The pods stay outside ${onHostAsking.mesh} although their namespace asks for it: they share the network of their machine.`,
      fix: 'Run the pods on the pod network if they are meant to take part.',
      evidence: [onHostAsking.evidence, 'hostNetwork: true'],
    })
  }
}

function about({ namespace, name, kind, meta }: Workload) {
  return aboutWorkload(namespace, name, kind, meta)
}

function count(some: readonly Pod[], all: readonly Pod[]): string {
  if (all.length === 1) return 'The pod runs'
  return some.length === all.length ? `All ${all.length} pods run` : `${some.length} of ${all.length} pods run`
}

/** A pod of a manifest gets its proxy when it is created. */
function hasStarted({ isImplied, meta }: Pod): boolean {
  return !isImplied && meta.uid !== null
}

function hasProxy({ containers }: Pod): boolean {
  return containers.some(({ name, kind }) => kind !== 'init' && (name === 'istio-proxy' || name === 'linkerd-proxy'))
}

/** What asks for a proxy; null when nothing does, or the pod is to stay out. */
function wishOf(pod: Pod, { cluster }: ClusterView): { readonly mesh: string; readonly evidence: string } | null {
  const namespace = cluster.namespaces.get(pod.namespace)
  const istio = istioInjection(pod, namespace?.labels ?? NO_LABELS)
  if (istio !== null) return istio.isInjected ? { mesh: 'Istio', evidence: istio.evidence } : null
  const linkerd = linkerdInjection(pod, namespace?.meta.annotations ?? NO_LABELS)
  return linkerd?.isInjected ? { mesh: 'Linkerd', evidence: linkerd.evidence } : null
}
