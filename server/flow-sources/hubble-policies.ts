import type { FlowPolicy } from '@/lib/flows/flow'
import { policyRef } from '@/lib/model/names'
import { type JsonObject, objectOf, textOf, textsOf } from './json-fields'

const FIELDS = ['egress_allowed_by', 'egress_denied_by', 'ingress_allowed_by', 'ingress_denied_by'] as const
const MAX_POLICIES = 16
const DERIVED_FROM = 'k8s:io.cilium.k8s.policy.derived-from='
const NO_POLICIES: readonly FlowPolicy[] = []

/**
 * Reads the policies that a record names. Hubble names a policy when one allowed the connection or a rule denied it;
 * a default deny has no name, and none is made up here.
 */
export function readPolicies(flow: JsonObject): readonly FlowPolicy[] {
  let found: FlowPolicy[] | null = null
  for (const field of FIELDS) {
    const entries = flow[field]
    if (!Array.isArray(entries)) continue
    for (const entry of entries) {
      const policy = readPolicy(objectOf(entry))
      if (policy === null) continue
      found ??= []
      if (found.length < MAX_POLICIES && !found.some((other) => other.policy === policy.policy)) found.push(policy)
    }
  }
  return found ?? NO_POLICIES
}

function readPolicy(entry: JsonObject | null): FlowPolicy | null {
  const name = textOf(entry?.name)
  if (entry === null || name === null) return null
  const namespace = textOf(entry.namespace)
  const kind = textOf(entry.kind, 64) ?? kindLabel(entry) ?? (namespace === null ? 'CiliumClusterwideNetworkPolicy' : 'CiliumNetworkPolicy')
  return { policy: policyRef(kind, namespace, name), rule: null, confidence: 'stated' }
}

/** Agents before 1.17 have no kind; the label that Cilium derives rules with says it. */
function kindLabel(entry: JsonObject): string | null {
  const label = textsOf(entry.labels).find((each) => each.startsWith(DERIVED_FROM))
  return label === undefined ? null : textOf(label.slice(DERIVED_FROM.length), 64)
}
