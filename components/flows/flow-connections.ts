import type { FlowDocument } from '@/lib/api/documents'
import type { FlowEndpoint } from '@/lib/flows/flow'
import { nameForPolicies } from '@/lib/flows/name-for-policies'

/** A question to the policies. */
export type Connection = {
  readonly from: string
  readonly to: string
  readonly port: number | null
  readonly protocol: string
}

/**
 * The connection of a flow in the names that policies know its ends by, the most precise first: a pod may be gone, then its
 * workload answers. Empty for protocols that policies do not cover.
 */
export function flowConnections({
  source,
  destination,
  port,
  protocol,
}: Pick<FlowDocument, 'source' | 'destination' | 'port' | 'protocol'>): readonly Connection[] {
  if (protocol !== 'TCP' && protocol !== 'UDP' && protocol !== 'SCTP') return []
  return namesOf(source).flatMap((from) => namesOf(destination).map((to) => ({ from, to, port, protocol })))
}

function namesOf(end: FlowEndpoint): readonly string[] {
  if (end.pod === null) return [nameForPolicies(end)]
  return end.workload === null ? [end.pod] : [end.pod, end.workload]
}
