import { policyRef } from '../../model/names'
import type { RawObject } from '../../model/object'
import type { Assumptions } from '../assumptions'
import type { CompiledPolicy } from '../compiled-policy'
import type { ConnectionSets } from '../connection-sets'
import { compileNetworkPolicy } from '../kubernetes/network-policy'
import type { PolicyReading } from '../policy-reading'

/** The kind that a staged kind stands in for. */
const ENFORCED_KINDS: ReadonlyMap<string, string> = new Map([
  ['StagedNetworkPolicy', 'NetworkPolicy'],
  ['StagedGlobalNetworkPolicy', 'GlobalNetworkPolicy'],
  ['StagedKubernetesNetworkPolicy', 'NetworkPolicy'],
])

/** A NetworkPolicy that is only tried out: the same fields and `stagedAction`. */
export function readStagedKubernetesPolicy(raw: RawObject, sets: ConnectionSets, assumptions: Assumptions): PolicyReading {
  const spec = Object.hasOwn(raw.body, 'spec') ? raw.body.spec : undefined
  const plain = typeof spec === 'object' && spec !== null && !Array.isArray(spec) ? { ...spec, stagedAction: undefined } : spec
  if (typeof plain === 'object' && plain !== null && 'stagedAction' in plain) delete plain.stagedAction
  const reading = compileNetworkPolicy({ ...raw, body: { ...raw.body, spec: plain } }, sets, assumptions)
  const { kind, namespace, name } = raw.meta
  return { ...reading, policy: { ...reading.policy, raw, kind, ref: policyRef(kind, namespace, name) } }
}

/** The policies as if the staged ones were enforced: each takes the place of the enforced policy of its name, or removes it. */
export function withStaged(enforced: readonly CompiledPolicy[], staged: readonly CompiledPolicy[]): readonly CompiledPolicy[] {
  const replaced = new Set(staged.map(counterpartOf))
  const kept = enforced.filter((policy) => !replaced.has(keyOf(policy.kind, policy)))
  return [...kept, ...staged.filter((policy) => stagedActionOf(policy) === 'Set')]
}

function counterpartOf(policy: CompiledPolicy): string {
  return stagedActionOf(policy) === 'Ignore' ? '' : keyOf(ENFORCED_KINDS.get(policy.kind) ?? policy.kind, policy)
}

function keyOf(kind: string, policy: CompiledPolicy): string {
  const group = policy.kind === 'StagedKubernetesNetworkPolicy' ? 'networking.k8s.io' : policy.raw.meta.apiVersion.split('/')[0]
  return JSON.stringify([group === 'networking.k8s.io', kind, policy.namespace, policy.name])
}

/** `Set` when left out. `Learn` and `Ignore` change nothing. */
function stagedActionOf({ raw }: CompiledPolicy): 'Set' | 'Delete' | 'Ignore' {
  const spec = raw.body.spec
  const action = typeof spec === 'object' && spec !== null && 'stagedAction' in spec ? spec.stagedAction : 'Set'
  if (action === 'Delete') return 'Delete'
  return action === 'Learn' || action === 'Ignore' ? 'Ignore' : 'Set'
}
