import type { Address } from './address'
import { canonicalAddress, formatAddress, parseAddress } from './address'
import { addressScope, externalGroup } from './address-scope'
import type { ServicePort } from './cluster'
import type { IdentityCandidate } from './identity-candidate'
import type { PodRef, ServiceRef } from './names'
import { nodeProcess } from './node-process'
import type { Protocol } from './protocol'

export type HeldService = {
  readonly service: ServiceRef
  readonly ports: readonly ServicePort[]
  readonly by: 'cluster-ip' | 'load-balancer' | 'external-ip'
}

/** A port that a Service opens on every node. */
export type HeldNodePort = { readonly service: ServiceRef; readonly port: ServicePort | null; readonly by: 'node-port' | 'health-check' }

/** A port that a pod opens on its node. */
export type HeldHostPort = { readonly pod: PodRef; readonly protocol: Protocol; readonly by: 'host-port' | 'host-network' }

/** Who holds which address and port, at one moment or about it. Addresses are canonical; nobody is an empty list. */
export type HolderLookup = {
  pods(address: string): readonly PodRef[]
  clusterIps(address: string): readonly HeldService[]
  /** Load balancer and external addresses. */
  doors(address: string): readonly HeldService[]
  /** Names of nodes. */
  nodes(address: string): readonly string[]
  nodePorts(port: number): readonly HeldNodePort[]
  hostPorts(node: string, port: number): readonly HeldHostPort[]
  special(address: string): IdentityCandidate | null
  range(address: Address): IdentityCandidate | null
  /** True when the text is a canonical address that somebody holds. */
  isKnown(text: string): boolean
}

export type IdentityMatch =
  /** The text is no IP address. */
  | { readonly kind: 'invalid' }
  | { readonly kind: 'certain'; readonly address: string; readonly candidate: IdentityCandidate }
  /** Several hold the address at this moment: all of them, never a guess. */
  | { readonly kind: 'uncertain'; readonly address: string; readonly candidates: readonly IdentityCandidate[] }

/** Names an address: exact addresses come before ranges, and a bare node address is nothing but the node without a port. */
export function matchAddress(holders: HolderLookup, ip: string, port: number | null, protocol: Protocol | null): IdentityMatch {
  const key = holders.isKnown(ip) ? ip : canonicalAddress(ip)
  const address = key === null ? null : parseAddress(key)
  if (key === null || address === null) return { kind: 'invalid' }
  const found = oncePerName(candidates(holders, key, address, port, protocol))
  const [only] = found
  if (only !== undefined && found.length === 1) return { kind: 'certain', address: formatAddress(address), candidate: only }
  return { kind: 'uncertain', address: formatAddress(address), candidates: found }
}

/** A pod or Service that held the address twice (it was made anew, or its ports changed) is one candidate: as it was last. */
function oncePerName(candidates: readonly IdentityCandidate[]): readonly IdentityCandidate[] {
  if (candidates.length < 2) return candidates
  const byName = new Map<string, IdentityCandidate>()
  for (const candidate of candidates) {
    const { kind } = candidate
    const name = kind === 'pod' ? candidate.pod : kind === 'service' ? candidate.service : kind === 'node' ? candidate.node : ''
    byName.set(`${kind} ${name}`, candidate)
  }
  return [...byName.values()]
}

function candidates(
  holders: HolderLookup,
  key: string,
  address: Address,
  port: number | null,
  protocol: Protocol | null,
): readonly IdentityCandidate[] {
  const pods = holders.pods(key)
  if (pods.length > 0) return pods.map((pod) => ({ kind: 'pod', pod, by: 'pod-address' }))

  const clusterIps = holders.clusterIps(key)
  if (clusterIps.length > 0) return servicesAt(clusterIps, port, protocol)

  const doors = holders.doors(key)
  const nodes = holders.nodes(key)
  if (doors.length > 0) {
    const open = servicesAt(doors, port, protocol)
    // A load balancer that lends node addresses shares them with everything else on the node.
    if (nodes.length === 0 || open.some((candidate) => candidate.kind === 'service' && candidate.port !== null)) return open
  }
  if (nodes.length > 0) return nodes.flatMap((node) => onNode(holders, node, port, protocol))

  const special = holders.special(key)
  if (special !== null) return [special]
  const scope = addressScope(address)
  if (scope === 'loopback') return [{ kind: 'special', name: 'loopback', node: null }]
  return [holders.range(address) ?? { kind: 'external', scope, group: externalGroup(address) }]
}

function onNode(holders: HolderLookup, node: string, port: number | null, protocol: Protocol | null): readonly IdentityCandidate[] {
  const bare: IdentityCandidate = { kind: 'node', node, process: port === null ? null : nodeProcess(port) }
  if (port === null) return [bare]
  const nodePorts = holders.nodePorts(port).filter((held) => fits(held.port?.protocol ?? 'TCP', protocol))
  if (nodePorts.length > 0) {
    return nodePorts.map(({ service, port: servicePort, by }) => ({ kind: 'service', service, port: servicePort, by }))
  }
  const pods = holders.hostPorts(node, port).filter((held) => fits(held.protocol, protocol))
  return pods.length > 0 ? pods.map(({ pod, by }) => ({ kind: 'pod', pod, by })) : [bare]
}

/** Services that hold an address: those with the port where some have it, else all of them without a port. */
function servicesAt(held: readonly HeldService[], port: number | null, protocol: Protocol | null): readonly IdentityCandidate[] {
  const exact = held.flatMap(({ service, ports, by }) =>
    ports
      .filter((candidate) => candidate.port === port && fits(candidate.protocol, protocol))
      .map((servicePort): IdentityCandidate => ({ kind: 'service', service, port: servicePort, by })),
  )
  const services = new Map(exact.map((candidate) => [candidate.kind === 'service' ? candidate.service : '', candidate]))
  if (services.size > 0) return [...services.values()]
  return held.map(({ service, by }) => ({ kind: 'service', service, port: null, by }))
}

function fits(protocol: Protocol, wanted: Protocol | null): boolean {
  return wanted === null || protocol === wanted
}
