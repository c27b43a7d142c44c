import type { PolicyFacts } from '@/lib/api/policy-documents'
import type { TrafficWindow } from '@/lib/api/workload-document'
import type { Runtime } from './running'

/** What the documents of policies are made from: the cluster as it is now, and the traffic of a window. */
export async function policyFacts({ state, findingsWatch }: Runtime, { flowEdges, windowMs }: TrafficWindow): Promise<PolicyFacts> {
  const { cluster, engine, index } = state
  const { findings } = await findingsWatch.first()
  return { cluster, engine, index, findings, flowEdges, windowMs }
}
