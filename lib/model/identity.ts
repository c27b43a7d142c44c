import type { Address } from './address'
import { canonicalAddress, formatAddress, parseAddress } from './address'
import { addressScope, externalGroup } from './address-scope'
import type { Cluster } from './cluster'
import type { IdentityCandidate } from './identity-candidate'
import type { HeldService } from './identity-holders'
import { collectHolders } from './identity-holders'
import { nodeProcess } from './node-process'
import type { Protocol } from './protocol'

export type IdentityMatch =
  /** The text is no IP address. */
  | { readonly kind: 'invalid' }
  | { readonly kind: 'certain'; readonly address: string; readonly candidate: IdentityCandidate }
  /** Several hold the address at this moment: all of them, never a guess. */
  | { readonly kind: 'uncertain'; readonly address: string; readonly candidates: readonly IdentityCandidate[] }

/** Names addresses by one moment's cluster. */
export type Identity = {
  /**
   * Who holds an address. The port (of that side of the connection) tells Services and node ports apart; null when
   * that side's port says nothing, as the port of a client does.
   */
  byAddress(ip: string, port: number | null, protocol?: Protocol | null): IdentityMatch
}

/** Builds the look-up tables. Exact addresses take one map access, ranges one per prefix length. */
export function buildIdentity(cluster: Cluster): Identity {
  const holders = collectHolders(cluster)

  function candidates(key: string, address: Address, port: number | null, protocol: Protocol | null): readonly IdentityCandidate[] {
    const pods = holders.pods.get(key)
    if (pods !== undefined) return pods.map((pod) => ({ kind: 'pod', pod, by: 'pod-address' }))

    const clusterIps = holders.clusterIps.get(key)
    if (clusterIps !== undefined) return servicesAt(clusterIps, port, protocol)

    const doors = holders.doors.get(key)
    const node = holders.nodes.get(key)
    if (doors !== undefined) {
      const open = servicesAt(doors, port, protocol)
      // A load balancer that lends node addresses shares them with everything else on the node.
      if (node === undefined || open.some((candidate) => candidate.kind === 'service' && candidate.port !== null)) return open
    }
    if (node !== undefined) return onNode(node, port, protocol)

    const special = holders.special.get(key)
    if (special !== undefined) return [special]
    const scope = addressScope(address)
    if (scope === 'loopback') return [{ kind: 'special', name: 'loopback', node: null }]
    return [holders.ranges.find(address) ?? { kind: 'external', scope, group: externalGroup(address) }]
  }

  function onNode(node: string, port: number | null, protocol: Protocol | null): readonly IdentityCandidate[] {
    const bare: IdentityCandidate = { kind: 'node', node, process: port === null ? null : nodeProcess(port) }
    if (port === null) return [bare]
    const nodePorts = (holders.nodePorts.get(port) ?? []).filter((held) => fits(held.port?.protocol ?? 'TCP', protocol))
    if (nodePorts.length > 0) {
      return nodePorts.map(({ service, port: servicePort, by }) => ({ kind: 'service', service, port: servicePort, by }))
    }
    const pods = (holders.hostPorts.get(node)?.get(port) ?? []).filter((held) => fits(held.protocol, protocol))
    return pods.length > 0 ? pods.map(({ pod, by }) => ({ kind: 'pod', pod, by })) : [bare]
  }

  return {
    byAddress(ip, port, protocol = null) {
      const key = holders.isKnown(ip) ? ip : canonicalAddress(ip)
      const address = key === null ? null : parseAddress(key)
      if (key === null || address === null) return { kind: 'invalid' }
      const found = candidates(key, address, port, protocol)
      const [only] = found
      if (only !== undefined && found.length === 1) return { kind: 'certain', address: formatAddress(address), candidate: only }
      return { kind: 'uncertain', address: formatAddress(address), candidates: found }
    },
  }
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
