import type { FlowEdge } from '../flows/window-types'
import type { ComputedVerdict } from './computed-verdicts'

/** What a policy, or one rule of it, decided of the recorded flows. */
export type Hits = {
  /** Connections that it decided. */
  readonly total: number
  /** Those of them that the dataplane dropped. */
  readonly denied: number
  /** Those of them for which the record itself names the policy; for the others our engine does. */
  readonly stated: number
  /** Last traffic on a connection that it decides, milliseconds since the epoch; connections that only stay open count too. */
  readonly lastSeen: number
}

export type PolicyHits = Hits & { readonly rules: ReadonlyMap<string, Hits> }

type Verdicts = { of(edge: FlowEdge): ComputedVerdict }

/**
 * Which policies decided the flows of a window, by their names. A policy that the records name counts as they say; for
 * connections that were let through, the rules that allow them now count as well, because most records name only what
 * denied. Where traffic and policies disagree nothing is concluded.
 */
export function countPolicyHits(flowEdges: readonly FlowEdge[], verdicts: Verdicts): ReadonlyMap<string, PolicyHits> {
  const counts = new Map<string, Count & { readonly rules: Map<string, Count> }>()
  const add = (policy: string, rule: string | null, hit: Hits) => {
    let count = counts.get(policy)
    if (count === undefined) {
      count = { total: 0, denied: 0, stated: 0, lastSeen: Number.NEGATIVE_INFINITY, rules: new Map() }
      counts.set(policy, count)
    }
    addTo(count, hit)
    if (rule === null) return
    let ruleCount = count.rules.get(rule)
    if (ruleCount === undefined) {
      ruleCount = { total: 0, denied: 0, stated: 0, lastSeen: Number.NEGATIVE_INFINITY }
      count.rules.set(rule, ruleCount)
    }
    addTo(ruleCount, hit)
  }
  for (const edge of flowEdges) {
    const { forwarded, dropped } = edge.verdicts
    for (const { policy, rule, confidence, count, denied } of edge.policies) {
      add(policy, rule, { total: count, denied, stated: confidence === 'stated' ? count : 0, lastSeen: edge.lastSeen })
    }
    const named = new Set<string>(edge.policies.map(({ policy }) => policy))
    const passed = forwarded + edge.repeats.forwarded > 0
    const refused = named.size === 0 && dropped > 0
    if (!passed && !refused) continue
    const { verdict, policies } = verdicts.of(edge)
    const isExplained = (verdict === 'allowed' && passed) || (verdict === 'denied' && refused && !passed)
    if (!isExplained) continue
    const [total, denied] = verdict === 'allowed' ? [forwarded, 0] : [dropped, dropped]
    for (const { policy, rule } of policies)
      if (!named.has(policy)) add(policy, rule, { total, denied, stated: 0, lastSeen: edge.lastSeen })
  }
  return counts
}

type Count = { -readonly [Key in keyof Hits]: Hits[Key] }

function addTo(count: Count, hit: Hits): void {
  count.total += hit.total
  count.denied += hit.denied
  count.stated += hit.stated
  count.lastSeen = Math.max(count.lastSeen, hit.lastSeen)
}
