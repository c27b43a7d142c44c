import type { WorkloadRef } from '../model/names'
import type { AddressRange } from '../policy/address-set'
import type { ConnectionSet } from '../policy/types'
import type { GraphPolicies } from './graph-policies'

export type OutsideReach = { readonly family: 4 | 6; readonly range: AddressRange; readonly conns: ConnectionSet }

/** Where outside the policies let one workload go, as maximal ranges. */
export function readOutsideReach(policies: GraphPolicies, workload: WorkloadRef): readonly OutsideReach[] {
  const reach: OutsideReach[] = []
  for (const { ends, direction, family, range, conns } of policies.connectivity('workload', { external: true }).outside()) {
    if (direction === 'egress' && conns !== 'none' && ends.includes(workload)) reach.push({ family, range, conns })
  }
  return reach
}
