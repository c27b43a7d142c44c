import { formatAddressRange } from './address-set'
import type { CompiledPolicy, CompiledRule } from './compiled-policy'
import { ruleName } from './compiled-policy'
import { describePorts } from './describe-ports'
import type { End } from './end'
import type { Condition, EndTerm } from './end-term'
import type { Evaluation } from './evaluation'
import { type Attempt, asTransport, matchRule } from './rule-match'
import { missingRequirements } from './selector-misses'
import type { AppliedTier } from './tiers'
import type { Direction, NearMiss } from './types'

/** More would not be read; the first ones are the closest. */
const MAX_NEAR_MISSES = 5

/** `distance`: how much would have to differ for the rule to match; smaller is nearer. */
type Miss = { readonly distance: number; readonly cause: NearMiss['cause']; readonly message: string }

/** The allow rules that would have let the attempt through had one thing been different, nearest first. */
export function findNearMisses(tiers: readonly AppliedTier[], direction: Direction, attempt: Attempt, evaluation: Evaluation): NearMiss[] {
  const found: (Miss & { readonly policy: CompiledPolicy; readonly rule: CompiledRule })[] = []
  for (const { policies } of tiers) {
    for (const policy of policies) {
      for (const rule of policy[direction].rules) {
        if (rule.action !== 'allow' || rule.index < 0) continue
        const miss = missOf(rule, attempt, evaluation)
        if (miss !== null) found.push({ ...miss, policy, rule })
      }
    }
  }
  found.sort((a, b) => a.distance - b.distance)
  const nearest = new Map(found.toReversed().map((miss) => [`${miss.policy.ref} ${ruleName(miss.rule)}`, miss]))
  return found
    .filter((miss) => nearest.get(`${miss.policy.ref} ${ruleName(miss.rule)}`) === miss)
    .slice(0, MAX_NEAR_MISSES)
    .map(({ policy, rule, cause, message }) => ({ policy: policy.ref, rule: ruleName(rule), cause, message }))
}

function missOf(rule: CompiledRule, attempt: Attempt, evaluation: Evaluation): Miss | null {
  const match = matchRule(rule, attempt, evaluation.matcher, evaluation.sets)
  if (match.matches !== 'no') return null
  const portMiss = match.ports === 'no' ? missOfPorts(rule, attempt, evaluation, match.namesUnresolved) : null
  if (match.peer !== 'no') return portMiss
  const peerMiss = rule.peers.map((peer) => missOfPeer(peer, attempt, evaluation)).sort((a, b) => a.distance - b.distance)[0]
  if (peerMiss === undefined) return portMiss
  if (portMiss === null) return peerMiss
  return { ...peerMiss, distance: peerMiss.distance + portMiss.distance, message: `${peerMiss.message}; ${portMiss.message}` }
}

function missOfPorts(rule: CompiledRule, { protocol, port }: Attempt, { sets }: Evaluation, namesUnresolved: boolean): Miss {
  const allowed = describePorts(rule.ports, sets)
  const transport = asTransport(protocol)
  if (namesUnresolved && rule.ports.set === sets.none) {
    const names = rule.ports.names.map(({ name }) => `"${name}"`).join(', ')
    return { distance: 0.6, cause: 'named-port', message: `rule allows the port named ${names}, which the destination does not have` }
  }
  const otherProtocol = sets.ranges(rule.ports.set, 'TCP').length > 0 ? 'TCP' : 'UDP'
  if (transport !== null && transport !== otherProtocol && sets.has(rule.ports.set, otherProtocol, port)) {
    return { distance: 0.5, cause: 'protocol', message: `rule allows ${allowed}, you asked ${protocol} ${port}` }
  }
  return {
    distance: 0.5,
    cause: 'port',
    message: `rule allows ${allowed}, you asked ${transport === null ? protocol : `${protocol} ${port}`}`,
  }
}

function missOfPeer(peer: Condition, attempt: Attempt, { matcher }: Evaluation): Miss {
  const misses = peer
    .filter((term) => matcher.termHolds(term, attempt.peer, attempt.family) === 'no')
    .map((term) => missOfTerm(term, attempt.peer))
  const first = misses[0] ?? { distance: 9, cause: 'peer', message: 'rule names somebody else' }
  return { ...first, distance: misses.reduce((sum, miss) => sum + miss.distance, 0) }
}

function missOfTerm(term: EndTerm, end: End): Miss {
  switch (term.kind) {
    case 'pods':
      return end.kind === 'pod' ? missOfLabels(term, end) : { distance: 5, cause: 'peer', message: `${describeEnd(end)}, rule wants a pod` }
    case 'addresses':
      return { distance: 4, cause: 'peer', message: `${describeEnd(end)}, rule wants ${term.text}` }
    case 'expression':
      return { distance: 2, cause: 'peer', message: `${describeEnd(end)}, rule wants ${term.text}` }
    case 'entities':
      return { distance: 4, cause: 'peer', message: `${describeEnd(end)}, rule wants ${[...term.entities].join(' or ')}` }
    case 'nodes':
      return { distance: 6, cause: 'peer', message: `${describeEnd(end)}, rule wants a cluster node` }
    case 'domains':
      return { distance: 6, cause: 'peer', message: `${describeEnd(end)}, rule wants the name ${term.names.join(' or ')}` }
  }
}

function missOfLabels(term: Extract<EndTerm, { kind: 'pods' }>, { podClass: { facts }, namespace }: Extract<End, { kind: 'pod' }>): Miss {
  const parts: string[] = []
  let distance = 0
  let cause: NearMiss['cause'] = 'peer'
  if (term.inNamespace !== null && term.inNamespace !== namespace) {
    parts.push(`namespace ${namespace}, rule wants its own namespace ${term.inNamespace}`)
    distance += 1
    cause = 'namespace'
  }
  if (term.namespaceSelector !== null) {
    for (const miss of missingRequirements(term.namespaceSelector, facts.namespaceLabels)) {
      parts.push(`namespace ${namespace} has ${miss.has}, rule wants ${miss.wants}`)
      distance += miss.distance
      cause = 'namespace'
    }
  }
  if (term.podSelector !== null) {
    for (const miss of missingRequirements(term.podSelector, facts.labels)) {
      parts.push(`${miss.has}, rule wants ${miss.wants}`)
      distance += miss.distance
    }
  }
  return { distance, cause, message: parts.join('; ') }
}

function describeEnd(end: End): string {
  switch (end.kind) {
    case 'pod':
      return `a pod of namespace ${end.namespace}`
    case 'anything':
      return 'an unknown endpoint'
    case 'address': {
      if (end.domain !== null) return `the name ${end.domain}`
      const ipv4 = end.possible[4][0]
      const ipv6 = end.possible[6][0]
      const address = ipv4 !== undefined ? formatAddressRange(4, ipv4) : ipv6 !== undefined ? formatAddressRange(6, ipv6) : 'unknown'
      return end.node === null ? `address ${address}` : `cluster node ${end.node.name ?? address}`
    }
  }
}
