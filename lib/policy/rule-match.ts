import { type FlowProtocol, PROTOCOLS, type Protocol } from '../model/protocol'
import type { AddressFamily } from './address-set'
import type { CompiledRule, NamedPort, OtherProtocols, PortMatch } from './compiled-policy'
import type { ConnectionSetId, ConnectionSets } from './connection-sets'
import type { End, EndMatcher } from './end'
import type { Condition } from './end-term'
import type { PodClass } from './pod-classes'
import { both, either, type Truth } from './truth'

/** One connection attempt as a pod's policies see it. */
export type Attempt = {
  /** The pod whose policies are asked. */
  readonly subject: End
  /** The other end, seen from the pod whose policies are asked. */
  readonly peer: End
  /** What CIDR rules may be compared with instead of the other end, where the plugin decides that; left out otherwise. */
  readonly peerBefore?: End
  /** The end that is connected to: named ports are resolved there. */
  readonly destination: End
  readonly family: AddressFamily | null
  readonly protocol: FlowProtocol
  readonly port: number
}

/** Whether one rule matches, and what it says of peer and ports apart, for explanations. */
export type RuleMatch = {
  readonly matches: Truth
  readonly peer: Truth
  readonly ports: Truth
  /** True when the rule names ports and the destination has none of them. */
  readonly namesUnresolved: boolean
}

export function matchRule(rule: CompiledRule, attempt: Attempt, matcher: EndMatcher, sets: ConnectionSets): RuleMatch {
  let peer: Truth = 'no'
  for (const condition of rule.peers) {
    peer = either(peer, peerHolds(condition, attempt, matcher))
    if (peer === 'yes') break
  }
  const ports = matchPorts(rule.ports, attempt, sets)
  const self = rule.self.length === 0 ? 'yes' : matcher.holds(rule.self, attempt.subject, attempt.family)
  return {
    matches: both(both(both(peer, ports), self), rule.certainty),
    peer,
    ports,
    namesUnresolved: areNamesUnresolved(rule.ports, attempt, sets),
  }
}

/** Where the address before translation gives another answer than the one after, the plugin decides. */
function peerHolds(condition: Condition, { peer, peerBefore, family }: Attempt, matcher: EndMatcher): Truth {
  const after = matcher.holds(condition, peer, family)
  if (peerBefore === undefined || !condition.some((term) => term.kind === 'addresses' && term.matchesPods)) return after
  return matcher.holds(condition, peerBefore, family) === after ? after : 'nat-dependent'
}

function areNamesUnresolved({ names }: PortMatch, { destination }: Attempt, sets: ConnectionSets): boolean {
  if (names.length === 0 || destination.kind === 'anything') return false
  return destination.kind === 'address' || resolveNames(names, destination.podClass, sets) === sets.none
}

function matchPorts(match: PortMatch, { destination, protocol, port }: Attempt, sets: ConnectionSets): Truth {
  const transport = asTransport(protocol)
  if (transport === null) return match.others[protocol as keyof OtherProtocols]
  const byNumber = sets.has(match.set, transport, port)
  if (match.names.length === 0 && match.exceptNames.length === 0) return byNumber ? 'yes' : 'no'
  if (destination.kind === 'anything') return byNumber && match.exceptNames.length === 0 ? 'yes' : 'unknown-endpoint'
  const podClass = destination.kind === 'pod' ? destination.podClass : null
  return sets.has(portsTowards(match, podClass, sets), transport, port) ? 'yes' : 'no'
}

/** What the names of a rule stand for on one class of destination pods. */
function resolveNames(names: readonly NamedPort[], destination: PodClass, sets: ConnectionSets): ConnectionSetId {
  let set = sets.none
  for (const { name, protocol, within } of names) {
    for (const resolved of destination.namedPorts.get(name) ?? []) {
      if (protocol !== null && protocol !== resolved.protocol) continue
      const port = sets.range(resolved.protocol, resolved.port, resolved.port)
      set = sets.union(set, within === undefined ? port : sets.intersect(port, within))
    }
  }
  return set
}

/** Everything that a rule covers by number or name when the given class is connected to. */
export function portsTowards(match: PortMatch, destination: PodClass | null, sets: ConnectionSets): ConnectionSetId {
  if (destination === null) return match.set
  const named = match.names.length === 0 ? match.set : sets.union(match.set, resolveNames(match.names, destination, sets))
  return match.exceptNames.length === 0 ? named : sets.subtract(named, resolveNames(match.exceptNames, destination, sets))
}

/** The protocol when it is one with ports. */
export function asTransport(protocol: FlowProtocol): Protocol | null {
  return PROTOCOLS.find((candidate) => candidate === protocol) ?? null
}
