import type { NetworkPlugins } from './network/detect-network'

/** Who enforces NetworkPolicies in the cluster, and how we know. */
export type Enforcer = {
  /** Name of the network plugin; null when none was seen. */
  readonly plugin: string | null
  /** `unknown` also when a plugin was seen whose enforcement depends on settings that the cluster does not show. */
  readonly enforces: 'yes' | 'no' | 'unknown'
  /** Why, as the end of a sentence: `Flannel does not enforce NetworkPolicy`. */
  readonly reason: string
  /** One plain sentence. */
  readonly evidence: string
}

/** Where the evidence says that nobody enforces policies: the plain words for it, to stand after a denial. null otherwise. */
export function enforcedByNobody({ reason, enforces }: Enforcer): string | null {
  return enforces === 'no' ? `enforced by nobody: ${reason}` : null
}

/** Whether a plugin was seen and nothing says whether it enforces policies. */
export function isEnforcementOpen({ enforces, plugin }: Enforcer): boolean {
  return enforces === 'unknown' && plugin !== null
}

/** Names listed one by one; the rest is a number. */
const MAX_NAMED = 3

export function enforcerOf({ name, policy }: NetworkPlugins): Enforcer {
  const { enforces, reason, missingOn } = policy
  if (policy.plugin === null)
    return { plugin: null, enforces, reason, evidence: `${capital(reason)}, so it is not known who enforces the policies.` }
  const seen = policy.evidence[0]?.text ?? ''
  const therefore = enforces === 'no' ? ': nobody enforces what the policies say.' : '.'
  const missing = missingOn.length === 0 ? '' : ` It is not ready on ${listed(missingOn)}: there nobody enforces them.`
  return {
    plugin: name === 'Canal' ? name : policy.plugin,
    enforces,
    reason,
    evidence: `${seen} ${capital(reason)}${therefore}${missing}`.trim(),
  }
}

function listed(names: readonly string[]): string {
  const more = names.length - MAX_NAMED
  return more > 0 ? `${names.slice(0, MAX_NAMED).join(', ')} and ${more} more machines` : names.join(', ')
}

/** Names that people write small stay small. */
function capital(text: string): string {
  return /^(k3s|kube-|kindnet)/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1)
}
