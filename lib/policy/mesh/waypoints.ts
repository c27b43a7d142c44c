import type { Cluster, Pod } from '../../model/cluster'
import { type Labels, NO_LABELS } from '../../model/labels'
import type { PodRef } from '../../model/names'
import { serviceEndpoints } from '../../model/service-endpoints'
import type { AuthorizationPolicy } from './istio-authorization-policy'
import type { MeshIdentity } from './mesh-connection'
import type { UnreadIstio } from './unread-istio'

/** A proxy of its own on the way to ambient pods, which reads requests. */
export type Waypoint = {
  readonly identity: MeshIdentity
  /** Those attached to it, or to what it stands in front of. */
  readonly policies: readonly AuthorizationPolicy[]
}

const USE = 'istio.io/use-waypoint'
const USE_NAMESPACE = 'istio.io/use-waypoint-namespace'
/** Names the pods of a waypoint, and of every other gateway: they use none themselves. */
const GATEWAY = 'gateway.networking.k8s.io/gateway-name'

/** Finds the waypoint that pods use: by the pod's label, a Service's, or the namespace's. */
export class Waypoints {
  /** null until somebody asks. */
  private users: Users | null = null

  constructor(
    private readonly cluster: Cluster,
    private readonly policies: readonly AuthorizationPolicy[],
    private readonly unread: UnreadIstio,
    private readonly rootNamespace: string,
  ) {}

  /** null when it uses none. */
  of(pod: Pod): Waypoint | null {
    this.users ??= findUsers(this.cluster)
    if (!this.users.areThere || pod.labels.has(GATEWAY)) return null
    const services = this.users.servicesOf.get(pod.ref) ?? []
    const namespaceLabels = this.cluster.namespaces.get(pod.namespace)?.labels ?? NO_LABELS
    const label = [pod.labels, ...services.map(({ labels }) => labels), namespaceLabels].find((labels) => labels.has(USE))
    const name = label?.get(USE)
    if (label === undefined || name === undefined || name === 'none') return null
    const namespace = label.get(USE_NAMESPACE) ?? pod.namespace
    const isFor = (policy: AuthorizationPolicy): boolean =>
      !policy.isDryRun &&
      policy.targets.some(({ kind, name: target }) => {
        switch (kind) {
          case 'Gateway':
            return policy.namespace === namespace && target === name
          case 'GatewayClass':
            return policy.namespace === this.rootNamespace && target === 'istio-waypoint'
          default:
            return services.some((service) => service.namespace === policy.namespace && service.name === target)
        }
      })
    const fronts = [namespace, ...services.map((service) => service.namespace)]
    const policies = [...this.policies.filter(isFor), ...this.unread.policiesFor(...fronts)]
    return { identity: { namespace, serviceAccount: name }, policies }
  }
}

type FrontService = { readonly name: string; readonly namespace: string; readonly labels: Labels }

/** Whether anything names a waypoint, and the Services in front of each pod. */
type Users = { readonly areThere: boolean; readonly servicesOf: ReadonlyMap<PodRef, readonly FrontService[]> }

function findUsers(cluster: Cluster): Users {
  const labelled = [...cluster.namespaces.values(), ...[...cluster.services.values()].map(({ meta }) => meta), ...cluster.pods.values()]
  const servicesOf = new Map<PodRef, FrontService[]>()
  if (!labelled.some(({ labels }) => labels.has(USE))) return { areThere: false, servicesOf }
  for (const service of cluster.services.values()) {
    for (const { pod } of serviceEndpoints(cluster, service)) {
      if (pod === null) continue
      const known = servicesOf.get(pod) ?? []
      known.push({ name: service.name, namespace: service.namespace, labels: service.meta.labels })
      servicesOf.set(pod, known)
    }
  }
  return { areThere: true, servicesOf }
}
