import type { Cluster } from '../../model/cluster'
import { compareText } from '../../model/compare-text'
import type { PolicyRef } from '../../model/names'
import { type Enforcer, isEnforcementOpen } from '../../platform/enforcer'
import { type Assumptions, assumptionsOf } from '../../policy/assumptions'
import type { PolicyEngine } from '../../policy/engine'
import type { PolicyEnforcement } from '../../policy/policy-info'
import { recogniseProfile } from '../../policy/profile'
import type { ProfileName } from '../../policy/types'
import { plainLine } from './plain-line'

/** What the answers of a report rest on. */
export type Basis = {
  readonly profile: ProfileName
  /** Why this profile, in a few words. */
  readonly evidence: string
  /** Those that are not the profile's own, by name. */
  readonly assumptions: Partial<Assumptions>
  readonly enforcer: Enforcer
  /** Policies that are no part of the answers as written. */
  readonly notEvaluated: readonly { readonly policy: PolicyRef; readonly because: Exclude<PolicyEnforcement, 'enforced'> }[]
}

export function basisOf(cluster: Cluster, engine: PolicyEngine, isProfileGiven: boolean): Basis {
  const usual = assumptionsOf(engine.profile)
  const names = Object.keys(usual).sort() as (keyof Assumptions)[]
  const changed = names.filter((name) => String(usual[name]) !== String(engine.assumptions[name]))
  return {
    profile: engine.profile,
    evidence: isProfileGiven ? 'as asked for' : recogniseProfile(cluster).evidence,
    assumptions: Object.fromEntries(changed.map((name) => [name, engine.assumptions[name]])),
    enforcer: engine.enforcer,
    notEvaluated: engine.policies
      .flatMap(({ ref, enforcement }) => (enforcement === 'enforced' ? [] : [{ policy: ref, because: enforcement }]))
      .sort((a, b) => compareText(a.policy, b.policy)),
  }
}

/** Policies named one by one; the rest is a number. */
const MAX_NAMED = 5

/** The basis as sentences: profile, assumptions, who enforces, what was left out. */
export function basisLines(basis: Basis): readonly string[] {
  const lines = [`Profile ${basis.profile} (${basis.evidence}).`]
  const assumptions = Object.entries(basis.assumptions).map(([name, value]) => `${name}=${String(value)}`)
  if (assumptions.length > 0) lines.push(`Assuming ${assumptions.join(', ')}.`)
  if (basis.enforcer.enforces === 'no' || isEnforcementOpen(basis.enforcer)) lines.push(basis.enforcer.evidence)
  for (const [because, words] of LEFT_OUT) {
    const policies = basis.notEvaluated.filter((each) => each.because === because).map(({ policy }) => policy)
    if (policies.length === 0) continue
    const more = policies.length > MAX_NAMED ? ` and ${policies.length - MAX_NAMED} more` : ''
    lines.push(`${words}: ${policies.slice(0, MAX_NAMED).join(', ')}${more}.`)
  }
  return lines.map(plainLine)
}

const LEFT_OUT: readonly (readonly [Exclude<PolicyEnforcement, 'enforced'>, string])[] = [
  ['unreadable', 'Not understood, so that what they decide is unknown'],
  ['unsupported', 'Not evaluated by this version, so that what they decide is unknown'],
  ['staged', 'Staged, and no part of the verdicts'],
  ['other-plugin', 'Of another plugin, and no part of the verdicts'],
  ['mesh', 'Of a mesh, judged above the network'],
]
