import type { CidrTable } from './cidr-table'
import type { Cluster, ClusterNode, Pod, Service } from './cluster'
import { HoldTable } from './hold-table'
import type { Identity } from './identity'
import type { IdentityCandidate } from './identity-candidate'
import {
  holdingsOf,
  hostPortKey,
  knownRanges,
  nodeAddresses,
  type PodHoldings,
  type ServiceHoldings,
  serviceHoldings,
  specialAddresses,
  toldNode,
} from './identity-holders'
import { isEqual } from './is-equal'
import { type HeldHostPort, type HeldNodePort, type HeldService, type HolderLookup, matchAddress } from './match-address'
import type { PodRef, ServiceRef, WorkloadRef } from './names'
import { placesBefore } from './places-before'

/** A pod as the holder of addresses. Pods of one name that follow one another are several. */
type PodHolder = {
  readonly ref: PodRef
  /** null where objects have none. */
  readonly uid: string | null
  readonly workload: WorkloadRef
  readonly holdings: PodHoldings
}

export type IdentityHistoryOptions = {
  /** How long it is remembered who held what. */
  readonly keptMs: number
  /** Ended holds that are remembered at most. */
  readonly limit: number
}

const BEFORE_EVERYTHING = Number.NEGATIVE_INFINITY

/**
 * Who held which address when, so that a flow is named by who had its addresses at its own time. What is there at the
 * first reading counts as having been there always.
 *
 * It follows the readings of one cluster; what ended is forgotten after `keptMs`, and earlier when there is too much of it.
 */
export class IdentityHistory {
  private cluster: Cluster | null = null
  private readonly podsByAddress = new HoldTable<string, PodHolder>()
  private readonly clusterIps = new HoldTable<string, HeldService>()
  private readonly doors = new HoldTable<string, HeldService>()
  private readonly nodes = new HoldTable<string, string>()
  private readonly nodePorts = new HoldTable<number, HeldNodePort>()
  private readonly hostPorts = new HoldTable<string, HeldHostPort>()
  /** Machines of addresses that only pods tell, with how many pods tell it. */
  private readonly toldNodes = new Map<string, Map<string, number>>()
  private readonly podHolders = new Map<PodRef, PodHolder>()
  private readonly serviceHolders = new Map<ServiceRef, ServiceHoldings>()
  private readonly nodeHolders = new Map<string, readonly string[]>()
  private special: ReadonlyMap<string, IdentityCandidate> = new Map()
  private ranges: CidrTable<IdentityCandidate> | null = null
  /** Pods that are gone and still held something not long ago. */
  private readonly gone = new Map<PodRef, PodHolder>()
  private ended: Ended[] = []
  private forgotten = 0
  private changedAt = BEFORE_EVERYTHING

  constructor(private readonly options: IdentityHistoryOptions) {}

  /** Takes the next reading of the cluster. */
  follow(cluster: Cluster, now: number): void {
    const before = this.cluster
    if (before === cluster) return
    this.cluster = cluster
    if (before !== null && (before.pods !== cluster.pods || before.services !== cluster.services || before.nodes !== cluster.nodes)) {
      this.changedAt = now
    }
    this.followPods(before, cluster, now)
    this.followServices(before, cluster, now)
    this.followNodes(before, cluster, now)
    const { nodes, endpointSlices, networkObjects } = cluster
    if (before?.nodes !== nodes || before.endpointSlices !== endpointSlices || before.networkObjects !== networkObjects) {
      this.special = specialAddresses(cluster)
      this.ranges = knownRanges(cluster)
    }
    this.prune(now)
  }

  /** Who holds what now. */
  readonly current: Identity = {
    byAddress: (ip, port, protocol = null) => matchAddress(this.lookup(null), ip, port, protocol),
    workloadOf: (pod) => (this.podHolders.get(pod) ?? this.gone.get(pod))?.workload ?? null,
  }

  /** Who held what at a moment that is only known to be between the two: all that fit are candidates. */
  between(from: number, to: number): Identity {
    return { ...this.current, byAddress: (ip, port, protocol = null) => matchAddress(this.lookup({ from, to }), ip, port, protocol) }
  }

  /** True when `current` names the address and port for every moment since this one. */
  isSettled(address: string, port: number | null, since: number): boolean {
    if (this.changedAt < since) return true
    const isSettledAddress = [this.podsByAddress, this.clusterIps, this.doors, this.nodes].every((table) =>
      table.isSettledSince(address, since),
    )
    if (!isSettledAddress || port === null) return isSettledAddress
    const nodes = this.nodesAt(address)
    if (nodes.length === 0) return true
    return (
      this.nodePorts.isSettledSince(port, since) && nodes.every((node) => this.hostPorts.isSettledSince(hostPortKey(node, port), since))
    )
  }

  /** How much is remembered, and how much had to be forgotten before its time. */
  usage(): { readonly ended: number; readonly limit: number; readonly forgottenEarly: number } {
    return { ended: this.ended.length, limit: this.options.limit, forgottenEarly: this.forgotten }
  }

  private lookup(time: { readonly from: number; readonly to: number } | null): HolderLookup {
    const find = <Key, Value>(table: HoldTable<Key, Value>, key: Key): readonly Value[] =>
      time === null ? table.now(key) : table.between(key, time.from, time.to).map(({ value }) => value)
    return {
      pods: (address) => [...new Set(find(this.podsByAddress, address).map(({ ref }) => ref))],
      clusterIps: (address) => find(this.clusterIps, address),
      doors: (address) => find(this.doors, address),
      nodes: (address) => {
        const nodes = [...new Set(find(this.nodes, address))]
        return nodes.length > 0 ? nodes : toldNode(address, this.toldNodes.get(address)?.keys() ?? [])
      },
      nodePorts: (port) => find(this.nodePorts, port),
      hostPorts: (node, port) => find(this.hostPorts, hostPortKey(node, port)),
      special: (address) => this.special.get(address) ?? null,
      range: (address) => this.ranges?.find(address) ?? null,
      isKnown: (text) =>
        this.podsByAddress.has(text) ||
        this.clusterIps.has(text) ||
        this.doors.has(text) ||
        this.nodes.has(text) ||
        this.toldNodes.has(text) ||
        this.special.has(text),
    }
  }

  private nodesAt(address: string): readonly string[] {
    const stated = this.nodes.now(address)
    return stated.length > 0 ? stated : toldNode(address, this.toldNodes.get(address)?.keys() ?? [])
  }

  private followPods(before: Cluster | null, { pods }: Cluster, now: number): void {
    if (before?.pods === pods) return
    const [old, list] = [[...(before?.pods.values() ?? [])], [...pods.values()]]
    const places = placesBefore(old, list)
    const isThere = new Uint8Array(old.length)
    for (const place of places) if (place !== -1) isThere[place] = 1
    const kept = new Set<PodRef>()
    const changed: Pod[] = []
    for (const [index, pod] of list.entries()) {
      if (places[index] !== -1) continue
      const known = this.podHolders.get(pod.ref)
      if (known !== undefined && isSameHolder(known, pod)) kept.add(pod.ref)
      else changed.push(pod)
    }
    for (const [index, pod] of old.entries()) if (isThere[index] === 0 && !kept.has(pod.ref)) this.closePod(pod.ref, now)
    for (const pod of changed) this.openPod(pod, before === null ? BEFORE_EVERYTHING : now)
  }

  private openPod(pod: Pod, from: number): void {
    const holder: PodHolder = { ref: pod.ref, uid: pod.meta.uid, workload: pod.workload, holdings: holdingsOf(pod) }
    const earlier = this.gone.get(pod.ref)
    // Of a pod that is new to us the addresses may be as old as the pod.
    const since = earlier?.uid === holder.uid ? from : Math.min(from, pod.meta.createdAt ?? from)
    this.podHolders.set(pod.ref, holder)
    for (const address of holder.holdings.addresses) this.podsByAddress.open(address, holder, since)
    for (const { port, held } of holder.holdings.hostPorts) this.hostPorts.open(hostPortKey(holder.holdings.node ?? '', port), held, since)
    for (const address of holder.holdings.nodeAddresses) this.tellNode(address, holder.holdings.node ?? '', 1)
  }

  private closePod(ref: PodRef, now: number): void {
    const holder = this.podHolders.get(ref)
    if (holder === undefined) return
    this.podHolders.delete(ref)
    const { holdings } = holder
    for (const address of holdings.addresses) this.close(this.podsByAddress, address, holder, now)
    for (const { port, held } of holdings.hostPorts) this.close(this.hostPorts, hostPortKey(holdings.node ?? '', port), held, now)
    for (const address of holdings.nodeAddresses) this.tellNode(address, holdings.node ?? '', -1)
    this.gone.set(ref, holder)
    const forget = (): void => {
      if (this.gone.get(ref) === holder) this.gone.delete(ref)
    }
    this.ended.push({ until: now, forget })
  }

  private tellNode(address: string, node: string, change: 1 | -1): void {
    const told = this.toldNodes.get(address) ?? new Map<string, number>()
    const count = (told.get(node) ?? 0) + change
    if (count > 0) told.set(node, count)
    else told.delete(node)
    if (told.size > 0) this.toldNodes.set(address, told)
    else this.toldNodes.delete(address)
  }

  private followServices(before: Cluster | null, { services }: Cluster, now: number): void {
    if (before?.services === services) return
    const from = before === null ? BEFORE_EVERYTHING : now
    for (const [ref, service] of before?.services ?? []) if (services.get(ref) !== service) this.replaceService(ref, services.get(ref), now)
    for (const [ref, service] of services) if (!this.serviceHolders.has(ref)) this.openService(service, from)
  }

  private replaceService(ref: ServiceRef, next: Service | undefined, now: number): void {
    const holdings = this.serviceHolders.get(ref)
    if (holdings === undefined || (next !== undefined && isEqual(holdings, serviceHoldings(next)))) return
    this.serviceHolders.delete(ref)
    for (const { address, held } of holdings.clusterIps) this.close(this.clusterIps, address, held, now)
    for (const { address, held } of holdings.doors) this.close(this.doors, address, held, now)
    for (const { port, held } of holdings.nodePorts) this.close(this.nodePorts, port, held, now)
  }

  private openService(service: Service, from: number): void {
    const holdings = serviceHoldings(service)
    this.serviceHolders.set(service.ref, holdings)
    for (const { address, held } of holdings.clusterIps) this.clusterIps.open(address, held, from)
    for (const { address, held } of holdings.doors) this.doors.open(address, held, from)
    for (const { port, held } of holdings.nodePorts) this.nodePorts.open(port, held, from)
  }

  private followNodes(before: Cluster | null, { nodes }: Cluster, now: number): void {
    if (before?.nodes === nodes) return
    for (const [name, addresses] of this.nodeHolders) {
      const node = nodes.get(name)
      if (node !== undefined && isEqual(nodeAddresses(node), addresses)) continue
      this.nodeHolders.delete(name)
      for (const address of addresses) this.close(this.nodes, address, name, now)
    }
    for (const node of nodes.values()) if (!this.nodeHolders.has(node.name)) this.openNode(node, before === null ? BEFORE_EVERYTHING : now)
  }

  private openNode(node: ClusterNode, from: number): void {
    const addresses = nodeAddresses(node)
    this.nodeHolders.set(node.name, addresses)
    for (const address of addresses) this.nodes.open(address, node.name, from)
  }

  private close<Key, Value>(table: HoldTable<Key, Value>, key: Key, value: Value, now: number): void {
    const hold = table.close(key, value, now)
    if (hold !== null) this.ended.push({ until: now, forget: () => table.forget(key, hold) })
  }

  private prune(now: number): void {
    const oldest = now - this.options.keptMs
    const due = this.ended.findIndex(({ until }) => until >= oldest)
    const old = due === -1 ? this.ended.length : due
    const surplus = Math.max(0, this.ended.length - old - this.options.limit)
    if (old + surplus === 0) return
    for (const { forget } of this.ended.slice(0, old + surplus)) forget()
    this.ended = this.ended.slice(old + surplus)
    this.forgotten += surplus
  }
}

/** Something that nobody holds any more, until it is forgotten. */
type Ended = {
  readonly until: number
  readonly forget: () => void
}

function isSameHolder(holder: PodHolder, pod: Pod): boolean {
  return holder.uid === pod.meta.uid && holder.workload === pod.workload && isEqual(holder.holdings, holdingsOf(pod))
}
