import { anyMatch, type CidrScope, inCidr, type Match, type Outcomes, podIs, portIs, type WorldPacket } from './naive-matching'
import { type NaivePolicy, type NaiveSelector, naiveSelects } from './naive-network-policy'
import { isSubject, machineOf, type World, type WorldEnd } from './random-world'

/**
 * A second evaluator of the Kubernetes kinds, for tests only: one packet at a time, from the documents, down the ladder
 * that the API describes. What is undefined it tries every way, and keeps every outcome.
 */

export type ScopedPeer = {
  readonly namespaces?: NaiveSelector
  readonly pods?: { readonly namespaceSelector?: NaiveSelector; readonly podSelector?: NaiveSelector }
  readonly networks?: readonly string[]
  readonly nodes?: NaiveSelector
  readonly domainNames?: readonly string[]
}

type Port = { readonly number?: number; readonly range?: { readonly start: number; readonly end: number } }

/** `ports` of the older kinds and `protocols` of the newer one, as documents have them. */
export type ScopedPort = {
  readonly portNumber?: { readonly protocol?: string; readonly port: number }
  readonly portRange?: { readonly protocol?: string; readonly start: number; readonly end: number }
  readonly namedPort?: string
  readonly tcp?: { readonly destinationPort?: Port }
  readonly udp?: { readonly destinationPort?: Port }
  readonly sctp?: { readonly destinationPort?: Port }
  readonly destinationNamedPort?: string
}

export type ScopedRule = {
  readonly action: string
  readonly from?: readonly ScopedPeer[]
  readonly to?: readonly ScopedPeer[]
  readonly ports?: readonly ScopedPort[]
  readonly protocols?: readonly ScopedPort[]
}

/** An AdminNetworkPolicy, a BaselineAdminNetworkPolicy or a ClusterNetworkPolicy. */
export type ScopedPolicy = {
  readonly kind: string
  readonly spec: {
    readonly tier?: string
    readonly priority?: number
    readonly subject: ScopedPeer
    readonly ingress?: readonly ScopedRule[]
    readonly egress?: readonly ScopedRule[]
  }
}

export type KubernetesPolicies = { readonly scoped: readonly ScopedPolicy[]; readonly namespaced: readonly NaivePolicy[] }

/** What the plugin does where the kinds leave it open. */
export type KubernetesSwitches = { readonly ipBlock: CidrScope; readonly networks: CidrScope }

/** Everything that may come of a packet; the pod's own machine is always let in. */
export function naiveKubernetes(world: World, policies: KubernetesPolicies, packet: WorldPacket, switches: KubernetesSwitches): Outcomes {
  const { from, to } = packet
  const egress = isSubject(from) ? climb(world, policies, from, to, 'egress', packet, switches) : ALLOWED
  const isOwnMachine = isSubject(to) && machineOf(world, from)?.name === to.machine
  const ingress = !isSubject(to) || isOwnMachine ? ALLOWED : climb(world, policies, to, from, 'ingress', packet, switches)
  return bothSides(egress, ingress)
}

export const ALLOWED: Outcomes = new Set(['allowed'])
const DENIED: Outcomes = new Set(['denied'])

/** A connection needs both sides. */
export function bothSides(egress: Outcomes, ingress: Outcomes): Outcomes {
  const outcomes = new Set<'allowed' | 'denied'>()
  for (const out of egress) for (const into of ingress) outcomes.add(out === 'allowed' && into === 'allowed' ? 'allowed' : 'denied')
  return outcomes
}

type Direction = 'ingress' | 'egress'

function climb(
  world: World,
  { scoped, namespaced }: KubernetesPolicies,
  subject: WorldEnd,
  peer: WorldEnd,
  direction: Direction,
  packet: WorldPacket,
  switches: KubernetesSwitches,
): Outcomes {
  return ladder(scopedTier(world, scoped, 'Admin', subject, peer, direction, packet, switches.networks), () => {
    const decided = naiveNamespaced(world, namespaced, subject, peer, direction, packet, switches.ipBlock)
    if (decided !== 'not isolated') return decided === 'allowed' ? ALLOWED : DENIED
    return ladder(scopedTier(world, scoped, 'Baseline', subject, peer, direction, packet, switches.networks), () => ALLOWED)
  })
}

export type TierOutcome = 'allow' | 'deny' | 'next'

/** Goes on with what a tier leaves open. */
export function ladder(tier: ReadonlySet<TierOutcome>, next: () => Outcomes): Outcomes {
  const outcomes = new Set<'allowed' | 'denied'>()
  for (const outcome of tier) {
    if (outcome === 'next') for (const one of next()) outcomes.add(one)
    else outcomes.add(outcome === 'allow' ? 'allowed' : 'denied')
  }
  return outcomes
}

/** First match by priority. Policies of equal priority are tried in every order, rules that are uncertain both ways. */
export function scopedTier(
  world: World,
  policies: readonly ScopedPolicy[],
  tier: 'Admin' | 'Baseline',
  subject: WorldEnd,
  peer: WorldEnd,
  direction: Direction,
  packet: WorldPacket,
  networks: CidrScope,
): ReadonlySet<TierOutcome> {
  const selecting = policies.filter(
    (policy) => tierOf(policy) === tier && peerIs(world, policy.spec.subject, subject, packet, networks) === 'yes',
  )
  const outcomes = new Set<TierOutcome>()
  for (const order of ordersByPriority(selecting)) {
    const rules = order.flatMap(({ spec }) => spec[direction] ?? [])
    for (const outcome of walk(rules, (rule) => ruleMatches(world, rule, peer, packet, networks))) outcomes.add(outcome)
  }
  return outcomes
}

function tierOf({ kind, spec }: ScopedPolicy): string {
  if (kind === 'AdminNetworkPolicy') return 'Admin'
  return kind === 'BaselineAdminNetworkPolicy' ? 'Baseline' : (spec.tier ?? '')
}

function ordersByPriority(policies: readonly ScopedPolicy[]): readonly (readonly ScopedPolicy[])[] {
  return permutations(policies).filter((order) =>
    order.every((policy, index) => index === 0 || (order[index - 1]?.spec.priority ?? 0) <= (policy.spec.priority ?? 0)),
  )
}

function permutations<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  if (items.length < 2) return [items]
  return items.flatMap((first, index) => permutations(items.toSpliced(index, 1)).map((rest) => [first, ...rest]))
}

function walk(rules: readonly ScopedRule[], matches: (rule: ScopedRule) => Match): ReadonlySet<TierOutcome> {
  const outcomes = new Set<TierOutcome>()
  for (const rule of rules) {
    const match = matches(rule)
    if (match === 'no') continue
    outcomes.add(rule.action === 'Allow' || rule.action === 'Accept' ? 'allow' : rule.action === 'Deny' ? 'deny' : 'next')
    if (match === 'yes') return outcomes
  }
  return outcomes.add('next')
}

function ruleMatches(world: World, rule: ScopedRule, peer: WorldEnd, packet: WorldPacket, networks: CidrScope): Match {
  const ports = rule.ports ?? rule.protocols ?? []
  if (ports.length > 0 && !ports.some((port) => scopedPortIs(port, packet))) return 'no'
  return anyMatch((rule.from ?? rule.to ?? []).map((one) => peerIs(world, one, peer, packet, networks)))
}

function peerIs(world: World, wanted: ScopedPeer, end: WorldEnd, { family }: WorldPacket, networks: CidrScope): Match {
  if (wanted.domainNames !== undefined) return end.kind === 'outside' ? 'perhaps' : 'no'
  const machine = machineOf(world, end)
  const matches =
    wanted.namespaces !== undefined
      ? podIs(world, end, wanted.namespaces, {})
      : wanted.pods !== undefined
        ? podIs(world, end, wanted.pods.namespaceSelector ?? {}, wanted.pods.podSelector ?? {})
        : wanted.networks !== undefined
          ? wanted.networks.some((cidr) => inCidr(world, end, family, cidr, networks))
          : machine !== null && naiveSelects(wanted.nodes ?? {}, machine.labels)
  return matches ? 'yes' : 'no'
}

function scopedPortIs(port: ScopedPort, packet: WorldPacket): boolean {
  const name = port.namedPort ?? port.destinationNamedPort
  if (name !== undefined) return portIs({ protocol: null, port: name }, packet)
  if (port.portNumber !== undefined) return portIs({ protocol: port.portNumber.protocol ?? 'TCP', port: port.portNumber.port }, packet)
  if (port.portRange !== undefined) {
    const { protocol = 'TCP', start, end } = port.portRange
    return portIs({ protocol, port: start, endPort: end }, packet)
  }
  for (const [protocol, match] of [
    ['TCP', port.tcp],
    ['UDP', port.udp],
    ['SCTP', port.sctp],
  ] as const) {
    if (match === undefined) continue
    const { number, range } = match.destinationPort ?? {}
    const wanted = range === undefined ? (number === undefined ? {} : { port: number }) : { port: range.start, endPort: range.end }
    return portIs({ protocol, ...wanted }, packet)
  }
  return false
}

/** What NetworkPolicies say of one side. */
export function naiveNamespaced(
  world: World,
  policies: readonly NaivePolicy[],
  subject: WorldEnd,
  peer: WorldEnd,
  direction: Direction,
  packet: WorldPacket,
  ipBlock: CidrScope,
): 'not isolated' | 'allowed' | 'denied' {
  if (!isSubject(subject)) return 'not isolated'
  const type = direction === 'ingress' ? 'Ingress' : 'Egress'
  const selecting = policies.filter(
    ({ namespace, spec }) =>
      namespace === subject.namespace && typesOf(spec).includes(type) && naiveSelects(spec.podSelector ?? {}, subject.labels),
  )
  if (selecting.length === 0) return 'not isolated'
  for (const { namespace, spec } of selecting) {
    const rules = direction === 'ingress' ? (spec.ingress ?? []) : (spec.egress ?? [])
    for (const rule of rules) {
      const peers = ('from' in rule ? rule.from : 'to' in rule ? rule.to : undefined) ?? []
      const ports = rule.ports ?? []
      const isPeer = peers.some((one) => {
        if ('ipBlock' in one) {
          const inside = (cidr: string): boolean => inCidr(world, peer, packet.family, cidr, ipBlock)
          return inside(one.ipBlock.cidr) && !(one.ipBlock.except ?? []).some(inside)
        }
        const namespaces = one.namespaceSelector
        if (namespaces === undefined && (!isSubject(peer) || peer.namespace !== namespace)) return false
        return podIs(world, peer, namespaces ?? {}, one.podSelector ?? {})
      })
      const isPort = ports.some(({ protocol = 'TCP', ...port }) => portIs({ protocol, ...port }, packet))
      if ((peers.length === 0 || isPeer) && (ports.length === 0 || isPort)) return 'allowed'
    }
  }
  return 'denied'
}

function typesOf({ policyTypes, egress }: NaivePolicy['spec']): readonly string[] {
  if (policyTypes !== undefined && policyTypes.length > 0) return policyTypes
  return (egress ?? []).length > 0 ? ['Ingress', 'Egress'] : ['Ingress']
}
