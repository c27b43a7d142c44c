import type { Cluster } from './cluster'
import { collectHolders } from './identity-holders'
import { type IdentityMatch, matchAddress } from './match-address'
import type { PodRef, WorkloadRef } from './names'
import type { Protocol } from './protocol'

/** Names addresses by the cluster of one moment. */
export type Identity = {
  /**
   * Who holds an address. The port (of that side of the connection) tells Services and node ports apart; null when
   * that side's port says nothing, as the port of a client does.
   */
  byAddress(ip: string, port: number | null, protocol?: Protocol | null): IdentityMatch
  /** The workload that a pod belongs to, or belonged to; null for one that nobody remembers. */
  workloadOf(pod: PodRef): WorkloadRef | null
}

/** Builds the look-up tables. Exact addresses take one map access, ranges one per prefix length. */
export function buildIdentity(cluster: Cluster): Identity {
  const holders = collectHolders(cluster)
  return {
    byAddress: (ip, port, protocol = null) => matchAddress(holders, ip, port, protocol),
    workloadOf: (pod) => cluster.pods.get(pod)?.workload ?? null,
  }
}
