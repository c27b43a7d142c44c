import type { Cluster, Pod, Workload } from '../../model/cluster'
import { daemonEvidence, daemonsOf } from '../daemon'
import { type Evidence, evidenceOf } from '../evidence'
import { type MeshesSeen, type MeshName, meshesSeen, meshOf, meshTitle, type PodMesh } from './membership'

/** How a member takes part: by a proxy beside it, in the newer form that starts first, or by the proxy of its machine. */
export type Dataplane = 'sidecar' | 'native-sidecar' | 'ambient'

/** A service mesh of a cluster. */
export type Mesh = {
  readonly name: 'Istio' | 'Linkerd'
  /** `asked-for`: pods or policies ask for it, and neither its control plane nor a proxy was seen. */
  readonly state: 'running' | 'asked-for'
  readonly evidence: readonly Evidence[]
  /** Pods by the way they take part. */
  readonly members: Readonly<Record<Dataplane, number>>
}

const CONTROL_PLANES: Readonly<Record<MeshName, (workload: Workload) => boolean>> = {
  istio: ({ name, labels }) => labels.get('app') === 'istiod' || /^istiod(-|$)/.test(name),
  linkerd: ({ name, labels }) => labels.get('linkerd.io/control-plane-component') === 'destination' || name === 'linkerd-destination',
}

const known = new WeakMap<Cluster, readonly Mesh[]>()

/** The service meshes of a cluster, by their control planes, the daemons of ambient mode, and proxies in pods. */
export function detectMeshes(cluster: Cluster): readonly Mesh[] {
  const earlier = known.get(cluster)
  if (earlier !== undefined) return earlier
  const seen = meshesSeen(cluster)
  const meshes = (['istio', 'linkerd'] as const).flatMap((mesh) => {
    const running = [...controlPlane(cluster, mesh), ...(mesh === 'istio' ? ambientDaemons(cluster) : [])]
    if (running.length === 0 && !seen[mesh]) return []
    const members = membersOf(cluster, mesh)
    const proxies = members.examples.map((pod) => proxyEvidence(pod, mesh))
    return [
      {
        name: mesh === 'istio' ? ('Istio' as const) : ('Linkerd' as const),
        state: running.length + proxies.length > 0 ? ('running' as const) : ('asked-for' as const),
        evidence: [...running, ...proxies],
        members: members.counts,
      },
    ]
  })
  known.set(cluster, meshes)
  return meshes
}

const seenIn = new WeakMap<Cluster, MeshesSeen>()

/** The mesh that a pod is in. */
export function podMesh(pod: Pod, cluster: Cluster): PodMesh {
  let seen = seenIn.get(cluster)
  if (seen === undefined) {
    seen = meshesSeen(cluster)
    seenIn.set(cluster, seen)
  }
  return meshOf(pod, cluster, seen)
}

function controlPlane(cluster: Cluster, mesh: MeshName): readonly Evidence[] {
  return [...cluster.workloads.values()]
    .filter((workload) => workload.kind === 'Deployment' && CONTROL_PLANES[mesh](workload))
    .map((workload) => {
      const runs = workload.readyReplicas > 0 ? 'runs' : 'has no pod that is ready'
      return evidenceOf(
        'running',
        workload,
        `Deployment ${workload.namespace}/${workload.name} is the control plane of ${meshTitle(mesh)} and ${runs}.`,
      )
    })
}

function ambientDaemons(cluster: Cluster): readonly Evidence[] {
  return daemonsOf(cluster)
    .filter(({ workload }) => workload.name === 'ztunnel' || workload.name === 'istio-cni-node')
    .map((daemon) =>
      daemonEvidence(daemon, daemon.workload.name === 'ztunnel' ? 'the ambient proxy of Istio' : 'the node agent of Istio', cluster),
    )
}

function membersOf(cluster: Cluster, mesh: MeshName) {
  const counts = { sidecar: 0, 'native-sidecar': 0, ambient: 0 }
  const examples: Pod[] = []
  for (const pod of cluster.pods.values()) {
    const found = podMesh(pod, cluster)
    if (found.mesh !== mesh || found.isMember !== 'yes') continue
    counts[dataplaneOf(pod, found.dataplane)]++
    if (examples.length === 0 && proxyOf(pod) !== null) examples.push(pod)
  }
  return { counts, examples }
}

/** The container of a mesh's proxy in a pod; null in a pod without one. */
export function proxyOf({ containers }: Pod): Pod['containers'][number] | null {
  return containers.find(({ name, kind }) => kind !== 'init' && (name === 'istio-proxy' || name === 'linkerd-proxy')) ?? null
}

export function dataplaneOf(pod: Pod, dataplane: 'sidecar' | 'ambient'): Dataplane {
  if (dataplane === 'ambient') return 'ambient'
  return proxyOf(pod)?.kind === 'sidecar' ? 'native-sidecar' : 'sidecar'
}

function proxyEvidence(pod: Pod, mesh: MeshName): Evidence {
  const object = { kind: 'Pod', namespace: pod.namespace, name: pod.name }
  return evidenceOf('running', object, `Pod ${pod.ref} holds the proxy of ${meshTitle(mesh)}.`)
}
