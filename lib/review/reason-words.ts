import type { ChangeReason } from '../policy/diff/connectivity-change'
import type { ConnectionSet, PolicyVerdict } from '../policy/types'
import { plainCount } from './plain-count'

/**
 * What decides on one side of a change, in one line: `shop/cart ingress[0] allows it`. `state` is what is decided there.
 * A NetworkPolicy goes by its place alone, every other kind says its kind.
 */
export function decisionWords(because: readonly ChangeReason[], at: ChangeReason['at'], state: ConnectionSet | PolicyVerdict): string {
  const reasons = because.filter((reason) => reason.at === at)
  const words = [
    ...ruleWords(reasons, 'allow', 'allows it'),
    ...ruleWords(reasons, 'deny', 'denies it'),
    ...ruleWords(reasons, 'pass', 'passes it on'),
    ...isolationWords(reasons),
  ]
  if (words.length > 0) return words.join('; ')
  return state === 'none' || state === 'denied' ? 'no rule allows it' : 'no policy limits it'
}

function ruleWords(reasons: readonly ChangeReason[], effect: ChangeReason['effect'], verb: string): string[] {
  const rules = new Map<string, string[]>()
  for (const { policy, rule } of reasons.filter((reason) => reason.effect === effect)) {
    const known = rules.get(policy) ?? []
    if (rule !== null && !known.includes(rule)) known.push(rule)
    rules.set(policy, known)
  }
  return [...rules].map(([policy, names]) => [policyName(policy), ...names, verb].join(' '))
}

/** The policy that comes closest is named with its miss, the others are counted. */
function isolationWords(reasons: readonly ChangeReason[]): string[] {
  const isolating = reasons.filter(({ effect }) => effect === 'isolates')
  const ranked = [...isolating].sort((a, b) => rankOf(a) - rankOf(b))
  const [nearest] = ranked
  if (nearest === undefined) return []
  const others = new Set(isolating.map(({ policy }) => policy)).size - 1
  const more =
    others === 0 ? '' : others === 1 ? ', nor does another policy allow it' : `, nor do ${plainCount(others)} other policies allow it`
  return [`${policyName(nearest.policy)} ${MISSES[nearest.detail ?? 'no-rules']}${more}`]
}

const MISSES: Readonly<Record<NonNullable<ChangeReason['detail']>, string>> = {
  'rule-selects-peer-but-not-ports': 'has a rule for this peer, not for this port',
  'named-port-unresolved': 'has a rule for a named port that the pod does not have',
  'no-rule-selects-peer': 'has no rule for this peer',
  'no-rules': 'has no rule that allows anything',
}
const RANKS = Object.keys(MISSES)

function rankOf({ detail }: ChangeReason): number {
  return RANKS.indexOf(detail ?? 'no-rules')
}

function policyName(ref: string): string {
  const prefix = 'NetworkPolicy:'
  return ref.startsWith(prefix) ? ref.slice(prefix.length) : ref.replace(':', ' ')
}
