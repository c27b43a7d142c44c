import type { Cluster } from '../model/cluster'
import type { Identity } from '../model/identity'
import type { IdentityCandidate } from '../model/identity-candidate'
import { podRef, type ServiceRef, type WorkloadRef, workloadRef } from '../model/names'
import type { FlowProtocol } from '../model/protocol'
import type { FlowEndpoint, ObservedEndpoint } from './flow'
import { isPodsAlike, workloadOfPodsAlike } from './pods-alike'
import { onlyService, servicesOfEnd } from './resolve-service'

/** The port of the end where it is a server's, which tells machines and Services apart; null for clients. */
export type EndPort = { readonly port: number | null; readonly protocol: FlowProtocol }

/** Entities of the contract. Others that a source reports (`health`, `init`, `unmanaged`) are named by address. */
const ENTITIES: ReadonlySet<string> = new Set(['host', 'remote-node', 'kube-apiserver'])

/**
 * Names one end of a flow: by what the record states first (pod, workload, the pod behind a Service, Service, machine), then
 * by address through the cluster, then as something outside (its DNS name, else its address). A pod that the cluster does
 * not know keeps its stated name; nothing is guessed from how names look.
 */
export function resolveEndpoint(end: ObservedEndpoint, at: EndPort, cluster: Cluster, identity: Identity): FlowEndpoint {
  const services = servicesOfEnd(end, cluster)
  const service = onlyService(services, end.namespace) ?? addressedService(end, at, identity)
  const known = { ip: end.ip, group: null, service, candidates: [] }

  if (end.namespace !== null && end.pod !== null) {
    const pod = podRef(end.namespace, end.pod)
    const workload = identity.workloadOf(pod) ?? statedWorkload(end, cluster)
    return { ...known, ref: pod, namespace: end.namespace, workload, pod, identity: 'stated' }
  }
  const workload = statedWorkload(end, cluster)
  if (workload !== null) return { ...known, ref: workload, namespace: end.namespace, workload, pod: null, identity: 'stated' }
  if (services.length > 0) return resolveServed(end, services, at, identity)
  if (end.entity !== null && ENTITIES.has(end.entity)) {
    return { ...known, ref: `entity:${end.entity}`, namespace: null, workload: null, pod: null, identity: 'stated' }
  }
  if (end.ip !== null) {
    const resolved = resolveAddress(end, end.ip, at, identity)
    return service === null || resolved.service !== null ? resolved : { ...resolved, service }
  }

  // Pods of a controller that the cluster does not know keep the name they were given.
  const alike = end.workload?.name
  if (end.namespace !== null && alike !== undefined && isPodsAlike(alike)) {
    return { ...known, ref: podRef(end.namespace, alike), namespace: end.namespace, workload: null, pod: null, identity: 'uncertain' }
  }
  const name = end.names[0]
  if (name !== undefined) return { ...known, ref: `dns:${name}`, namespace: null, workload: null, pod: null, identity: 'stated' }
  const ref = end.entity === 'world' ? 'entity:world' : 'entity:unknown'
  return { ...known, ref, namespace: end.namespace, workload: null, pod: null, identity: end.entity === 'world' ? 'stated' : 'uncertain' }
}

/** The Service that the client addressed, when that is the only one with the address and port. */
function addressedService({ addressed }: ObservedEndpoint, at: EndPort, identity: Identity): ServiceRef | null {
  if (addressed === undefined) return null
  const protocol = at.protocol === 'TCP' || at.protocol === 'UDP' || at.protocol === 'SCTP' ? at.protocol : null
  const match = identity.byAddress(addressed.ip, addressed.port, protocol)
  return match.kind === 'certain' && match.candidate.kind === 'service' ? match.candidate.service : null
}

/** The pod behind a Service where its address is known, else the Service. */
function resolveServed(end: ObservedEndpoint, services: readonly ServiceRef[], at: EndPort, identity: Identity): FlowEndpoint {
  const backend = end.ip === null ? null : resolveAddress(end, end.ip, at, identity)
  const service = onlyService(services, backend?.pod == null ? end.namespace : backend.namespace)
  if (backend !== null && (backend.pod !== null || backend.workload !== null)) return { ...backend, service }
  if (service === null) return { ...NOTHING, ref: 'entity:unknown', ...backend, identity: 'uncertain', candidates: services }
  const namespace = namespaceIn(service.slice('svc:'.length))
  const isStated = end.service !== null
  return { ...NOTHING, ip: end.ip, ref: service, namespace, service, identity: isStated ? 'stated' : 'resolved' }
}

function resolveAddress(end: ObservedEndpoint, ip: string, at: EndPort, identity: Identity): FlowEndpoint {
  const protocol = at.protocol === 'TCP' || at.protocol === 'UDP' || at.protocol === 'SCTP' ? at.protocol : null
  const match = identity.byAddress(ip, at.port, protocol)
  if (match.kind === 'invalid') return { ...NOTHING, ref: 'entity:unknown', identity: 'uncertain' }
  if (match.kind === 'certain') return { ...nameCandidate(match.candidate, end, match.address, identity), ip: match.address }

  // Several hold the address. What they have in common is still certain; more is not said.
  const named = match.candidates.map((candidate) => nameCandidate(candidate, end, match.address, identity))
  const uncertain = { ip: match.address, identity: 'uncertain', candidates: [...new Set(named.map(({ ref }) => ref))] } as const
  const [first] = named
  const workload = first?.workload ?? null
  if (first !== undefined && workload !== null && named.every((each) => each.workload === workload)) {
    return { ...NOTHING, ref: workload, namespace: first.namespace, workload, ...uncertain }
  }
  if (first !== undefined && named.every((each) => each.ref === first.ref)) return { ...first, ...uncertain }
  return { ...NOTHING, ref: `ip:${match.address}`, ...uncertain }
}

const NOTHING = { ip: null, group: null, service: null, namespace: null, workload: null, pod: null, candidates: [] }

function nameCandidate(candidate: IdentityCandidate, end: ObservedEndpoint, address: string, identity: Identity): FlowEndpoint {
  switch (candidate.kind) {
    case 'pod': {
      const { pod } = candidate
      // It may be gone; its name says where it was.
      return { ...NOTHING, ref: pod, namespace: namespaceIn(pod), workload: identity.workloadOf(pod), pod, identity: 'resolved' }
    }
    case 'service': {
      const { service } = candidate
      return { ...NOTHING, ref: service, namespace: namespaceIn(service.slice('svc:'.length)), service, identity: 'resolved' }
    }
    case 'node':
      return { ...NOTHING, ref: 'entity:host', identity: 'resolved' }
    case 'special': {
      if (candidate.name === 'kube-apiserver') return { ...NOTHING, ref: 'entity:kube-apiserver', identity: 'resolved' }
      const isOnMachine = candidate.name !== 'instance-metadata'
      return { ...NOTHING, ref: isOnMachine ? 'entity:host' : `ip:${address}`, identity: 'resolved' }
    }
    case 'unknown-pod':
    case 'unknown-service':
      return { ...NOTHING, ref: `ip:${address}`, namespace: end.namespace, identity: 'uncertain' }
    case 'external': {
      const name = end.names[0]
      const group = `cidr:${candidate.group}`
      if (name !== undefined) return { ...NOTHING, ref: `dns:${name}`, group, identity: 'stated' }
      return { ...NOTHING, ref: `ip:${address}`, group, identity: 'resolved' }
    }
  }
}

/** The namespace of `NS/NAME`. */
function namespaceIn(name: string): string {
  return name.slice(0, name.indexOf('/'))
}

/** The workload that the record names. Without a kind it is the one workload of that name, if there is exactly one. */
function statedWorkload(end: ObservedEndpoint, cluster: Cluster): WorkloadRef | null {
  const { namespace, workload } = end
  if (namespace === null || workload === null) return null
  if (workload.kind !== null) return workloadRef(namespace, workload.name, workload.kind)
  if (isPodsAlike(workload.name)) return workloadOfPodsAlike(namespace, workload.name, cluster)
  const found = WORKLOAD_KINDS.map((kind) => workloadRef(namespace, workload.name, kind)).filter((ref) => cluster.workloads.has(ref))
  const [only] = found
  return found.length === 1 && only !== undefined ? only : null
}

const WORKLOAD_KINDS = ['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob', 'Job', 'ReplicaSet', 'ReplicationController', 'Pod']
