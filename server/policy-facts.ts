import type { PolicyFacts } from '@/lib/api/policy-documents'
import type { Moment } from './read-view-request'
import type { Runtime } from './running'

/** What the documents of policies are made from: the cluster and the traffic of a moment. Findings are of now only. */
export async function policyFacts(running: Runtime, { state, window }: Moment): Promise<PolicyFacts> {
  const { cluster, engine, index } = state
  const { findings } = await running.findingsWatch.first()
  return { cluster, engine, index, findings: state === running.state ? findings : [], ...window }
}
