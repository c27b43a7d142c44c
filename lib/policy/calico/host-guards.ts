import { matchesCalicoSelector } from '../../model/calico-selector'
import { type AddressSet, coverage, isEmptyAddressSet } from '../address-set'
import type { CompiledPolicy } from '../compiled-policy'
import { addressesOf } from '../footprint'
import type { HostGuard, HostGuards } from '../machines/host-guard'
import { portsOfGuards } from '../machines/ports-of-guards'
import { vendorOf } from '../profile'
import { type AppliedTier, inOrder, UNREADABLE_TIER } from '../tiers'
import type { Direction } from '../types'
import { type CalicoContext, tierNames } from './calico-context'
import { type CalicoPolicyReading, readCalicoPolicy } from './calico-policy'
import { failsafeTier } from './failsafe-ports'
import type { HostEndpoint } from './host-endpoint'
import { hostProfileTier } from './host-profiles'
import { withStaged } from './staged'

/** Reads HostEndpoints and the policies that stand on them; null without HostEndpoints. */
export function calicoHostGuards(context: CalicoContext): HostGuards | null {
  const { hostEndpoints, cluster } = context
  if (hostEndpoints.length === 0) return null
  const ofKind = (kind: string): readonly CalicoPolicyReading[] =>
    cluster.policies
      .filter(({ meta }) => meta.kind === kind && vendorOf(meta.apiVersion) === 'calico')
      .map((raw) => readCalicoPolicy(raw, context))
  const enforced = ofKind('GlobalNetworkPolicy')
  const staged = ofKind('StagedGlobalNetworkPolicy')
  const failsafe = failsafeTier(context)
  const guards = new Map(
    [...hostEndpoints]
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map((host) => [host, new CalicoHostGuard(host, enforced, staged, failsafe, context)] as const),
  )
  const guardOf = (host: HostEndpoint): HostGuard | null => guards.get(host) ?? null
  const byMachine = new Map<string, HostEndpoint[]>()
  for (const host of guards.keys()) {
    if (host.node !== null) byMachine.set(host.node, [...(byMachine.get(host.node) ?? []), host])
  }
  const ofMachine = (name: string): readonly HostEndpoint[] => byMachine.get(name) ?? []
  const profiles = hostEndpoints.flatMap((host) => hostProfileTier(host, context).policies)
  const policies = [...[...enforced, ...staged].map(({ policy }) => policy), ...profiles]
  const directions: readonly Direction[] = ['ingress', 'egress']
  return {
    guardForwarded: [...guards.values()].some((guard) => directions.some((direction) => guard.tiers('forwarded', direction).length > 0)),
    hasPending: staged.length > 0,
    addresses: [...hostEndpoints.map(({ addresses }) => addresses), ...policies.flatMap(addressesOf)],
    policies,
    portsIn: portsOfGuards([...guards.values()]),
    guardsOfForwarding: (machine) => interfacesOf(ofMachine(machine), null).map((host) => host && guardOf(host)),
    guardsOf: ({ node, possible }) => {
      if (node === null) {
        const host = [...guards.keys()].find(({ addresses }) => covers(addresses, possible))
        return host === undefined ? [] : [guardOf(host)]
      }
      if (node.name !== null) return interfacesOf(ofMachine(node.name), possible).map((host) => host && guardOf(host))
      const names = [...cluster.nodes.keys()]
      const some = names.map((name) => interfacesOf(ofMachine(name), null).map((host) => host && guardOf(host)))
      return names.length === 0 ? [...guards.values(), null] : some.flatMap((found) => (found.length === 0 ? [null] : found))
    },
  }
}

function covers(addresses: AddressSet, possible: AddressSet): boolean {
  return !isEmptyAddressSet(addresses) && !isEmptyAddressSet(possible) && coverage(addresses, possible) === 'all'
}

/**
 * The HostEndpoints of one machine, by name, that its traffic may meet, when it uses one of the addresses (null: any).
 * One for a single interface goes before one for all of them; null stands for an interface without any.
 */
function interfacesOf(hosts: readonly HostEndpoint[], possible: AddressSet | null): readonly (HostEndpoint | null)[] {
  const ofAll = hosts.filter(({ isForAllInterfaces }) => isForAllInterfaces).slice(0, 1)
  const ofOne = hosts.filter(({ isForAllInterfaces }) => !isForAllInterfaces)
  const sure = possible === null ? undefined : ofOne.find(({ addresses }) => covers(addresses, possible))
  if (sure !== undefined) return [sure]
  const perhaps = ofOne.filter(
    ({ addresses }) => possible === null || isEmptyAddressSet(addresses) || coverage(addresses, possible) !== 'none',
  )
  if (perhaps.length === 0) return ofAll
  // A machine with a single HostEndpoint is taken to use that interface.
  if (hosts.length === 1) return perhaps
  return [...perhaps, ...(ofAll.length > 0 ? ofAll : [null])]
}

class CalicoHostGuard implements HostGuard {
  readonly machine: string | null
  readonly certainty: HostGuard['certainty']
  private readonly known = new Map<string, readonly AppliedTier[]>()

  constructor(
    private readonly host: HostEndpoint,
    private readonly enforced: readonly CalicoPolicyReading[],
    private readonly staged: readonly CalicoPolicyReading[],
    private readonly failsafe: AppliedTier,
    private readonly context: CalicoContext,
  ) {
    this.machine = host.node
    this.certainty = host.isUnderstood ? 'yes' : 'unsupported-policy'
  }

  tiers(chain: 'local' | 'forwarded', direction: Direction, isPending = false): readonly AppliedTier[] {
    const key = `${chain} ${direction} ${isPending}`
    let tiers = this.known.get(key)
    if (tiers === undefined) {
      tiers = this.compute(chain, direction, this.selecting(isPending))
      this.known.set(key, tiers)
    }
    return tiers
  }

  private selecting(isPending: boolean): readonly CalicoPolicyReading[] {
    const labels = this.context.hostLabelsOf(this.host)
    const all = isPending ? this.withStaged() : this.enforced
    return all.filter(({ subject }) => matchesCalicoSelector(subject, labels))
  }

  private withStaged(): readonly CalicoPolicyReading[] {
    const kept = withStaged(
      this.enforced.map(({ policy }) => policy),
      this.staged.map(({ policy }) => policy),
    )
    return [...this.enforced, ...this.staged].filter(({ policy }) => kept.includes(policy))
  }

  /** Untracked policies, those before destination NAT, then the others; only the others end in a drop. */
  private compute(chain: 'local' | 'forwarded', direction: Direction, policies: readonly CalicoPolicyReading[]): readonly AppliedTier[] {
    const untracked = policies.filter(({ isUntracked }) => isUntracked)
    const preDnat = policies.filter(({ isUntracked, isPreDnat }) => isPreDnat && !isUntracked && direction === 'ingress')
    const normal = policies.filter(({ isForHosts, appliesOnForward }) => !isForHosts && (chain === 'local' || appliesOnForward))
    const early = [...this.inTiers(untracked, direction, true), ...this.inTiers(preDnat, direction, true)]
    const late = this.inTiers(normal, direction, false)
    if (chain === 'forwarded') return early.length === 0 ? late : [this.failsafe, ...early, ...late]
    return [this.failsafe, ...early, ...late, hostProfileTier(this.host, this.context)]
  }

  private inTiers(readings: readonly CalicoPolicyReading[], direction: Direction, isOpenEnded: boolean): readonly AppliedTier[] {
    const policies = readings
      .filter(({ policy }) => policy[direction].applies !== 'no')
      .map(({ policy }): CompiledPolicy => {
        return isOpenEnded ? { ...policy, [direction]: { ...policy[direction], isolates: 'no' } } : policy
      })
    const named = policies.map(({ tier }) => tier).filter((tier) => tier !== UNREADABLE_TIER.name)
    return [UNREADABLE_TIER.name, ...tierNames(this.context, named)].flatMap((name) => {
      const inTier = inOrder(policies.filter(({ tier }) => tier === name))
      return inTier.length === 0 ? [] : [{ name, mode: 'ordered' as const, policies: inTier }]
    })
  }
}
