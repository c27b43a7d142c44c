/**
 * A second evaluator of NetworkPolicies, for tests only: one packet at a time, straight from the documents, without
 * classes, sets or anything else of the engine. It is meant to be read beside the specification, not to be fast.
 */

import { naiveContains } from './naive-address'

export type NaiveSelector = {
  readonly matchLabels?: Readonly<Record<string, string>>
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[]
}

export type NaivePeer =
  | { readonly podSelector?: NaiveSelector; readonly namespaceSelector?: NaiveSelector }
  | { readonly ipBlock: { readonly cidr: string; readonly except?: readonly string[] } }

export type NaivePort = { readonly protocol?: string; readonly port?: number | string; readonly endPort?: number }

export type NaivePolicy = {
  readonly namespace: string
  readonly spec: {
    readonly podSelector?: NaiveSelector
    readonly policyTypes?: readonly string[]
    readonly ingress?: readonly { readonly from?: readonly NaivePeer[]; readonly ports?: readonly NaivePort[] }[]
    readonly egress?: readonly { readonly to?: readonly NaivePeer[]; readonly ports?: readonly NaivePort[] }[]
  }
}

export type NaivePod = {
  readonly kind: 'pod'
  readonly name: string
  readonly namespace: string
  readonly namespaceLabels: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
  readonly ip: string
  readonly ports: readonly { readonly name: string; readonly port: number; readonly protocol: string }[]
}

export type NaiveEnd = NaivePod | { readonly kind: 'address'; readonly ip: string }

export type NaivePacket = { readonly from: NaiveEnd; readonly to: NaiveEnd; readonly protocol: string; readonly port: number }

export function naiveAllows(policies: readonly NaivePolicy[], packet: NaivePacket, ipBlockMatchesPodIPs: boolean): boolean {
  const { from, to } = packet
  if (from.kind === 'pod' && to.kind === 'pod' && from === to) return true
  const egress = naiveSide(policies, from, to, 'Egress', packet, ipBlockMatchesPodIPs)
  const ingress = naiveSide(policies, to, from, 'Ingress', packet, ipBlockMatchesPodIPs)
  return egress !== 'denied' && ingress !== 'denied'
}

/** What NetworkPolicies say of one side. */
export function naiveSide(
  policies: readonly NaivePolicy[],
  subject: NaiveEnd,
  peer: NaiveEnd,
  type: 'Ingress' | 'Egress',
  packet: NaivePacket,
  ipBlockMatchesPodIPs: boolean,
): 'not isolated' | 'allowed' | 'denied' {
  if (subject.kind === 'address') return 'not isolated'
  const selecting = policies.filter(
    (policy) =>
      policy.namespace === subject.namespace &&
      typesOf(policy).includes(type) &&
      naiveSelects(policy.spec.podSelector ?? {}, subject.labels),
  )
  if (selecting.length === 0) return 'not isolated'
  for (const policy of selecting) {
    const rules =
      type === 'Ingress'
        ? (policy.spec.ingress ?? []).map((rule) => ({ peers: rule.from ?? [], ports: rule.ports ?? [] }))
        : (policy.spec.egress ?? []).map((rule) => ({ peers: rule.to ?? [], ports: rule.ports ?? [] }))
    for (const { peers, ports } of rules) {
      const peerMatches = peers.length === 0 || peers.some((candidate) => peerIs(candidate, peer, policy.namespace, ipBlockMatchesPodIPs))
      const portMatches = ports.length === 0 || ports.some((port) => portIs(port, packet))
      if (peerMatches && portMatches) return 'allowed'
    }
  }
  return 'denied'
}

function typesOf({ spec }: NaivePolicy): readonly string[] {
  if (spec.policyTypes !== undefined && spec.policyTypes.length > 0) return spec.policyTypes
  return (spec.egress ?? []).length > 0 ? ['Ingress', 'Egress'] : ['Ingress']
}

function peerIs(peer: NaivePeer, end: NaiveEnd, namespace: string, ipBlockMatchesPodIPs: boolean): boolean {
  if ('ipBlock' in peer) {
    if (end.kind === 'pod' && !ipBlockMatchesPodIPs) return false
    return naiveContains(peer.ipBlock.cidr, end.ip) && !(peer.ipBlock.except ?? []).some((hole) => naiveContains(hole, end.ip))
  }
  if (end.kind === 'address') return false
  const namespaceMatches =
    peer.namespaceSelector === undefined ? end.namespace === namespace : naiveSelects(peer.namespaceSelector, end.namespaceLabels)
  return namespaceMatches && (peer.podSelector === undefined || naiveSelects(peer.podSelector, end.labels))
}

function portIs(port: NaivePort, { protocol, port: asked, to }: NaivePacket): boolean {
  if ((port.protocol ?? 'TCP') !== protocol) return false
  if (port.port === undefined) return true
  if (typeof port.port === 'string') {
    return (
      to.kind === 'pod' &&
      to.ports.some((declared) => declared.name === port.port && declared.protocol === protocol && declared.port === asked)
    )
  }
  return asked >= port.port && asked <= (port.endPort ?? port.port)
}

export function naiveSelects(selector: NaiveSelector, labels: Readonly<Record<string, string>>): boolean {
  const has = (key: string): boolean => Object.hasOwn(labels, key)
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) if (!has(key) || labels[key] !== value) return false
  for (const { key, operator, values = [] } of selector.matchExpressions ?? []) {
    const isListed = has(key) && values.includes(labels[key] ?? '')
    if (operator === 'In' && !isListed) return false
    if (operator === 'NotIn' && isListed) return false
    if (operator === 'Exists' && !has(key)) return false
    if (operator === 'DoesNotExist' && has(key)) return false
  }
  return true
}
