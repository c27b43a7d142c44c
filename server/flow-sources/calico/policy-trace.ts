import type { FlowPolicy, Verdict } from '@/lib/flows/flow'
import { policyRef } from '@/lib/model/names'
import type { PolicyHit } from './policy-hit'

export type TraceOutcome = { readonly verdict: Verdict; readonly reason: string | null; readonly policies: readonly FlowPolicy[] }

const NONE: readonly FlowPolicy[] = []

/**
 * What Calico decided and by which policies. The action is the reporter's and is never worked out from the trace; the trace
 * says which policy was final, and whether a connection that was let through would be refused if the staged policies were
 * enforced (`audit`).
 *
 * @param action null when the record states none; then the verdict is unknown.
 * @param enforced the trace that decided, in any order; without staged policies.
 * @param pending the trace as if staged policies were enforced; empty when there is none.
 */
export function traceOutcome(
  action: 'allow' | 'deny' | null,
  enforced: readonly PolicyHit[],
  pending: readonly PolicyHit[],
  direction: 'ingress' | 'egress' | null,
): TraceOutcome {
  const final = finalHit(enforced)
  switch (action) {
    case null:
      return { verdict: 'unknown', reason: null, policies: NONE }
    case 'deny':
      return { verdict: 'dropped', reason: denyReason(final), policies: policiesOf(final, 'deny', direction) }
    case 'allow': {
      const would = finalHit(pending)
      if (would?.action === 'deny') return { verdict: 'audit', reason: 'policy/audit', policies: policiesOf(would, 'deny', direction) }
      return { verdict: 'forwarded', reason: null, policies: policiesOf(final, 'allow', direction) }
    }
  }
}

/** The first step, in the order of evaluation, that hands over to no other. */
function finalHit(hits: readonly PolicyHit[]): PolicyHit | null {
  let final: PolicyHit | null = null
  for (const hit of hits) if (hit.action !== 'pass' && (final === null || hit.index < final.index)) final = hit
  return final
}

function denyReason(hit: PolicyHit | null): string {
  if (hit === null || hit.action !== 'deny' || hit.rule === null) return 'policy/denied'
  return hit.rule === -1 ? 'policy/default-deny' : 'policy/rule-deny'
}

/** A trace that says another thing than the action names nothing. */
function policiesOf(hit: PolicyHit | null, action: 'allow' | 'deny', direction: 'ingress' | 'egress' | null): readonly FlowPolicy[] {
  if (hit === null || hit.action !== action) return NONE
  const rule = hit.rule === null || hit.rule === -1 || direction === null ? null : `${direction}[${hit.rule}]`
  return [{ policy: policyRef(hit.kind, hit.namespace, hit.name), rule, confidence: 'stated' }]
}
