import { naiveContains } from './naive-address'
import type { CalicoPacket, CalicoPod, CalicoWorld, NaiveDirection } from './naive-calico-world'
import { type NaivePolicy, naiveSelects } from './naive-network-policy'
import type { NaiveClusterPolicy } from './naive-tiers'

/** Policies of the Kubernetes kinds as Calico enforces them, for tests only. */

export function kubernetesSelects({ spec }: NaivePolicy, pod: CalicoPod, direction: NaiveDirection): boolean {
  const types =
    spec.policyTypes !== undefined && spec.policyTypes.length > 0
      ? spec.policyTypes
      : (spec.egress ?? []).length > 0
        ? ['Ingress', 'Egress']
        : ['Ingress']
  return types.includes(direction === 'ingress' ? 'Ingress' : 'Egress') && naiveSelects(spec.podSelector ?? {}, pod.labels)
}

export function kubernetesAllows(
  world: CalicoWorld,
  { namespace, spec }: NaivePolicy,
  direction: NaiveDirection,
  packet: CalicoPacket,
): boolean {
  const rules =
    direction === 'ingress'
      ? (spec.ingress ?? []).map(({ from = [], ports = [] }) => ({ peers: from, ports }))
      : (spec.egress ?? []).map(({ to = [], ports = [] }) => ({ peers: to, ports }))
  const peer = direction === 'ingress' ? packet.source : packet.destination
  return rules.some(({ peers, ports }) => {
    const isPeer = peers.some((candidate) => {
      if ('ipBlock' in candidate) {
        const { cidr, except = [] } = candidate.ipBlock
        return naiveContains(cidr, peer) && !except.some((hole) => naiveContains(hole, peer))
      }
      return world.pods.some(
        (pod) =>
          pod.ips.includes(peer) &&
          (candidate.namespaceSelector === undefined
            ? pod.namespace === namespace
            : naiveSelects(candidate.namespaceSelector, pod.namespaceLabels)) &&
          naiveSelects(candidate.podSelector ?? {}, pod.labels),
      )
    })
    return (peers.length === 0 || isPeer) && (ports.length === 0 || ports.some((port) => kubernetesPort(world, port, packet)))
  })
}

function kubernetesPort(
  world: CalicoWorld,
  { protocol, port, endPort }: { readonly protocol?: string; readonly port?: number | string; readonly endPort?: number },
  packet: CalicoPacket,
): boolean {
  if ((protocol ?? 'TCP') !== packet.protocol) return false
  if (typeof port === 'string') return hasNamedPort(world, port, packet)
  return port === undefined || (packet.port >= port && packet.port <= (endPort ?? port))
}

function hasNamedPort(world: CalicoWorld, name: string, { destination, protocol, port }: CalicoPacket): boolean {
  return world.pods.some(
    (pod) =>
      pod.ips.includes(destination) &&
      pod.ports.some((declared) => declared.name === name && declared.protocol === protocol && declared.port === port),
  )
}

export function clusterDecision(
  world: CalicoWorld,
  policy: NaiveClusterPolicy,
  direction: NaiveDirection,
  packet: CalicoPacket,
): string | null {
  const peer = direction === 'ingress' ? packet.source : packet.destination
  const found = policy[direction].find(
    ({ peers, ports }) =>
      peers.some((candidate) => world.pods.some((pod) => pod.ips.includes(peer) && isAmong(candidate, pod))) &&
      (ports.length === 0 ||
        ports.some((port) =>
          typeof port.port === 'string' ? hasNamedPort(world, port.port, packet) : kubernetesPort(world, port, packet),
        )),
  )
  if (found === undefined) return null
  return found.action === 'Accept' ? 'allow' : found.action.toLowerCase()
}

export function isAmong({ pods }: NaiveClusterPolicy['subject'], pod: CalicoPod): boolean {
  return naiveSelects(pods.namespaceSelector, pod.namespaceLabels) && naiveSelects(pods.podSelector, pod.labels)
}
