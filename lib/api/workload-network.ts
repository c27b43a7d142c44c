import type { Cluster, Pod } from '../model/cluster'
import { detectDns } from '../platform/dns/detect-dns'
import { deafBecause } from '../platform/dns/service-names'
import { type Dataplane, dataplaneOf, detectMeshes } from '../platform/mesh/detect-meshes'
import { type ServerMtls, serverMtls } from '../policy/mesh/expected-mtls'
import type { MeshLayer } from '../policy/mesh/mesh-layer'

/** What the platform makes of a workload: its part in a mesh, what it asks of clients, how it finds names. */
export type WorkloadNetwork = {
  readonly mesh: WorkloadMesh | null
  /** Why it is in no mesh; null when no mesh shows in the cluster at all. */
  readonly outside: string | null
  readonly dns: {
    readonly policy: string
    /** Domains that short names are tried in, as far as the cluster shows them. */
    readonly searches: readonly string[]
    readonly nameservers: readonly string[]
    readonly ndots: number
    /** Why names of Services mean nothing to it; null when it asks the DNS of the cluster. */
    readonly deaf: string | null
  }
}

export type WorkloadMesh = {
  readonly name: 'Istio' | 'Linkerd'
  readonly isCertain: boolean
  /** The ways in which its pods take part; more than one while they are being replaced. */
  readonly dataplanes: readonly Dataplane[]
  /** Pods that take part, of all. */
  readonly members: number
  readonly total: number
  readonly evidence: string
  /** What it asks of clients. */
  readonly mtls: ServerMtls
}

const DEFAULT_NDOTS = 5

/** null for a workload without pods. */
export function workloadNetwork(pods: readonly Pod[], cluster: Cluster, mesh: MeshLayer): WorkloadNetwork | null {
  const [first] = pods
  if (first === undefined) return null
  return { ...meshPart(pods, cluster, mesh), dns: dnsPart(first, cluster) }
}

function meshPart(pods: readonly Pod[], cluster: Cluster, layer: MeshLayer): Pick<WorkloadNetwork, 'mesh' | 'outside'> {
  const seen = pods.map((pod) => layer.podOf(pod))
  const members = seen.filter(({ mesh }) => mesh.mesh !== null)
  const [member] = members
  if (member === undefined || member.target === null || member.mesh.mesh === null) {
    const evidence = seen[0]?.mesh.evidence ?? ''
    return { mesh: null, outside: detectMeshes(cluster).length > 0 ? evidence : null }
  }
  const dataplanes = members.map(({ pod, mesh }) => dataplaneOf(pod, mesh.mesh === null ? 'sidecar' : mesh.dataplane))
  return {
    outside: null,
    mesh: {
      name: member.mesh.mesh === 'istio' ? 'Istio' : 'Linkerd',
      isCertain: member.mesh.isMember === 'yes',
      dataplanes: [...new Set(dataplanes)].sort(),
      members: members.length,
      total: pods.length,
      evidence: member.mesh.evidence,
      mtls: serverMtls(member.target),
    },
  }
}

function dnsPart(pod: Pod, cluster: Cluster): WorkloadNetwork['dns'] {
  const { policy, searches, nameservers, ndots } = pod.dns
  const { value: zone } = detectDns(cluster).zone
  const deaf = deafBecause(pod)
  const own = deaf === null ? [`${pod.namespace}.svc.${zone}`, `svc.${zone}`, zone] : []
  return { policy, searches: [...new Set([...own, ...searches])], nameservers, ndots: ndots ?? (deaf === null ? DEFAULT_NDOTS : 1), deaf }
}
