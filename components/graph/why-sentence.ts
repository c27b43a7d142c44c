import { type Enforcer, enforcedByNobody } from '@/lib/platform/enforcer'
import type { MeshAnswer } from '@/lib/policy/mesh-answer'
import { isRefusedBehindNetwork } from '@/lib/policy/refused-behind-network'
import type { EvaluateAnswer, Reason, SideAnswer, UnknownReason } from '@/lib/policy/types'
import { plainName } from './ref-words'

export type Question = { readonly from: string; readonly to: string; readonly port: number | null; readonly protocol: string }

/** What was seen of the connection in the window. */
export type Observed = { readonly forwarded: number; readonly dropped: number; readonly error: number }

/**
 * The answer in one sentence that can be copied into a chat: who, to whom, on which port, and which policy decides.
 */
export function whySentence(question: Question, answer: EvaluateAnswer, observed: Observed, enforcer: Enforcer): string {
  const from = plainName(question.from)
  const to = plainName(question.to)
  const port = portWords(question)
  const unenforced = enforcedByNobody(enforcer)
  // A mesh enforces its own policies, whatever the network plugin does.
  if (answer.verdict === 'denied' && answer.mesh?.verdict !== 'denied' && unenforced !== null) {
    const seen = observed.forwarded > 0 && observed.dropped === 0 ? ' Traffic passed.' : ''
    return `${from} is not stopped from reaching ${to} on ${port}: denied by policy, ${unenforced}.${seen} The policies say: ${denial(question, answer)}.`
  }
  if (answer.verdict === 'denied')
    return `${from} cannot reach ${to} on ${port}: ${denial(question, answer)}${disagreement(answer, observed)}.`
  if (answer.verdict === 'allowed')
    return `${from} may reach ${to} on ${port}: ${permission(question, answer)}${disagreement(answer, observed)}.`
  if (answer.verdict === 'partial') {
    const parts = answer.endpoints ?? answer.parts ?? []
    const open = parts.filter((part) => part.answer.verdict === 'allowed').length
    const what = answer.endpoints === null ? 'parts of what was asked' : `endpoints of ${to}`
    const rest = unenforced === null || open === parts.length ? '' : ` What they deny is ${unenforced}.`
    return `From ${from} to ${to} on ${port} the policies allow ${open} of ${parts.length} ${what}.${rest}`
  }
  return `The policies alone cannot tell whether ${from} reaches ${to} on ${port}: ${unknownWords(answer.reason)}.`
}

export function portWords({ protocol, port }: Pick<Question, 'protocol' | 'port'>): string {
  return port === null ? `${protocol}, any port` : `${protocol} ${port}`
}

function denial(question: Question, { egress, ingress, mesh }: EvaluateAnswer): string {
  const sides: string[] = []
  if (egress.verdict === 'denied') sides.push(sideDenial(egress, `what leaves ${plainName(question.from)}`))
  if (ingress.verdict === 'denied') sides.push(sideDenial(ingress, `what enters ${plainName(question.to)}`))
  if (mesh?.verdict === 'denied') sides.push(meshDenial(mesh))
  return sides.join('. Also, ')
}

function meshDenial({ by }: MeshAnswer): string {
  const refusing = by.find(({ effect }) => effect !== 'allow')
  if (refusing === undefined) return 'the service mesh denies it'
  const { policy, message } = refusing
  return `the service mesh denies it${policy === null ? '' : ` (${policyName(policy)})`}: ${message.replace(/\.$/, '')}`
}

function sideDenial(side: SideAnswer, what: string): string {
  const refusing = side.by.find((reason) => reason.effect === 'deny')
  if (refusing !== undefined) return `${ruleWords(refusing)} denies it`
  const isolating = side.by.filter((reason) => reason.effect === 'isolates')
  const names = [...new Set(isolating.map((reason) => reason.policy))]
  const who = names.length > 2 ? `${names.length} policies limit` : `${policyList(names)} ${names.length === 1 ? 'limits' : 'limit'}`
  const none = `${who} ${what} and ${missing(isolating)}`
  const near = side.nearMisses[0]
  return near === undefined ? none : `${none}. The nearest rule is ${near.rule} of ${policyName(near.policy)}: ${near.message}`
}

function missing(reasons: readonly Reason[]): string {
  if (reasons.every((reason) => reason.detail === 'no-rules'))
    return reasons.length === 1 ? 'has no rule that allows anything' : 'have no rule that allows anything'
  if (reasons.some((reason) => reason.detail === 'rule-selects-peer-but-not-ports')) return 'no rule allows this port'
  if (reasons.some((reason) => reason.detail === 'named-port-unresolved')) return 'the port that a rule names does not exist there'
  return 'no rule allows it'
}

function permission(question: Question, answer: EvaluateAnswer): string {
  const letIn = answer.mesh?.by.find(({ effect }) => effect === 'allow')
  if (letIn === undefined || letIn.policy === null) return networkPermission(question, answer)
  const rule = letIn.rule === null ? policyName(letIn.policy) : `${letIn.rule} of ${policyName(letIn.policy)}`
  return `${networkPermission(question, answer)}; ${rule} lets it into the service mesh`
}

function networkPermission(question: Question, { egress, ingress }: EvaluateAnswer): string {
  const out = sidePermission(egress, `what leaves ${plainName(question.from)}`)
  const into = sidePermission(ingress, `what enters ${plainName(question.to)}`)
  if (!egress.isolated && !ingress.isolated) return 'no policy limits either side'
  return `${out}, and ${into}`
}

function sidePermission(side: SideAnswer, what: string): string {
  const allowing = side.by.find((reason) => reason.effect === 'allow')
  if (allowing !== undefined) return `${ruleWords(allowing)} allows ${what}`
  return side.isolated ? `a policy lets through ${what}` : `no policy limits ${what}`
}

function disagreement(answer: EvaluateAnswer, { forwarded, dropped }: Observed): string {
  if (answer.verdict === 'denied' && forwarded > 0 && dropped === 0) {
    if (isRefusedBehindNetwork(answer))
      return '. Its packets pass all the same: the proxy at the destination refuses them behind the network'
    return '. Yet traffic passed: nobody enforces the policy there, or it changed since'
  }
  if (answer.verdict === 'allowed' && dropped > 0 && forwarded === 0)
    return '. Yet it was dropped: something else refuses it, or the policies changed since'
  return ''
}

function ruleWords(reason: Reason): string {
  return reason.rule === null ? policyName(reason.policy) : `${reason.rule} of ${policyName(reason.policy)}`
}

/** `policy payments/allow-web`; other kinds by their own name. */
export function policyName(ref: string): string {
  const colon = ref.indexOf(':')
  const kind = ref.slice(0, Math.max(colon, 0))
  return `${kind === 'NetworkPolicy' || kind === '' ? 'policy' : kind} ${ref.slice(colon + 1)}`
}

function policyList(refs: readonly string[]): string {
  return refs.length === 0 ? 'a policy' : refs.map(policyName).join(' and ')
}

const UNKNOWN: Readonly<Record<UnknownReason, string>> = {
  'fqdn-rule': 'a rule names DNS names, and which addresses those are is only known at run time',
  'l7-rule': 'a rule looks into the request, which addresses and ports do not show',
  'host-network': 'one side shares the network of its machine, where policies apply differently',
  'unresolved-named-port': 'a rule names a port that the target does not declare',
  'unknown-endpoint': 'one side is not an object of this cluster',
  'policies-not-read': 'policies that Sluice may not read could decide',
  'namespace-not-read': 'a rule asks for labels of a namespace that Sluice may not read',
  'unsupported-kind': 'a policy of a kind that is not read yet selects one side',
  'unsupported-policy': 'a policy uses something that is not read yet',
  'equal-priority': 'two policies of the same priority say opposite things',
  'nat-dependent': 'it depends on which address the packet carries after translation',
  'protocol-not-covered': 'policies do not cover this protocol',
  'host-endpoint': 'a policy on the machine itself may decide',
  'authentication-required': 'it depends on whether both sides authenticate each other',
  'cloud-group': 'a rule names a group that only the cloud provider knows',
  'source-port': 'a rule looks at the port that the connection comes from',
  'mesh-membership': 'it is not known whether one side is in the service mesh',
  'mesh-waypoint': 'a waypoint of the service mesh may decide, and not every connection goes through it',
  'external-authorizer': 'the service mesh asks another program',
}

export function unknownWords(reason: UnknownReason | null): string {
  return reason === null ? 'the reason is not stated' : UNKNOWN[reason]
}
