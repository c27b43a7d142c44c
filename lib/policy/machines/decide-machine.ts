import type { SideDecision } from '../decide-side'
import type { Evaluation } from '../evaluation'
import type { Party } from '../resolve-end'
import type { Attempt } from '../rule-match'
import { isMaybe, type Truth } from '../truth'
import type { Direction } from '../types'
import { decideHost } from './decide-host'
import type { HostGuard } from './host-guard'

/**
 * What policies on a machine say of its own traffic. null when none stands there, or when the other end is on the same
 * machine, whose traffic meets no interface.
 */
export function decideMachine(
  subject: Party,
  other: Party,
  direction: Direction,
  attempt: Attempt,
  evaluation: Evaluation,
): SideDecision | null {
  const { end } = subject
  if (evaluation.hosts === null || end.kind !== 'address') return null
  const guards = evaluation.hosts.guardsOf(end)
  const machine = end.node?.name ?? guards[0]?.machine ?? null
  const relation = other.end.kind === 'pod' ? end.node?.relation : 'by-name'
  const isSame = relation === 'own' ? 'yes' : relation === 'remote' ? 'no' : isOnMachine(machine, other)
  return isSame === 'yes' ? null : perhaps(decideHost(guards, 'local', direction, attempt, evaluation), isSame)
}

/** What policies on a pod's machine say of what it forwards. null when none does, or when the pod's machine is not known. */
export function decideForwarding(
  subject: Party,
  other: Party,
  direction: Direction,
  attempt: Attempt,
  evaluation: Evaluation,
): SideDecision | null {
  const machine = subject.pod?.nodeName ?? null
  if (evaluation.hosts === null || machine === null) return null
  const guards: readonly (HostGuard | null)[] = evaluation.hosts.guardsOfForwarding(machine)
  const isSame = isOnMachine(machine, other)
  return isSame === 'yes' ? null : perhaps(decideHost(guards, 'forwarded', direction, attempt, evaluation), isSame)
}

/** Whether the other end is on the machine; outside addresses are not. */
function isOnMachine(machine: string | null, { end, pod }: Party): Truth {
  if (end.kind === 'anything') return 'unknown-endpoint'
  if (end.kind === 'address' && end.node === null) return 'no'
  if (end.kind === 'address' && end.node !== null && end.node.relation !== 'by-name') return end.node.relation === 'own' ? 'yes' : 'no'
  const place = end.kind === 'address' ? (end.node?.name ?? null) : (pod?.nodeName ?? null)
  if (machine === null) return 'no'
  if (place === null) return 'host-network'
  return place === machine ? 'yes' : 'no'
}

/** When both may be on the same machine, what would be denied is uncertain. */
function perhaps(decision: SideDecision | null, isSame: Truth): SideDecision | null {
  if (decision === null || decision.answer.verdict === 'allowed' || !isMaybe(isSame)) return decision
  return { answer: { ...decision.answer, verdict: 'unknown' }, reason: isSame }
}
