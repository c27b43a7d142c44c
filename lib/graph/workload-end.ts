import type { FlowEndpoint } from '../flows/flow'
import type { Workload } from '../model/cluster'

/** A workload as one end of a flow, for asking filters about it. */
export function workloadEnd({ ref, namespace }: Workload): FlowEndpoint {
  return { ref, namespace, workload: ref, pod: null, service: null, ip: null, group: null, identity: 'stated', candidates: [] }
}
