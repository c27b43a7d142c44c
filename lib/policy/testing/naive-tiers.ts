import {
  type NaiveEnd,
  type NaivePacket,
  type NaivePolicy,
  type NaivePort,
  type NaiveSelector,
  naiveSelects,
  naiveSide,
} from './naive-network-policy'

/**
 * A second evaluator of cluster-scoped policies around NetworkPolicies, for tests only: one packet at a time, down the
 * ladder that the API describes.
 */

export type NaiveClusterPeer = {
  readonly pods: { readonly namespaceSelector: NaiveSelector; readonly podSelector: NaiveSelector }
}

export type NaiveClusterRule = {
  readonly action: 'Accept' | 'Deny' | 'Pass'
  readonly peers: readonly NaiveClusterPeer[]
  readonly ports: readonly NaivePort[]
}

export type NaiveClusterPolicy = {
  readonly tier: 'Admin' | 'Baseline'
  readonly priority: number
  readonly subject: NaiveClusterPeer
  readonly ingress: readonly NaiveClusterRule[]
  readonly egress: readonly NaiveClusterRule[]
}

export type NaiveLayers = { readonly cluster: readonly NaiveClusterPolicy[]; readonly namespaced: readonly NaivePolicy[] }

export function naiveLayersAllow(layers: NaiveLayers, packet: NaivePacket): boolean {
  if (packet.from === packet.to) return true
  return climb(layers, packet.from, packet.to, 'Egress', packet) && climb(layers, packet.to, packet.from, 'Ingress', packet)
}

function climb(layers: NaiveLayers, subject: NaiveEnd, peer: NaiveEnd, type: 'Ingress' | 'Egress', packet: NaivePacket): boolean {
  if (subject.kind === 'address') return true
  const admin = firstMatch(layers.cluster, 'Admin', subject, peer, type, packet)
  if (admin === 'Accept') return true
  if (admin === 'Deny') return false
  const namespaced = naiveSide(layers.namespaced, subject, peer, type, packet, true)
  if (namespaced !== 'not isolated') return namespaced === 'allowed'
  return firstMatch(layers.cluster, 'Baseline', subject, peer, type, packet) !== 'Deny'
}

function firstMatch(
  policies: readonly NaiveClusterPolicy[],
  tier: 'Admin' | 'Baseline',
  subject: NaiveEnd,
  peer: NaiveEnd,
  type: 'Ingress' | 'Egress',
  packet: NaivePacket,
): NaiveClusterRule['action'] | null {
  const inTier = policies.filter((policy) => policy.tier === tier && peerIs(policy.subject, subject))
  for (const policy of [...inTier].sort((a, b) => a.priority - b.priority)) {
    for (const rule of type === 'Ingress' ? policy.ingress : policy.egress) {
      const portMatches = rule.ports.length === 0 || rule.ports.some((port) => portIs(port, packet))
      if (portMatches && rule.peers.some((candidate) => peerIs(candidate, peer))) return rule.action
    }
  }
  return null
}

function peerIs({ pods }: NaiveClusterPeer, end: NaiveEnd): boolean {
  return end.kind === 'pod' && naiveSelects(pods.namespaceSelector, end.namespaceLabels) && naiveSelects(pods.podSelector, end.labels)
}

/** A name counts whatever protocol the container port has; then the protocol is the container port's. */
function portIs(port: NaivePort, { protocol, port: asked, to }: NaivePacket): boolean {
  if (typeof port.port === 'string') {
    return (
      to.kind === 'pod' &&
      to.ports.some((declared) => declared.name === port.port && declared.protocol === protocol && declared.port === asked)
    )
  }
  if ((port.protocol ?? 'TCP') !== protocol) return false
  return port.port === undefined || (asked >= port.port && asked <= (port.endPort ?? port.port))
}
