import { naiveTiers, typesOf } from './naive-calico'
import { naiveFirstMatch, naivePrefixedHolds } from './naive-calico-rule'
import { type NaiveLabels, naiveSelectorHolds } from './naive-calico-selector'
import type { CalicoPacket, CalicoPolicySpec, CalicoRule, CalicoWorld, NaiveCalicoPolicy, NaiveDirection } from './naive-calico-world'

/** Policies on machines, for tests only: what one host endpoint says of a packet, stage by stage. */

export type NaiveHost = {
  readonly name: string
  readonly node: string
  readonly ip: string
  readonly labels: NaiveLabels
  readonly profiles: readonly string[]
}

const FAILSAFE: Readonly<Record<NaiveDirection, readonly string[]>> = {
  ingress: ['TCP 22', 'TCP 179', 'TCP 2379', 'TCP 2380', 'TCP 5473', 'TCP 6443', 'TCP 6666', 'TCP 6667', 'UDP 68'],
  egress: ['UDP 53', 'UDP 67', 'TCP 179', 'TCP 2379', 'TCP 2380', 'TCP 5473', 'TCP 6443', 'TCP 6666', 'TCP 6667'],
}

export function naiveHostAllows(
  world: CalicoWorld,
  host: NaiveHost,
  chain: 'local' | 'forwarded',
  direction: NaiveDirection,
  packet: CalicoPacket,
): boolean {
  const selecting = world.policies.filter(({ namespace, spec }) => {
    return namespace === null && selectsHost(spec, host.labels) && typesOf(spec).includes(direction)
  })
  const untracked = selecting.filter(({ spec }) => spec.doNotTrack === true)
  const preDnat = selecting.filter(({ spec }) => spec.preDNAT === true && direction === 'ingress')
  const others = selecting.filter(({ spec }) => spec.doNotTrack !== true && spec.preDNAT !== true)
  const early = [untracked, preDnat].filter((stage) => stage.length > 0)
  const isFailsafe = FAILSAFE[direction].includes(`${packet.protocol} ${packet.port}`)
  if (isFailsafe && (chain === 'local' || early.length > 0)) return true
  for (const stage of early) {
    const decision = decideStage(world, stage, direction, packet, false)
    if (decision !== null) return decision
  }
  const asked = chain === 'local' ? others : others.filter(({ spec }) => spec.applyOnForward === true)
  const decision = decideStage(world, asked, direction, packet, true)
  if (decision !== null) return decision
  if (chain === 'forwarded') return true
  return host.profiles.some((name) => {
    if (name === 'projectcalico-default-allow') return true
    const rules: readonly CalicoRule[] = world.profiles.find((profile) => profile.name === name)?.[direction] ?? []
    return naiveFirstMatch(world, rules, null, packet) === 'allow'
  })
}

/** null: nothing decides. Only stages that end in a drop have an end that decides. */
function decideStage(
  world: CalicoWorld,
  policies: readonly NaiveCalicoPolicy[],
  direction: NaiveDirection,
  packet: CalicoPacket,
  endsInDrop: boolean,
): boolean | null {
  for (const tier of naiveTiers(
    world,
    policies.map(({ spec }) => spec.tier ?? 'default'),
  )) {
    const inTier = policies.filter(({ spec }) => (spec.tier ?? 'default') === tier.name)
    const sorted = [...inTier].sort((a, b) => {
      const [first, second] = [a.spec.order ?? Number.POSITIVE_INFINITY, b.spec.order ?? Number.POSITIVE_INFINITY]
      return first === second ? (a.name < b.name ? -1 : 1) : first - second
    })
    let decision: string | null = null
    for (const { spec } of sorted) decision ??= naiveFirstMatch(world, spec[direction] ?? [], null, packet)
    if (decision === null && sorted.length > 0 && endsInDrop) decision = tier.defaultAction === 'Pass' ? 'pass' : 'deny'
    if (decision === 'allow' || decision === 'deny') return decision === 'allow'
  }
  return null
}

/** Beside another selector `all()` means every pod. */
function selectsHost({ selector = '', namespaceSelector, serviceAccountSelector }: CalicoPolicySpec, labels: NaiveLabels): boolean {
  const label = namespaceSelector !== undefined ? 'namespace' : serviceAccountSelector !== undefined ? 'serviceaccount' : null
  const own = label === null ? selector : selector.replaceAll('all()', `has(projectcalico.org/${label})`)
  return (
    naiveSelectorHolds(own, labels) &&
    naivePrefixedHolds(namespaceSelector, 'pcns.', labels) &&
    naivePrefixedHolds(serviceAccountSelector, 'pcsa.', labels)
  )
}
