import type { PodRef } from '../../model/names'
import { ADDRESS_FAMILIES } from '../address-set'
import { type CompiledDirection, type CompiledPolicy, type CompiledRule, type RuleAction, ruleName } from '../compiled-policy'
import type { ConnectionSets } from '../connection-sets'
import type { EndMatcher } from '../end'
import type { Condition } from '../end-term'
import type { PodClass } from '../pod-classes'
import { isMaybe } from '../truth'
import type { Direction, UnknownReason } from '../types'
import { type PeerWords, peerWords } from './peer-words'
import { portWords } from './port-words'

/** What a policy says, rule by rule, in words, and which pods each part matches now. */
export type PolicyOutline = {
  /** Whom it selects, in words and as pods. */
  readonly subject: string
  readonly subjects: readonly PodRef[]
  readonly sides: Readonly<Record<Direction, SideOutline>>
}

export type SideOutline = {
  /** False when the policy says nothing of this direction. */
  readonly applies: boolean
  /** Whether what no rule allows is denied, unless another policy of the tier allows it. */
  readonly isolates: boolean
  readonly rules: readonly RuleOutline[]
}

export type RuleOutline = {
  /** `ingress[0]`, counted in the document. */
  readonly rule: string
  /** As the document names it; null where it does not. */
  readonly name: string | null
  readonly action: RuleAction
  /** What the rule asks of the selected pod itself, beyond being selected; null for nothing. */
  readonly self: string | null
  readonly ports: readonly PortOutline[]
  readonly peers: readonly PeerOutline[]
}

/** `unsure`: why the policies alone cannot tell whether this part lets something through; null when they can. */
export type PortOutline = { readonly words: string; readonly unsure: UnknownReason | null }

export type PeerOutline = PeerWords & { readonly pods: readonly PodRef[] }

/** What the outline asks of the engine that compiled the policy. */
export type OutlineContext = { readonly classes: readonly PodClass[]; readonly matcher: EndMatcher; readonly sets: ConnectionSets }

export function outlinePolicy(policy: CompiledPolicy, context: OutlineContext): PolicyOutline {
  const { ingress, egress, namespace } = policy
  return {
    subject: peerWords(policy.subject, namespace).words,
    subjects: podsMeeting(policy.subject, context),
    sides: { ingress: outlineSide(ingress, namespace, context), egress: outlineSide(egress, namespace, context) },
  }
}

function outlineSide({ applies, isolates, rules }: CompiledDirection, namespace: string | null, context: OutlineContext): SideOutline {
  return { applies: applies !== 'no', isolates: isolates !== 'no', rules: outlineRules(rules, namespace, context) }
}

/** A rule of the document may be several to the engine, one for each of its port lists. */
function outlineRules(rules: readonly CompiledRule[], namespace: string | null, context: OutlineContext): readonly RuleOutline[] {
  const byName = new Map<string, CompiledRule[]>()
  for (const rule of rules) {
    if (rule.index < 0) continue
    const sharing = byName.get(ruleName(rule))
    if (sharing === undefined) byName.set(ruleName(rule), [rule])
    else sharing.push(rule)
  }
  return [...byName].flatMap(([rule, parts]) => {
    const [first] = parts
    if (first === undefined) return []
    const self = first.self.length === 0 ? null : peerWords(first.self, namespace).words
    const ports = parts.flatMap(({ ports: match, certainty }) =>
      portWords(match, context.sets).map((words) => ({ words, unsure: isMaybe(certainty) ? certainty : null })),
    )
    const peers = first.peers.map((peer) => ({ ...peerWords(peer, namespace), pods: podsMeeting(peer, context) }))
    return [{ rule, name: first.name, action: first.action, self, ports, peers }]
  })
}

function podsMeeting(condition: Condition, { classes, matcher }: OutlineContext): readonly PodRef[] {
  return classes.filter((podClass) => meets(condition, podClass, matcher)).flatMap((podClass) => podClass.pods)
}

/** Addresses of a pod count in each family that it has. */
function meets(condition: Condition, podClass: PodClass, matcher: EndMatcher): boolean {
  const families = ADDRESS_FAMILIES.filter((family) => podClass.addresses[family] !== null)
  const asked = families.length === 0 ? [null] : families
  return asked.some((family) => condition.every((term) => matcher.holdsForClass(term, podClass, family)))
}
