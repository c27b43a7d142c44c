import type { PodRef, PolicyRef } from '../model/names'
import type { Protocol } from '../model/protocol'
import type { Enforcer } from '../platform/enforcer'
import type { OutsideCell } from '../policy/connectivity/connectivity'
import type { ConnectionSet, EvaluateAnswer } from '../policy/types'

/** What the graph asks of the policy engine; the engine of `lib/policy` fits it. */
export type GraphPolicies = {
  readonly enforcer: Enforcer
  evaluate(query: { from: string; to: string; port: number | null; protocol: Protocol }): EvaluateAnswer
  isolation(pod: PodRef): { readonly ingress: readonly PolicyRef[]; readonly egress: readonly PolicyRef[]; readonly isComplete: boolean }
  connectivity(
    level: 'workload',
    options: { external: boolean },
  ): {
    readonly ends: readonly string[]
    between(source: string, target: string): ConnectionSet
    /** Everything with outside addresses; empty without `external`. */
    outside(): Iterable<OutsideCell>
  }
}
