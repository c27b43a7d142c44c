import type { FlowProtocol } from '../model/protocol'
import { type AddressFamily, isEmptyAddressSet } from './address-set'
import type { Assumptions } from './assumptions'
import { MODE_KIND } from './compiled-policy'
import { decideSide, type SideDecision } from './decide-side'
import { type End, familiesOf, inFamily } from './end'
import type { Evaluation } from './evaluation'
import { inSequence } from './machines/decide-host'
import { decideForwarding, decideMachine } from './machines/decide-machine'
import { HBONE_PORT, tunnelNotes } from './mesh/tunnel-notes'
import type { MeshAnswer } from './mesh-answer'
import type { Party } from './resolve-end'
import type { Translation } from './translation'
import { isMaybe, type Truth } from './truth'
import type { Direction, EvaluateAnswer, Exemption, PolicyVerdict, SideAnswer, UnknownReason } from './types'

/** One connection attempt between two single parties, on one port. */
export type PairQuestion = {
  readonly from: Party
  readonly to: Party
  readonly protocol: FlowProtocol
  readonly port: number
  /** What the plugin may see in place of the two, when a Service stands between them; null when nothing does. */
  readonly translation: Translation | null
}

/** The address families that the two can speak with each other; `[null]` when no address is known, empty when they share none. */
export function sharedFamilies(from: Party, to: Party): readonly (AddressFamily | null)[] {
  const sources = familiesOf(from.end)
  const destinations = familiesOf(to.end)
  if (sources === null) return destinations ?? [null]
  return destinations === null ? sources : sources.filter((family) => destinations.includes(family))
}

/** Decides both sides, each alone, over one address family. The connection needs both. */
export function evaluatePair(
  question: PairQuestion,
  family: AddressFamily | null,
  evaluation: Evaluation,
  assumptions: Assumptions,
): EvaluateAnswer {
  const { from, to } = question
  if (from.pod !== null && from.pod === to.pod && !from.isOneOfMany && !to.isOneOfMany) {
    return { verdict: 'allowed', egress: exempt('self'), ingress: exempt('self'), mesh: null, reason: null, endpoints: null, parts: null }
  }
  const egress = decide('egress', from, to, question, family, evaluation)
  const ingress = withOwnNode(decide('ingress', to, from, question, family, evaluation), to, from, evaluation, assumptions)
  const answer = evaluation.mesh.answer(from, to, question.protocol, question.port, family)
  const mesh = answer === null ? null : withTunnel(answer, question, family, evaluation)
  const verdict = combine(combine(egress.answer.verdict, ingress.answer.verdict), mesh?.verdict ?? 'allowed')
  const reason = verdict === 'unknown' ? (egress.reason ?? ingress.reason ?? mesh?.reason ?? null) : null
  return { verdict, egress: egress.answer, ingress: ingress.answer, mesh, reason, endpoints: null, parts: null }
}

/** Adds what the network policies do to the one port that ambient traffic really takes. */
function withTunnel(mesh: MeshAnswer, question: PairQuestion, family: AddressFamily | null, evaluation: Evaluation): MeshAnswer {
  const { from, to, port } = question
  if (mesh.exemption !== null || port === HBONE_PORT || !evaluation.mesh.isTunnelled(from, to)) return mesh
  const onPort = (asked: number): readonly SideDecision[] => [
    decide('egress', from, to, { ...question, port: asked }, family, evaluation),
    decide('ingress', to, from, { ...question, port: asked }, family, evaluation),
  ]
  return { ...mesh, notes: [...mesh.notes, ...tunnelNotes(onPort(port), onPort(HBONE_PORT), port)] }
}

/** Both must let it through. */
function combine(first: PolicyVerdict, second: PolicyVerdict): PolicyVerdict {
  if (first === 'denied' || second === 'denied') return 'denied'
  return first === 'allowed' ? second : first
}

function decide(
  direction: Direction,
  subject: Party,
  other: Party,
  question: PairQuestion,
  family: AddressFamily | null,
  evaluation: Evaluation,
): SideDecision {
  const { end } = subject
  const { protocol, port } = question
  if (end.kind === 'anything') return unknown('unknown-endpoint')
  const destination: End = inFamily(question.to.end, family)
  const peer = inFamily(seenFrom(subject, other), family)
  const before = beforeTranslation(direction, other, question, family)
  const attempt = {
    subject: inFamily(end, family),
    peer,
    destination,
    family,
    protocol,
    port,
    ...(before === null ? {} : { peerBefore: before }),
  }
  if (end.kind === 'address') {
    return decideMachine(subject, other, direction, attempt, evaluation) ?? { answer: exempt('not-a-subject'), reason: null }
  }
  const own = decideSide(end.podClass, direction, attempt, evaluation)
  const onTheWay = decideForwarding(subject, other, direction, attempt, evaluation)
  if (onTheWay === null) return own
  return direction === 'egress' ? inSequence(own, onTheWay) : inSequence(onTheWay, own)
}

function beforeTranslation(direction: Direction, other: Party, { translation }: PairQuestion, family: AddressFamily | null): End | null {
  if (translation === null) return null
  if (direction === 'egress') return translation.destination === null ? null : knownIn(translation.destination, family)
  const isOutside = other.end.kind === 'address' && other.end.node === null
  return isOutside && translation.source !== null ? knownIn(translation.source, family) : null
}

/** The end in one family; null when it has no address of it. */
function knownIn(end: End, family: AddressFamily | null): End | null {
  const inside = inFamily(end, family)
  return inside.kind === 'address' && isEmptyAddressSet(inside.possible) ? null : inside
}

/** A machine of known name is the own one or another to a pod whose machine is known, and to a machine. */
function seenFrom(subject: Party, { end }: Party): End {
  if (end.kind !== 'address' || end.node === null || end.node.relation !== 'by-name' || end.node.name === null) return end
  const own = subject.pod?.nodeName ?? (subject.end.kind === 'address' ? (subject.end.node?.name ?? null) : null)
  if (own === null) return end
  return { ...end, node: { ...end.node, relation: end.node.name === own ? 'own' : 'remote' } }
}

/** What the pod's own node sends is let in whatever the policies say; when the nodes are not known, it may be let in. */
function withOwnNode(decision: SideDecision, to: Party, from: Party, evaluation: Evaluation, assumptions: Assumptions): SideDecision {
  if (!assumptions.nodeLocalTrafficExempt || assumptions.allowLocalhost === 'policy') return decision
  if (assumptions.enablePolicy === 'always' && isIsolatedByModeAlone(to, evaluation)) return decision
  const isOwn = comesFromOwnNode(to, from)
  if (isOwn === 'no') return decision
  if (isOwn === 'yes') return { answer: exempt('own-node'), reason: null }
  if (decision.answer.verdict === 'allowed') return decision
  return { answer: { ...decision.answer, verdict: 'unknown' }, reason: isMaybe(isOwn) ? isOwn : decision.reason }
}

/** Cilium lets the own node in as part of a pod's ingress rules: a pod without any is closed to it too (cilium issue 48444). */
function isIsolatedByModeAlone({ end }: Party, { index }: Evaluation): boolean {
  if (end.kind !== 'pod') return false
  const policies = index.tiersFor(end.podClass, 'ingress').flatMap((tier) => tier.policies)
  return policies.length > 0 && policies.every((policy) => policy.ingress.rules.length === 0 && policy.kind === MODE_KIND)
}

function comesFromOwnNode(to: Party, from: Party): Truth {
  if (to.end.kind !== 'pod' || from.end.kind !== 'address' || from.end.node === null) return 'no'
  const { node } = from.end
  if (node.relation !== 'by-name') return node.relation === 'own' ? 'yes' : 'no'
  const own = to.pod?.nodeName ?? null
  if (node.name === null || own === null) return 'host-network'
  return node.name === own ? 'yes' : 'no'
}

export function exempt(exemption: Exemption): SideAnswer {
  return { ...UNDECIDED, verdict: 'allowed', exemption }
}

export function unknown(reason: UnknownReason): SideDecision {
  return { answer: { ...UNDECIDED, verdict: 'unknown' }, reason }
}

const UNDECIDED: Omit<SideAnswer, 'verdict'> = {
  isolated: false,
  exemption: null,
  by: [],
  nearMisses: [],
  trace: { enforced: [], pending: [] },
}
