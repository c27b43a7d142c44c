import type { CompiledPolicy } from '../compiled-policy'
import type { PolicyInfo } from '../policy-info'
import type { MeshPolicy } from './mesh-policies'
import { MESH_TIER } from './mesh-tier'

/** A policy of the layer above the network, with the pods that it is for. */
export function describeMeshPolicy(
  { ref, kind, namespace, name, raw }: CompiledPolicy,
  policy: MeshPolicy,
  subjectCount: number,
): PolicyInfo {
  return {
    ...{ ref, kind, namespace, name, raw, subjectCount, tier: MESH_TIER, order: null },
    isolates: policy.isolates,
    ruleCounts: { ingress: policy.ruleCount, egress: 0 },
    enforcement: policy.enforcement,
  }
}
