import type { PolicyRef } from '../model/names'
import type { RawObject } from '../model/object'
import type { FlowProtocol, Protocol } from '../model/protocol'
import type { ConnectionSetId } from './connection-sets'
import type { Condition } from './end-term'
import type { Truth } from './truth'
import type { Direction } from './types'

/** Protocols and ports of one rule. */
export type PortMatch = {
  /** Everything that is given by number. */
  readonly set: ConnectionSetId
  /** Names that each destination pod resolves for itself. */
  readonly names: readonly NamedPort[]
  /** Names whose ports are left out. */
  readonly exceptNames: readonly NamedPort[]
  /** Whether the rule covers protocols without ports. */
  readonly others: OtherProtocols
}

/** One truth for each protocol that has no ports. */
export type OtherProtocols = Readonly<Record<Exclude<FlowProtocol, Protocol>, Truth>>

export function allOthers(truth: Truth): OtherProtocols {
  return { ICMP: truth, ICMPv6: truth, OTHER: truth }
}

/**
 * `protocol` null: the name counts whatever protocol the container port has. `within`: of the ports that the name
 * stands for only these count; all of them when left out.
 */
export type NamedPort = { readonly name: string; readonly protocol: Protocol | null; readonly within?: ConnectionSetId }

export type RuleAction = 'allow' | 'deny' | 'pass'

export type CompiledRule = {
  readonly direction: Direction
  /** The list of the document it stands in, where that is not named after the direction. */
  readonly section?: 'ingressDeny' | 'egressDeny'
  /** Counted from 0 in the document. */
  readonly index: number
  /** As the document names it; null where the family has no rule names. */
  readonly name: string | null
  readonly action: RuleAction
  /** The rule matches when one of these holds for the other end. */
  readonly peers: readonly Condition[]
  /** What must hold for the selected pod itself, beyond being selected. */
  readonly self: Condition
  readonly ports: PortMatch
  /** `yes`, or why it is uncertain that this rule is in force as written. */
  readonly certainty: Truth
  /** What must also be so for the rule to matter, in words: requests it asks for, a name that resolves. */
  readonly restriction?: string
}

/** What a policy does in one direction. */
export type CompiledDirection = {
  /** Whether it speaks about this direction at all. */
  readonly applies: Truth
  /** Whether what its rules do not match is denied, unless another policy of the tier allows it. */
  readonly isolates: Truth
  readonly rules: readonly CompiledRule[]
}

/** One policy of any family, in the one form that the evaluation knows. */
export type CompiledPolicy = {
  readonly ref: PolicyRef
  readonly kind: string
  readonly namespace: string | null
  readonly name: string
  readonly raw: RawObject
  /** Name of a tier of the profile's plan. */
  readonly tier: string
  /** Position in its tier, lower first; 0 where the tier has no order. */
  readonly order: number
  /** The pods it selects. */
  readonly subject: Condition
  readonly ingress: CompiledDirection
  readonly egress: CompiledDirection
}

/** `ingress[0]`, as the contract names rules. */
export function ruleName(rule: CompiledRule): string {
  return `${rule.section ?? rule.direction}[${rule.index}]`
}

export const EVERYBODY: readonly Condition[] = [[]]
export const NOT_APPLYING: CompiledDirection = { applies: 'no', isolates: 'no', rules: [] }

/** Kind of the policy that stands for a plugin's setting instead of an object. */
export const MODE_KIND = 'CiliumConfig'
