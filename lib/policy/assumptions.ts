import type { Result } from '../model/problem'
import { PROTOCOLS, type Protocol } from '../model/protocol'
import type { ProfileName } from './types'

/**
 * What a cluster's network plugin does where the policy kinds leave it open. Each is a switch by name
 * (`--assume NAME=VALUE`); docs/verdicts.md says what each one changes.
 */
export type Assumptions = {
  /** NetworkPolicy `ipBlock` also matches pods, by pod address. */
  readonly ipBlockMatchesPodIPs: boolean
  /** `networks` peers of the cluster-scoped kinds also match pods, by pod address. */
  readonly networksMatchPodIPs: boolean
  /** The node that a pod runs on may always reach it. */
  readonly nodeLocalTrafficExempt: boolean
  /** The protocols that make up "all". */
  readonly protocols: readonly Protocol[]
}

const KUBERNETES: Assumptions = {
  ipBlockMatchesPodIPs: true,
  networksMatchPodIPs: true,
  nodeLocalTrafficExempt: true,
  protocols: PROTOCOLS,
}

const DEFAULTS: Readonly<Record<ProfileName, Assumptions>> = {
  kubernetes: KUBERNETES,
  calico: KUBERNETES,
  cilium: { ...KUBERNETES, ipBlockMatchesPodIPs: false, networksMatchPodIPs: false },
}

export function assumptionsOf(profile: ProfileName, overrides: Partial<Assumptions> = {}): Assumptions {
  return { ...DEFAULTS[profile], ...overrides }
}

const SWITCHES = ['ipBlockMatchesPodIPs', 'networksMatchPodIPs', 'nodeLocalTrafficExempt'] as const

/** Reads `NAME=VALUE` as a person writes it after `--assume`. */
export function parseAssumption(text: string): Result<Partial<Assumptions>, string> {
  const equals = text.indexOf('=')
  const name = text.slice(0, equals)
  const value = text.slice(equals + 1)
  const known = SWITCHES.find((candidate) => candidate === name)
  if (known !== undefined) {
    if (value === 'true' || value === 'false') return { ok: true, value: { [known]: value === 'true' } }
    return { ok: false, error: `${known} must be true or false, not "${value}"` }
  }
  if (name === 'protocols') {
    const names = value.split(',')
    const protocols = PROTOCOLS.filter((protocol) => names.includes(protocol))
    if (protocols.length === names.length) return { ok: true, value: { protocols } }
    return { ok: false, error: `protocols must be a comma list of ${PROTOCOLS.join(', ')}, not "${value}"` }
  }
  return { ok: false, error: `"${name}" is no assumption; there are ${[...SWITCHES, 'protocols'].join(', ')}` }
}
