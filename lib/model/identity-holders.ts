import { canonicalAddress, formatCidr, parseCidr } from './address'
import { CidrTable } from './cidr-table'
import type { Cluster, ClusterNode, Pod, Service } from './cluster'
import { compareText } from './compare-text'
import { isRecord } from './fields'
import type { IdentityCandidate } from './identity-candidate'
import type { HeldHostPort, HeldNodePort, HeldService, HolderLookup } from './match-address'
import type { PodRef } from './names'
import { groupOf } from './object-kinds'

/** Everything that one pod holds. */
export type PodHoldings = {
  /** Its own addresses. */
  readonly addresses: readonly string[]
  /** The machine that it is on; null when nothing tells. */
  readonly node: string | null
  /** Addresses of that machine, as far as the pod tells them. */
  readonly nodeAddresses: readonly string[]
  readonly hostPorts: readonly { readonly port: number; readonly held: HeldHostPort }[]
}

const NO_HOLDINGS: PodHoldings = { addresses: [], node: null, nodeAddresses: [], hostPorts: [] }

/** A pod on its node's network has no address of its own, and one that has finished holds nothing any more. */
export function holdingsOf(pod: Pod): PodHoldings {
  if (pod.phase === 'Succeeded' || pod.phase === 'Failed') return NO_HOLDINGS
  const node = pod.nodeName ?? pod.hostIps[0] ?? (pod.hostNetwork ? pod.ips[0] : undefined) ?? null
  const by = pod.hostNetwork ? 'host-network' : 'host-port'
  const hostPorts = pod.containers.flatMap(({ kind, ports }) => {
    if (kind === 'init' || node === null) return []
    return ports.flatMap(({ port, hostPort, protocol }) => {
      const open = pod.hostNetwork ? (hostPort ?? port) : hostPort
      return open === null ? [] : [{ port: open, held: { pod: pod.ref, protocol, by } as const }]
    })
  })
  return {
    addresses: pod.hostNetwork ? [] : pod.ips,
    node,
    nodeAddresses: node === null ? [] : pod.hostNetwork ? [...pod.hostIps, ...pod.ips] : pod.hostIps,
    hostPorts,
  }
}

/** Addresses of a node itself; its host name is none. */
export function nodeAddresses(node: ClusterNode): readonly string[] {
  return node.addresses.flatMap(({ type, address }) => (type === 'Hostname' ? [] : [address]))
}

/** Everything that one Service holds. */
export type ServiceHoldings = {
  readonly clusterIps: readonly { readonly address: string; readonly held: HeldService }[]
  readonly doors: readonly { readonly address: string; readonly held: HeldService }[]
  readonly nodePorts: readonly { readonly port: number; readonly held: HeldNodePort }[]
}

export function serviceHoldings({
  ref,
  type,
  ports,
  clusterIps,
  externalIps,
  loadBalancer,
  healthCheckNodePort,
}: Service): ServiceHoldings {
  if (type === 'ExternalName') return { clusterIps: [], doors: [], nodePorts: [] }
  const held = (by: HeldService['by']) => (address: string) => ({ address, held: { service: ref, ports, by } })
  const opened = type === 'ClusterIP' ? [] : ports
  const checked = type === 'ClusterIP' ? null : healthCheckNodePort
  return {
    clusterIps: clusterIps.map(held('cluster-ip')),
    doors: [...externalIps.map(held('external-ip')), ...loadBalancer.ingress.flatMap(({ ip }) => ip ?? []).map(held('load-balancer'))],
    nodePorts: [
      ...opened.flatMap((port) =>
        port.nodePort === null ? [] : [{ port: port.nodePort, held: { service: ref, port, by: 'node-port' } as const }],
      ),
      ...(checked === null ? [] : [{ port: checked, held: { service: ref, port: null, by: 'health-check' } as const }]),
    ],
  }
}

/** Who holds what in the cluster of one moment. */
export function collectHolders(cluster: Cluster): HolderLookup {
  const nodes = new Map<string, string[]>()
  for (const node of cluster.nodes.values()) for (const address of new Set(nodeAddresses(node))) push(nodes, address, node.name)
  const told = new Map<string, string[]>()
  const pods = new Map<string, PodRef[]>()
  const hostPorts = new Map<string, HeldHostPort[]>()
  for (const pod of cluster.pods.values()) {
    const holdings = holdingsOf(pod)
    for (const address of holdings.nodeAddresses) if (holdings.node !== null) push(told, address, holdings.node)
    for (const address of holdings.addresses) push(pods, address, pod.ref)
    for (const { port, held } of holdings.hostPorts) push(hostPorts, hostPortKey(holdings.node ?? '', port), held)
  }
  const clusterIps = new Map<string, HeldService[]>()
  const doors = new Map<string, HeldService[]>()
  const nodePorts = new Map<number, HeldNodePort[]>()
  for (const service of cluster.services.values()) {
    const holdings = serviceHoldings(service)
    for (const { address, held } of holdings.clusterIps) push(clusterIps, address, held)
    for (const { address, held } of holdings.doors) push(doors, address, held)
    for (const { port, held } of holdings.nodePorts) push(nodePorts, port, held)
  }
  const special = specialAddresses(cluster)
  const ranges = knownRanges(cluster)
  const tables: readonly ReadonlyMap<string, unknown>[] = [pods, clusterIps, doors, nodes, told, special]
  return {
    pods: (address) => pods.get(address) ?? [],
    clusterIps: (address) => clusterIps.get(address) ?? [],
    doors: (address) => doors.get(address) ?? [],
    nodes: (address) => nodes.get(address) ?? toldNode(address, told.get(address) ?? []),
    nodePorts: (port) => nodePorts.get(port) ?? [],
    hostPorts: (node, port) => hostPorts.get(hostPortKey(node, port)) ?? [],
    special: (address) => special.get(address) ?? null,
    range: (address) => ranges.find(address) ?? null,
    isKnown: (text) => tables.some((table) => table.has(text)),
  }
}

/**
 * Where no Node object tells a node's addresses, the pods on it do: the first name that is more than the address.
 * Empty when no pod tells any.
 */
export function toldNode(address: string, names: Iterable<string>): readonly string[] {
  const sorted = [...new Set(names)].sort(compareText)
  return (sorted.some((name) => name !== address) ? sorted.filter((name) => name !== address) : sorted).slice(0, 1)
}

export function hostPortKey(node: string, port: number): string {
  return `${port} ${node}`
}

/** Addresses that mean the same everywhere, and those that the network plugin keeps on each node. */
export function specialAddresses(cluster: Cluster): ReadonlyMap<string, IdentityCandidate> {
  const special = new Map<string, IdentityCandidate>([
    ['169.254.169.254', { kind: 'special', name: 'instance-metadata', node: null }],
    ['fd00:ec2::254', { kind: 'special', name: 'instance-metadata', node: null }],
    ['169.254.20.10', { kind: 'special', name: 'node-local-dns', node: null }],
    ['169.254.7.127', { kind: 'special', name: 'ambient-probe', node: null }],
  ])
  for (const slice of cluster.endpointSlices) {
    if (slice.namespace !== 'default' || slice.service !== 'kubernetes') continue
    for (const endpoint of slice.endpoints) {
      for (const address of endpoint.addresses) special.set(address, { kind: 'special', name: 'kube-apiserver', node: null })
    }
  }
  for (const node of cluster.nodes.values()) {
    for (const name of TUNNEL_ANNOTATIONS) {
      const address = canonicalAddress(node.meta.annotations.get(name) ?? '')
      if (address !== null) special.set(address, { kind: 'special', name: 'node-tunnel', node: node.name })
    }
    if (!node.meta.annotations.has('flannel.alpha.coreos.com/backend-type')) continue
    // flannel gives its own interface the first address of the node's range.
    for (const cidr of node.podCidrs)
      special.set(cidr.slice(0, cidr.indexOf('/')), { kind: 'special', name: 'node-tunnel', node: node.name })
  }
  for (const { meta, body } of cluster.networkObjects) {
    if (
      meta.kind !== 'CiliumNode' ||
      groupOf(meta.apiVersion) !== 'cilium.io' ||
      !isRecord(body.spec) ||
      !Array.isArray(body.spec.addresses)
    )
      continue
    for (const entry of body.spec.addresses) {
      if (!isRecord(entry) || entry.type !== 'CiliumInternalIP' || typeof entry.ip !== 'string') continue
      const address = canonicalAddress(entry.ip)
      if (address !== null) special.set(address, { kind: 'special', name: 'node-tunnel', node: meta.name })
    }
  }
  return special
}

const TUNNEL_ANNOTATIONS = [
  'projectcalico.org/IPv4VXLANTunnelAddr',
  'projectcalico.org/IPv6VXLANTunnelAddr',
  'projectcalico.org/IPv4IPIPTunnelAddr',
  'projectcalico.org/IPv4WireguardInterfaceAddr',
  'projectcalico.org/IPv6WireguardInterfaceAddr',
]

/** Ranges that pods and Services get their addresses from, as far as objects state them. */
export function knownRanges(cluster: Cluster): CidrTable<IdentityCandidate> {
  const ranges = new CidrTable<IdentityCandidate>()
  const add = (text: unknown, candidate: (cidr: string) => IdentityCandidate): void => {
    const cidr = typeof text === 'string' ? parseCidr(text) : null
    if (cidr !== null) ranges.add(cidr, candidate(formatCidr(cidr)))
  }
  for (const node of cluster.nodes.values()) {
    for (const text of node.podCidrs) add(text, (cidr) => ({ kind: 'unknown-pod', cidr, node: node.name }))
  }
  for (const { meta, body } of cluster.networkObjects) {
    const spec = isRecord(body.spec) ? body.spec : {}
    const group = groupOf(meta.apiVersion)
    if (meta.kind === 'IPPool' && group.endsWith('projectcalico.org')) add(spec.cidr, (cidr) => ({ kind: 'unknown-pod', cidr, node: null }))
    if (meta.kind === 'ServiceCIDR' && group === 'networking.k8s.io' && Array.isArray(spec.cidrs)) {
      for (const text of spec.cidrs) add(text, (cidr) => ({ kind: 'unknown-service', cidr }))
    }
    if (meta.kind === 'CiliumNode' && group === 'cilium.io' && isRecord(spec.ipam) && Array.isArray(spec.ipam.podCIDRs)) {
      for (const text of spec.ipam.podCIDRs) add(text, (cidr) => ({ kind: 'unknown-pod', cidr, node: meta.name }))
    }
  }
  return ranges
}

function push<Key, Item>(table: Map<Key, Item[]>, key: Key, item: Item): void {
  const items = table.get(key)
  if (items === undefined) table.set(key, [item])
  else items.push(item)
}
