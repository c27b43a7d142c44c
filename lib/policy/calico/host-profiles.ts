import { policyRef } from '../../model/names'
import type { RawObject } from '../../model/object'
import { allOthers, type CompiledDirection, type CompiledPolicy, type CompiledRule, EVERYBODY } from '../compiled-policy'
import type { AppliedTier } from '../tiers'
import type { Direction } from '../types'
import { type CalicoContext, PROFILE_TIER } from './calico-context'
import { compileCalicoProfile } from './calico-policy'
import type { HostEndpoint } from './host-endpoint'

/** The profile that Calico gives to the host endpoints it makes itself. */
const OPEN_PROFILE = 'projectcalico-default-allow'

/** What a host endpoint's profiles allow once all tiers have passed; the rest is dropped. */
export function hostProfileTier(host: HostEndpoint, context: CalicoContext): AppliedTier {
  const profiles = host.profiles.flatMap((name, order): readonly CompiledPolicy[] => {
    const raw = context.profiles.get(name)
    if (raw !== undefined) return [compileCalicoProfile(raw, [], order, context).policy]
    return name === OPEN_PROFILE ? [openProfile(order, host.raw, context)] : []
  })
  return { name: PROFILE_TIER, mode: 'ordered', policies: [...profiles, endOf(host)] }
}

function openProfile(order: number, raw: RawObject, { sets }: CalicoContext): CompiledPolicy {
  const rule = (direction: Direction): CompiledRule => ({
    direction,
    index: 0,
    name: null,
    action: 'allow',
    peers: EVERYBODY,
    self: [],
    ports: { set: sets.all, names: [], exceptNames: [], others: allOthers('yes') },
    certainty: 'yes',
  })
  const direction = (direction: Direction): CompiledDirection => ({ applies: 'yes', isolates: 'no', rules: [rule(direction)] })
  return {
    ...policy('Profile', OPEN_PROFILE, raw, order),
    ingress: direction('ingress'),
    egress: direction('egress'),
  }
}

/** The host endpoint itself closes what no profile allows. */
function endOf({ name, raw }: HostEndpoint): CompiledPolicy {
  const closed: CompiledDirection = { applies: 'yes', isolates: 'yes', rules: [] }
  return { ...policy('HostEndpoint', name, raw, Number.POSITIVE_INFINITY), ingress: closed, egress: closed }
}

function policy(kind: string, name: string, raw: RawObject, order: number): Omit<CompiledPolicy, Direction> {
  return { ref: policyRef(kind, null, name), kind, namespace: null, name, raw, tier: PROFILE_TIER, order, subject: [] }
}
