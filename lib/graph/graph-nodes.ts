import type { Cluster, Container, Pod, Service, Workload } from '../model/cluster'
import type { Door } from '../model/door'
import { type ExternalNameEnd, followExternalName } from '../model/external-name'
import type { PolicyRef, WorkloadRef } from '../model/names'
import { dataplaneOf, podMesh } from '../platform/mesh/detect-meshes'
import { meshTitle } from '../platform/mesh/membership'
import type { GraphPolicies } from './graph-policies'
import { type Isolation, shieldOf } from './isolation'
import type { ServiceTargets } from './service-targets'
import type { Badge, GraphNode } from './topology'

/** What the rows are made from; the graph index knows it. */
export type NodeFacts = {
  readonly cluster: Cluster
  readonly policies: GraphPolicies
  isSystem(namespace: string): boolean
  workloadsIn(namespace: string): readonly Workload[]
  podsOf(workload: Workload): readonly Pod[]
  isolation(workload: Workload): Isolation
  policiesOf(workload: Workload): readonly PolicyRef[]
  targetsOf(service: Service): ServiceTargets
  doorsTo(workload: WorkloadRef): readonly Door[]
}

/**
 * Rows of the nodes that the cluster's objects make. Each row is made once for an index, so that a row that did not change is
 * the same value in the next topology.
 */
export class GraphNodes {
  readonly #index: NodeFacts
  readonly #rows = new Map<string, GraphNode>()

  constructor(index: NodeFacts) {
    this.#index = index
  }

  /** `isOpen` namespaces are boxes around their workloads and leave the facts to them. */
  namespace(name: string, isOpen: boolean): GraphNode {
    return this.#row(isOpen ? `open ${name}` : name, () => {
      const badges = isOpen ? [] : this.#namespaceBadges(name)
      if (this.#index.isSystem(name)) badges.push({ id: 'system', value: 'part of the cluster itself' })
      return { id: name, kind: 'namespace', ref: name, name, namespace: name, parent: null, lane: 'workload', badges }
    })
  }

  workload(workload: Workload): GraphNode {
    return this.#row(workload.ref, () => ({
      id: workload.ref,
      kind: 'workload',
      ref: workload.ref,
      name: workload.name,
      namespace: workload.namespace,
      parent: workload.namespace,
      lane: 'workload',
      badges: this.#workloadBadges(workload),
    }))
  }

  pod(pod: Pod): GraphNode {
    return this.#row(pod.ref, () => ({
      id: pod.ref,
      kind: 'pod',
      ref: pod.ref,
      name: pod.name,
      namespace: pod.namespace,
      parent: pod.workload,
      lane: 'workload',
      badges: this.#podBadges(pod),
    }))
  }

  container(pod: Pod, container: Container): GraphNode {
    const ref = containerRef(pod, container)
    return this.#row(ref, () => ({
      id: ref,
      kind: 'container',
      ref,
      name: container.name,
      namespace: pod.namespace,
      parent: pod.ref,
      lane: 'workload',
      badges: containerBadges(container),
    }))
  }

  service(service: Service): GraphNode {
    return this.#row(service.ref, () => ({
      id: service.ref,
      kind: 'service',
      ref: service.ref,
      name: service.name,
      namespace: service.namespace,
      parent: service.namespace,
      lane: 'service',
      badges: this.#serviceBadges(service),
    }))
  }

  #row(key: string, make: () => GraphNode): GraphNode {
    const known = this.#rows.get(key)
    if (known !== undefined) return known
    const row = make()
    this.#rows.set(key, row)
    return row
  }

  #namespaceBadges(name: string): Badge[] {
    const workloads = this.#index.workloadsIn(name)
    const badges: Badge[] = [{ id: 'workloads', value: String(workloads.length) }]
    const pods = workloads.flatMap((workload) => this.#index.podsOf(workload))
    badges.push({ id: 'pods', value: readyOf(pods, pods.filter(isWanted).length) })
    const shields = new Set(workloads.map((workload) => this.#index.isolation(workload).shield))
    const [only] = shields
    if (only !== undefined) badges.push(...this.#shield(shields.size === 1 ? only : 'some'))
    const policies = new Set(workloads.flatMap((workload) => this.#index.policiesOf(workload)))
    if (policies.size > 0) badges.push({ id: 'policies', value: String(policies.size) })
    return badges
  }

  #workloadBadges(workload: Workload): Badge[] {
    const pods = this.#index.podsOf(workload)
    const badges: Badge[] = [
      { id: 'pods', value: readyOf(pods, workload.desiredReplicas ?? pods.filter(isWanted).length) },
      ...this.#shield(this.#index.isolation(workload).shield),
    ]
    const policies = this.#index.policiesOf(workload)
    if (policies.length > 0) badges.push({ id: 'policies', value: String(policies.length) })
    badges.push(...podFacts(pods[0], this.#index.cluster))
    const doors = new Set(this.#index.doorsTo(workload.ref).map((door) => door.kind))
    for (const kind of doors) badges.push({ id: 'door', value: kind })
    if (pods.some((pod) => isWaiting(pod))) badges.push({ id: 'problem', value: 'pods are pending or have failed' })
    return badges
  }

  #podBadges(pod: Pod): Badge[] {
    const badges: Badge[] = [{ id: 'pods', value: pod.ready ? '1/1' : '0/1' }]
    const selecting = this.#index.policies.isolation(pod.ref)
    badges.push(...this.#shield(shieldOf(selecting.ingress.length > 0, selecting.egress.length > 0, selecting.isComplete)))
    badges.push(...podFacts(pod, this.#index.cluster))
    if (isWaiting(pod)) badges.push({ id: 'problem', value: `phase ${pod.phase}` })
    if (pod.terminating) badges.push({ id: 'problem', value: 'terminating' })
    return badges
  }

  /** Which directions are isolated, and that it is only on paper where nobody enforces it. */
  #shield(isolated: string): Badge[] {
    const { enforcer } = this.#index.policies
    const badges: Badge[] = [{ id: 'isolated', value: isolated }]
    if (isolated !== 'none' && isolated !== 'unknown' && enforcer.enforces === 'no')
      badges.push({ id: 'not-enforced', value: enforcer.evidence })
    return badges
  }

  #serviceBadges(service: Service): Badge[] {
    const badges: Badge[] = [{ id: 'service-type', value: service.type }]
    if (service.headless) badges.push({ id: 'headless', value: 'no virtual address' })
    if (service.ipFamilies.length > 1 || new Set(service.clusterIps.map(family)).size > 1)
      badges.push({ id: 'dual-stack', value: 'IPv4, IPv6' })
    const alias = followExternalName(this.#index.cluster, service)
    if (alias !== null) badges.push(...aliasProblem(alias.end))
    else if (service.type !== 'ExternalName') {
      const targets = this.#index.targetsOf(service)
      badges.push({ id: 'endpoints', value: `${targets.ready}/${targets.total}` })
      if (targets.problem !== null) badges.push({ id: 'problem', value: targets.problem })
    }
    return badges
  }
}

function aliasProblem(end: ExternalNameEnd): Badge[] {
  if (end.kind === 'loop') return [{ id: 'problem', value: 'an alias of itself' }]
  if (end.kind === 'missing') return [{ id: 'problem', value: `names ${end.service}, which does not exist` }]
  if (end.kind === 'address') return [{ id: 'problem', value: 'names an address, for which DNS has no answer' }]
  return []
}

/** `NS/POD/CONTAINER`. */
export function containerRef(pod: Pod, container: Container): string {
  return `${pod.ref}/${container.name}`
}

function readyOf(pods: readonly Pod[], wanted: number): string {
  return `${pods.filter((pod) => pod.ready).length}/${wanted}`
}

/** A run of a job that ended well is nobody to wait for. */
function isWanted(pod: Pod): boolean {
  return pod.phase !== 'Succeeded'
}

function podFacts(pod: Pod | undefined, cluster: Cluster): Badge[] {
  if (pod === undefined) return []
  const badges: Badge[] = []
  if (pod.hostNetwork) badges.push({ id: 'host-network', value: 'shares the network of its machine' })
  if (new Set(pod.ips.map(family)).size > 1) badges.push({ id: 'dual-stack', value: 'IPv4, IPv6' })
  const mesh = meshWords(pod, cluster)
  if (mesh !== null) badges.push({ id: 'mesh', value: mesh })
  const sidecars = pod.containers.filter(isSidecar)
  if (sidecars.length > 0) badges.push({ id: 'sidecar', value: sidecars.map((container) => container.name).join(', ') })
  return badges
}

const DATAPLANES = { sidecar: 'sidecar', 'native-sidecar': 'native sidecar', ambient: 'ambient' } as const

function meshWords(pod: Pod, cluster: Cluster): string | null {
  const found = podMesh(pod, cluster)
  if (found.mesh === null) return null
  return `${found.isMember === 'yes' ? '' : 'perhaps '}${meshTitle(found.mesh)}, ${DATAPLANES[dataplaneOf(pod, found.dataplane)]}`
}

const KNOWN_SIDECARS = new Set([
  'istio-proxy',
  'linkerd-proxy',
  'envoy',
  'kube-rbac-proxy',
  'cloud-sql-proxy',
  'oauth2-proxy',
  'config-reloader',
  'vault-agent',
])

/** Native sidecars, and containers that are known to stand beside an application. */
export function isSidecar(container: Container): boolean {
  return container.kind === 'sidecar' || (container.kind === 'regular' && KNOWN_SIDECARS.has(container.name))
}

function containerBadges(container: Container): Badge[] {
  const badges: Badge[] = []
  if (isSidecar(container)) badges.push({ id: 'sidecar', value: container.kind === 'sidecar' ? 'native sidecar' : 'sidecar' })
  const ports = container.ports.map(({ port, protocol, name }) => `${port}/${protocol}${name === null ? '' : ` ${name}`}`)
  if (ports.length > 0) badges.push({ id: 'ports', value: ports.join(', ') })
  if (container.restarts > 0) badges.push({ id: 'restarts', value: String(container.restarts) })
  return badges
}

function isWaiting(pod: Pod): boolean {
  return !pod.isImplied && (pod.phase === 'Pending' || pod.phase === 'Failed')
}

function family(address: string): 'IPv4' | 'IPv6' {
  return address.includes(':') ? 'IPv6' : 'IPv4'
}
