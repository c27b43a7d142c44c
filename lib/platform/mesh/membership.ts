import type { Cluster, Pod } from '../../model/cluster'
import { type Labels, NO_LABELS } from '../../model/labels'

export type MeshName = 'istio' | 'linkerd'

/** Whether an end is in a mesh, and how it is known. `perhaps`: the input cannot tell. */
export type MeshMembership = {
  readonly isMember: 'yes' | 'no' | 'perhaps'
  /** One sentence: what was seen, or what is missing. */
  readonly evidence: string
}

/** The mesh that a pod is in, or may be in; `mesh` null when it is surely in none. */
export type PodMesh = MeshMembership &
  (
    | { readonly mesh: MeshName; readonly dataplane: 'sidecar' | 'ambient'; readonly isMember: 'yes' | 'perhaps' }
    | { readonly mesh: null; readonly isMember: 'no' }
  )

/** Which meshes show at all: a namespace that nobody describes can only be in one of these. */
export type MeshesSeen = Readonly<Record<MeshName, boolean>>

const ISTIO_PROXY = 'istio-proxy'
const LINKERD_PROXY = 'linkerd-proxy'

/** Namespaces that no injector touches. */
export const NEVER_INJECTED: ReadonlySet<string> = new Set(['kube-system', 'kube-public', 'kube-node-lease'])

/** The meshes of which an object of the cluster gives a sign. */
export function meshesSeen(cluster: Cluster): MeshesSeen {
  const groups = new Set(cluster.policies.map(({ meta }) => meta.apiVersion.split('/')[0]))
  let istio = groups.has('security.istio.io')
  let linkerd = groups.has('policy.linkerd.io')
  for (const { labels, meta } of cluster.namespaces.values()) {
    istio ||= labels.has('istio-injection') || labels.has('istio.io/rev') || labels.has('istio.io/dataplane-mode')
    linkerd ||= meta.annotations.has('linkerd.io/inject')
  }
  for (const { containers, labels, meta } of cluster.pods.values()) {
    istio ||= containers.some(({ name }) => name === ISTIO_PROXY)
    istio ||= labels.has('sidecar.istio.io/inject') || labels.has('istio.io/rev') || labels.has('istio.io/dataplane-mode')
    linkerd ||= containers.some(({ name }) => name === LINKERD_PROXY) || meta.annotations.has('linkerd.io/inject')
  }
  return { istio, linkerd }
}

/**
 * Tells whether a pod is in a mesh: by its proxy container (also a native sidecar), by the annotation of Istio's node
 * agent, else by what asks for injection. A pod that a cluster has admitted holds its proxy or is no member.
 */
export function meshOf(pod: Pod, cluster: Cluster, seen: MeshesSeen): PodMesh {
  if (pod.hostNetwork) return none('The pod shares the network of its machine, which no mesh takes over.')
  const proxy = pod.containers.find(({ name, kind }) => kind !== 'init' && (name === ISTIO_PROXY || name === LINKERD_PROXY))
  if (proxy !== undefined) {
    const mesh = proxy.name === ISTIO_PROXY ? 'istio' : 'linkerd'
    return member(mesh, 'sidecar', `The pod has the ${proxy.kind === 'sidecar' ? 'sidecar' : 'container'} ${proxy.name}.`)
  }
  const namespace = cluster.namespaces.get(pod.namespace)
  const labels = namespace?.labels ?? NO_LABELS
  const ambient = ambientEvidence(pod, labels)
  if (ambient !== null) return member('istio', 'ambient', ambient)
  if (pod.meta.uid !== null) return none('The pod runs without the proxy of a mesh.')
  if (NEVER_INJECTED.has(pod.namespace)) return none(`Namespace ${pod.namespace} is left out by every mesh.`)
  const istio = istioInjection(pod, labels)
  if (istio?.isInjected === true) return member('istio', 'sidecar', istio.evidence)
  const linkerd = linkerdInjection(pod, namespace?.meta.annotations ?? NO_LABELS)
  if (linkerd?.isInjected === true) return member('linkerd', 'sidecar', linkerd.evidence)
  const refusal = istio ?? linkerd
  if (refusal !== null) return none(refusal.evidence)
  if (namespace !== undefined && !namespace.isImplied) return none(`Nothing on the pod or namespace ${pod.namespace} asks for a mesh.`)
  const mesh = seen.istio ? 'istio' : seen.linkerd ? 'linkerd' : null
  if (mesh === null) return none('No sign of a mesh.')
  const evidence = `The input does not say how namespace ${pod.namespace} is labelled, so its pods may be in ${meshTitle(mesh)}.`
  return { mesh, dataplane: 'sidecar', isMember: 'perhaps', evidence }
}

export function meshTitle(mesh: MeshName): string {
  return mesh === 'istio' ? 'Istio' : 'Linkerd'
}

type Injection = { readonly isInjected: boolean; readonly evidence: string }

function ambientEvidence(pod: Pod, namespaceLabels: Labels): string | null {
  if (pod.meta.annotations.get('ambient.istio.io/redirection') === 'enabled') {
    return 'The pod carries the annotation ambient.istio.io/redirection=enabled.'
  }
  const own = pod.labels.get('istio.io/dataplane-mode')
  if (own === 'ambient') return 'The pod carries the label istio.io/dataplane-mode=ambient.'
  if (own !== undefined || namespaceLabels.get('istio.io/dataplane-mode') !== 'ambient') return null
  return `Namespace ${pod.namespace} carries the label istio.io/dataplane-mode=ambient.`
}

/** What Istio's injector would do; null when nothing speaks of it. The namespace's refusal is final, then the pod decides. */
export function istioInjection(pod: Pod, namespaceLabels: Labels): Injection | null {
  const namespaced = namespaceLabels.get('istio-injection')
  if (namespaced === 'disabled') return refused(`Namespace ${pod.namespace} carries the label istio-injection=disabled.`)
  const own = pod.labels.get('sidecar.istio.io/inject') ?? pod.meta.annotations.get('sidecar.istio.io/inject')
  if (own === 'false') return refused('The pod asks with sidecar.istio.io/inject=false to stay out of Istio.')
  if (namespaced === 'enabled') return injected(`Namespace ${pod.namespace} carries the label istio-injection=enabled.`)
  const revision = namespaceLabels.get('istio.io/rev')
  if (revision !== undefined) return injected(`Namespace ${pod.namespace} carries the label istio.io/rev=${revision}.`)
  if (own === 'true') return injected('The pod asks with sidecar.istio.io/inject=true for a sidecar.')
  const podRevision = pod.labels.get('istio.io/rev')
  return podRevision === undefined ? null : injected(`The pod carries the label istio.io/rev=${podRevision}.`)
}

export function linkerdInjection(pod: Pod, namespaceAnnotations: Labels): Injection | null {
  const own = pod.meta.annotations.get('linkerd.io/inject')
  const value = own ?? namespaceAnnotations.get('linkerd.io/inject')
  if (value === undefined) return null
  const evidence = `${own === undefined ? `Namespace ${pod.namespace}` : 'The pod'} carries the annotation linkerd.io/inject=${value}.`
  return value === 'enabled' || value === 'ingress' ? injected(evidence) : refused(evidence)
}

function injected(evidence: string): Injection {
  return { isInjected: true, evidence }
}

function refused(evidence: string): Injection {
  return { isInjected: false, evidence }
}

function member(mesh: MeshName, dataplane: 'sidecar' | 'ambient', evidence: string): PodMesh {
  return { mesh, dataplane, isMember: 'yes', evidence }
}

function none(evidence: string): PodMesh {
  return { mesh: null, isMember: 'no', evidence }
}
