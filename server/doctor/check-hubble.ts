import type { Check } from '@/lib/api/report/doctor-report'
import type { FlowAccess, FlowSourceChoice } from '../config'
import { ownAccessOf } from '../config/access-of'
import { GrpcError } from '../flow-sources/grpc/grpc-error'
import { askServerStatus } from '../flow-sources/hubble/ask-server-status'
import { hubbleTarget } from '../flow-sources/hubble/hubble-address'

/** Asks a Hubble server who it is and which nodes it reaches. */
export async function checkHubble(choice: Extract<FlowSourceChoice, { kind: 'hubble' }>, access: FlowAccess): Promise<Check> {
  const target = hubbleTarget(choice, access, ownAccessOf(choice) !== null)
  try {
    const { version, connected, unavailable, unavailableNodes, flowsRate } = await askServerStatus(target, new AbortController().signal)
    const who = `${choice.host}:${choice.port} is Hubble${version === null ? '' : ` ${version}`}`
    const rate = flowsRate === null ? '' : `, ${flowsRate.toFixed(flowsRate < 10 ? 1 : 0)} flows a second`
    if (connected === null || unavailable === null) return { about: 'flows', state: 'ok', message: `${who}, of one node${rate}`, fixes: [] }
    const nodes = `${connected} of ${connected + unavailable} nodes connected${rate}`
    if (unavailable === 0 && connected > 0) return { about: 'flows', state: 'ok', message: `${who}; ${nodes}`, fixes: [] }
    const fixes = [
      'do the agents run there, and may the relay reach their port 4244? kubectl -n kube-system get pods -l k8s-app=cilium -o wide',
    ]
    const missing = unavailableNodes.length === 0 ? '' : `; missing: ${unavailableNodes.join(', ')}`
    return { about: 'flows', state: connected === 0 ? 'problem' : 'warning', message: `${who}; ${nodes}${missing}`, fixes }
  } catch (error) {
    if (!(error instanceof GrpcError)) throw error
    const forward = 'reach it from here: kubectl -n kube-system port-forward svc/hubble-relay 4245:80, then --flows hubble:127.0.0.1:4245'
    const isOutOfReach = ['name', 'refused', 'unreachable', 'timeout'].includes(error.fault)
    return { about: 'flows', state: 'problem', message: error.message, fixes: isOutOfReach ? [forward] : [] }
  }
}
