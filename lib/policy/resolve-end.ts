import { type Address, formatAddress, parseAddress, parseCidr } from '../model/address'
import type { Cluster, ClusterNode, Pod } from '../model/cluster'
import { NO_LABELS } from '../model/labels'
import type { PodRef, ServiceRef, WorkloadRef } from '../model/names'
import { serviceEndpoints } from '../model/service-endpoints'
import { type AddressSet, ALL_ADDRESSES, addressSetOf, addressSetOfTexts, isEmptyAddressSet, singleAddress } from './address-set'
import { apiServerAddresses } from './api-server'
import type { End, NodeEnd } from './end'
import { isPolicySubject, type PodClasses } from './pod-classes'

/** One thing that a name of the contract stands for. */
export type Party = {
  /** The name of this part: a pod, an address, a range, an entity. */
  readonly ref: string
  readonly end: End
  /** The pod itself, for what no class knows: where it runs, and whether it is the same pod. */
  readonly pod: Pod | null
  /** True when it stands for other pods like it too, so that it may be another pod than the same one at the other end. */
  readonly isOneOfMany: boolean
}

/** The same parties with one for each class, for questions in which it plays no role where a pod runs. */
export function oneOfEachClass(parties: readonly Party[]): readonly Party[] {
  const classes = new Set<number>()
  return parties.filter(({ end }) => {
    if (end.kind !== 'pod') return true
    if (classes.has(end.podClass.id)) return false
    classes.add(end.podClass.id)
    return true
  })
}

/** True for a cluster machine or a pod in its network. */
export function isMachine({ end }: Party): boolean {
  return end.kind === 'address' && end.node !== null
}

/** Where addresses and namespaces lead. */
type Places = {
  readonly podsByAddress: ReadonlyMap<string, Pod>
  readonly nodesByAddress: ReadonlyMap<string, ClusterNode>
  readonly podsByNamespace: ReadonlyMap<string, readonly Pod[]>
}

function findPlaces(cluster: Cluster): Places {
  const podsByAddress = new Map<string, Pod>()
  const nodesByAddress = new Map<string, ClusterNode>()
  const podsByNamespace = new Map<string, Pod[]>()
  for (const pod of cluster.pods.values()) {
    const siblings = podsByNamespace.get(pod.namespace)
    if (siblings === undefined) podsByNamespace.set(pod.namespace, [pod])
    else siblings.push(pod)
    // The address of a finished pod may already belong to another; a host-network pod's is its node's.
    if (isPolicySubject(pod)) for (const ip of pod.ips) podsByAddress.set(ip, pod)
  }
  for (const node of cluster.nodes.values()) {
    for (const { address } of node.addresses) nodesByAddress.set(address, node)
  }
  return { podsByAddress, nodesByAddress, podsByNamespace }
}

/** Finds the ends that names stand for. */
export class EndResolver {
  /** Made when the first name is looked up: many engines are never asked by name. */
  private places: Places | null = null

  constructor(
    private readonly cluster: Cluster,
    private readonly classes: PodClasses,
  ) {}

  private get known(): Places {
    this.places ??= findPlaces(this.cluster)
    return this.places
  }

  /** Everything the name stands for, pods of one class and one node once. Empty when there is no such thing. */
  resolve(name: string): readonly Party[] {
    const colon = name.indexOf(':')
    if (colon > 0 && !name.slice(0, colon).includes('/')) return this.resolvePrefixed(name, name.slice(0, colon), name.slice(colon + 1))
    if (name.endsWith(']')) return this.distinct(this.cluster.workloads.get(name as WorkloadRef)?.pods ?? [])
    if (name.includes('/')) {
      const pod = this.cluster.pods.get(name as PodRef)
      return pod === undefined ? [] : this.partyOf(pod)
    }
    return this.distinct((this.known.podsByNamespace.get(name) ?? []).map((pod) => pod.ref))
  }

  private resolvePrefixed(name: string, prefix: string, rest: string): readonly Party[] {
    switch (prefix) {
      case 'ip': {
        const address = parseAddress(rest)
        return address === null ? this.resolveRange(name, rest) : this.partyAt(address)
      }
      case 'cidr': {
        const cidr = parseCidr(rest)
        return cidr === null ? [] : [{ ref: name, pod: null, isOneOfMany: false, end: outside(addressSetOf([cidr])) }]
      }
      case 'svc': {
        // A Service opens no connections itself: as a source it stands for the pods behind it.
        const service = this.cluster.services.get(name as ServiceRef)
        return service === undefined ? [] : this.distinct(serviceEndpoints(this.cluster, service).flatMap(({ pod }) => pod ?? []))
      }
      case 'dns':
        return [{ ref: name, pod: null, isOneOfMany: false, end: { ...outside(ALL_ADDRESSES), domain: rest } }]
      case 'entity':
        return this.resolveEntity(name, rest)
      default:
        return []
    }
  }

  /** `A-B`, as ranges are written in answers. */
  private resolveRange(name: string, text: string): readonly Party[] {
    const dash = text.indexOf('-')
    const first = parseAddress(text.slice(0, Math.max(dash, 0)))
    const last = parseAddress(text.slice(dash + 1))
    if (first === null || last === null || first.family !== last.family || first.value > last.value) return []
    const range = [{ first: first.value, last: last.value }]
    return [{ ref: name, pod: null, isOneOfMany: false, end: outside(first.family === 4 ? { 4: range, 6: [] } : { 4: [], 6: range }) }]
  }

  private partyAt(address: Address): readonly Party[] {
    const text = formatAddress(address)
    const pod = this.known.podsByAddress.get(text)
    if (pod !== undefined) return this.partyOf(pod)
    const node = this.known.nodesByAddress.get(text)
    const end = outside(singleAddress(address))
    return [{ ref: `ip:${text}`, pod: null, isOneOfMany: false, end: node === undefined ? end : { ...end, node: nodeEnd(node) } }]
  }

  private resolveEntity(name: string, entity: string): readonly Party[] {
    const party = (end: End): readonly Party[] => [{ ref: name, pod: null, isOneOfMany: false, end }]
    switch (entity) {
      case 'world':
        return party(outside(ALL_ADDRESSES))
      case 'host':
        return party({ ...this.machines(), node: { name: null, labels: NO_LABELS, relation: 'own' } })
      case 'remote-node':
        return party({ ...this.machines(), node: { name: null, labels: NO_LABELS, relation: 'remote' } })
      case 'kube-apiserver':
        return party({ ...outside(this.apiServer()), isApiServer: true })
      case 'unknown':
        return party({ kind: 'anything' })
      default:
        return []
    }
  }

  /** Any address when it is not known. */
  private apiServer(): AddressSet {
    const known = apiServerAddresses(this.cluster)
    return isEmptyAddressSet(known) ? ALL_ADDRESSES : known
  }

  private machines(): Extract<End, { kind: 'address' }> {
    const known = addressSetOfTexts([...this.cluster.nodes.values()].flatMap((node) => node.addresses.map(({ address }) => address)))
    return { ...outside(isEmptyAddressSet(known) ? ALL_ADDRESSES : known), because: 'host-network' }
  }

  private distinct(refs: readonly PodRef[]): readonly Party[] {
    const parties = new Map<string, Party>()
    for (const ref of refs) {
      const pod = this.cluster.pods.get(ref)
      if (pod === undefined) continue
      for (const party of this.partyOf(pod)) {
        const key = party.end.kind === 'pod' ? `${party.end.podClass.id}|${pod.nodeName ?? ''}` : party.ref
        if (!parties.has(key)) parties.set(key, { ...party, isOneOfMany: refs.length > 1 })
      }
    }
    return [...parties.values()]
  }

  /** A finished pod sends and receives nothing: it stands for nobody. */
  private partyOf(pod: Pod): readonly Party[] {
    const podClass = this.classes.byPod.get(pod.ref)
    if (podClass !== undefined) return [{ ref: pod.ref, pod, isOneOfMany: false, end: { kind: 'pod', podClass, namespace: pod.namespace } }]
    return pod.hostNetwork && pod.phase !== 'Succeeded' && pod.phase !== 'Failed'
      ? [{ ref: pod.ref, pod, isOneOfMany: false, end: this.onItsNode(pod) }]
      : []
  }

  /** A host-network pod is its node to every policy. */
  private onItsNode(pod: Pod): End {
    const node = pod.nodeName === null ? undefined : this.cluster.nodes.get(pod.nodeName)
    const stated = addressSetOfTexts([...pod.ips, ...pod.hostIps])
    const known = isEmptyAddressSet(stated) && node !== undefined ? addressSetOfTexts(node.addresses.map(({ address }) => address)) : stated
    return {
      kind: 'address',
      possible: isEmptyAddressSet(known) ? ALL_ADDRESSES : known,
      because: 'host-network',
      node: node === undefined ? { name: pod.nodeName, labels: NO_LABELS, relation: 'by-name' } : nodeEnd(node),
      domain: null,
      isApiServer: false,
    }
  }
}

function outside(possible: AddressSet): Extract<End, { kind: 'address' }> {
  return { kind: 'address', possible, because: 'unknown-endpoint', node: null, domain: null, isApiServer: false }
}

function nodeEnd(node: ClusterNode): NodeEnd {
  return { name: node.name, labels: node.meta.labels, relation: 'by-name' }
}
