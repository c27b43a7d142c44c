import { canonicalAddress, formatCidr, parseCidr } from './address'
import { CidrTable } from './cidr-table'
import type { Cluster, Service, ServicePort } from './cluster'
import { isRecord } from './fields'
import type { IdentityCandidate } from './identity-candidate'
import type { PodRef, ServiceRef } from './names'
import { groupOf } from './object-kinds'
import type { Protocol } from './protocol'

export type HeldService = {
  readonly service: ServiceRef
  readonly ports: readonly ServicePort[]
  readonly by: 'cluster-ip' | 'load-balancer' | 'external-ip'
}

/** Who holds which address. Keys are canonical addresses. */
export type Holders = {
  readonly pods: ReadonlyMap<string, readonly PodRef[]>
  readonly clusterIps: ReadonlyMap<string, readonly HeldService[]>
  /** Load balancer and external addresses. */
  readonly doors: ReadonlyMap<string, readonly HeldService[]>
  /** Addresses of cluster nodes to the node's name. */
  readonly nodes: ReadonlyMap<string, string>
  /** Ports open on every node. */
  readonly nodePorts: ReadonlyMap<
    number,
    readonly { readonly service: ServiceRef; readonly port: ServicePort | null; readonly by: 'node-port' | 'health-check' }[]
  >
  /** Ports that pods open on their node, by node and port. */
  readonly hostPorts: ReadonlyMap<
    string,
    ReadonlyMap<number, readonly { readonly pod: PodRef; readonly protocol: Protocol; readonly by: 'host-port' | 'host-network' }[]>
  >
  readonly special: ReadonlyMap<string, IdentityCandidate>
  readonly ranges: CidrTable<IdentityCandidate>
  /** True when the text is a canonical address that one of the tables holds. */
  isKnown(text: string): boolean
}

export function collectHolders(cluster: Cluster): Holders {
  const pods = new Map<string, PodRef[]>()
  const nodes = new Map<string, string>()
  const hostPorts = new Map<string, Map<number, { pod: PodRef; protocol: Protocol; by: 'host-port' | 'host-network' }[]>>()

  for (const node of cluster.nodes.values()) {
    for (const { type, address } of node.addresses) if (type !== 'Hostname') nodes.set(address, node.name)
  }
  for (const pod of cluster.pods.values()) {
    if (pod.phase === 'Succeeded' || pod.phase === 'Failed') continue
    const node = pod.nodeName ?? pod.hostIps[0] ?? (pod.hostNetwork ? pod.ips[0] : undefined)
    if (node !== undefined) {
      // Where no Node object tells a node's addresses, the pods on it do.
      for (const ip of pod.hostNetwork ? [...pod.hostIps, ...pod.ips] : pod.hostIps) if (!nodes.has(ip)) nodes.set(ip, node)
    }
    if (!pod.hostNetwork) for (const ip of pod.ips) push(pods, ip, pod.ref)

    if (node === undefined) continue
    for (const container of pod.containers) {
      if (container.kind === 'init') continue
      for (const { port, hostPort, protocol } of container.ports) {
        const open = pod.hostNetwork ? (hostPort ?? port) : hostPort
        if (open === null) continue
        let ports = hostPorts.get(node)
        if (ports === undefined) {
          ports = new Map()
          hostPorts.set(node, ports)
        }
        push(ports, open, { pod: pod.ref, protocol, by: pod.hostNetwork ? 'host-network' : 'host-port' })
      }
    }
  }

  const clusterIps = new Map<string, HeldService[]>()
  const doors = new Map<string, HeldService[]>()
  const nodePorts = new Map<number, { service: ServiceRef; port: ServicePort | null; by: 'node-port' | 'health-check' }[]>()
  for (const service of cluster.services.values()) collectService(service, clusterIps, doors, nodePorts)

  const special = specialAddresses(cluster)
  const ranges = knownRanges(cluster)
  const tables: readonly ReadonlyMap<string, unknown>[] = [pods, clusterIps, doors, nodes, special]
  return {
    pods,
    clusterIps,
    doors,
    nodes,
    nodePorts,
    hostPorts,
    special,
    ranges,
    isKnown: (text) => tables.some((table) => table.has(text)),
  }
}

function collectService(
  service: Service,
  clusterIps: Map<string, HeldService[]>,
  doors: Map<string, HeldService[]>,
  nodePorts: Map<number, { service: ServiceRef; port: ServicePort | null; by: 'node-port' | 'health-check' }[]>,
): void {
  const { ref, ports } = service
  if (service.type === 'ExternalName') return
  for (const ip of service.clusterIps) push(clusterIps, ip, { service: ref, ports, by: 'cluster-ip' })
  for (const ip of service.externalIps) push(doors, ip, { service: ref, ports, by: 'external-ip' })
  for (const { ip } of service.loadBalancer.ingress) if (ip !== null) push(doors, ip, { service: ref, ports, by: 'load-balancer' })
  if (service.type === 'ClusterIP') return
  for (const port of ports) if (port.nodePort !== null) push(nodePorts, port.nodePort, { service: ref, port, by: 'node-port' })
  if (service.healthCheckNodePort !== null) push(nodePorts, service.healthCheckNodePort, { service: ref, port: null, by: 'health-check' })
}

/** Addresses that mean the same everywhere, and those that the network plugin keeps on each node. */
function specialAddresses(cluster: Cluster): ReadonlyMap<string, IdentityCandidate> {
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
function knownRanges(cluster: Cluster): CidrTable<IdentityCandidate> {
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
