import type { Origin } from '../model/object'
import type { PolicyInfo } from './policy-info'
import type { Reason } from './types'

/**
 * Where the rule that a reason names is written: its own line, else that of the policy. null for a policy that is not
 * among `policies` or was read from a live cluster.
 */
export function locateReason({ policy, rule }: Pick<Reason, 'policy' | 'rule'>, policies: readonly PolicyInfo[]): Origin | null {
  const info = policies.find(({ ref }) => ref === policy)
  if (info === undefined || info.raw.meta.origin === null) return null
  const { origin } = info.raw.meta
  const [, list, index] = rule === null ? [] : (/^(\w+)\[(\d+)\]$/.exec(rule) ?? [])
  if (list === undefined || index === undefined) return origin
  const place = info.raw.locate?.(['spec', list, Number(index)]) ?? null
  return place === null ? origin : { ...origin, ...place }
}
