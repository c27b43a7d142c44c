import type { FlowPolicy } from '@/lib/flows/flow'
import { policyRef } from '@/lib/model/names'

/** Policies of one record that are kept. */
export const MAX_POLICIES = 16
export const NO_POLICIES: readonly FlowPolicy[] = []

const DERIVED_FROM = 'k8s:io.cilium.k8s.policy.derived-from='

/** What a record states of a policy. Texts are not empty. */
export type PolicyFields = {
  readonly name: string
  readonly namespace: string | null
  readonly kind: string | null
  readonly labels: readonly string[]
}

/**
 * A policy that a record names. Hubble names a policy when one allowed the connection or a rule denied it; a default deny
 * has no name, and none is made up here. Agents before 1.17 have no kind; the label that Cilium derives rules with says it.
 */
export function statedPolicy({ name, namespace, kind, labels }: PolicyFields): FlowPolicy {
  const derived = labels.find((label) => label.startsWith(DERIVED_FROM))?.slice(DERIVED_FROM.length, DERIVED_FROM.length + 64)
  const fallback = namespace === null ? 'CiliumClusterwideNetworkPolicy' : 'CiliumNetworkPolicy'
  return { policy: policyRef(kind ?? (derived || fallback), namespace, name), rule: null, confidence: 'stated' }
}

/** Adds a policy unless it is there already, or there are too many. */
export function addPolicy(policies: FlowPolicy[], policy: FlowPolicy): void {
  if (policies.length < MAX_POLICIES && !policies.some((other) => other.policy === policy.policy)) policies.push(policy)
}
