import type { Cluster } from '../model/cluster'
import type { Identity } from '../model/identity'
import type { Flow, FlowEndpoint, ObservedEndpoint, ObservedFlow } from './flow'
import type { FlowMeta } from './pipeline'
import { type EndPort, resolveEndpoint } from './resolve-endpoint'

/** Names both ends of a flow through the cluster, at one moment. */
export function resolveFlow(observed: ObservedFlow, cluster: Cluster, identity: Identity, meta: FlowMeta): Flow {
  const source = resolveEndpoint(observed.source, { port: null, protocol: observed.protocol }, cluster, identity)
  const destination = resolveEndpoint(observed.destination, observed, cluster, identity)
  return namedFlow(observed, source, destination, meta)
}

/** Distinct ends remembered; a cluster of 5,000 pods has about twice as many ends with its neighbours outside. */
const MAX_REMEMBERED = 20_000

/**
 * Same answers as {@link resolveFlow} for one cluster value, with the ends remembered: most flows are between ends seen
 * before, and flows that share an end share one object. Make a new one when the cluster changes.
 */
export function createResolver(cluster: Cluster, identity: Identity): (observed: ObservedFlow, meta: FlowMeta) => Flow {
  let remembered = new Map<string, FlowEndpoint>()

  function endpoint(end: ObservedEndpoint, at: EndPort): FlowEndpoint {
    const key = endKey(end, at)
    const known = remembered.get(key)
    if (known !== undefined) return known
    const resolved = resolveEndpoint(end, at, cluster, identity)
    if (remembered.size >= MAX_REMEMBERED) remembered = new Map()
    remembered.set(key, resolved)
    return resolved
  }

  return (observed, meta) => {
    const source = endpoint(observed.source, { port: null, protocol: observed.protocol })
    return namedFlow(observed, source, endpoint(observed.destination, observed), meta)
  }
}

function endKey(end: ObservedEndpoint, at: EndPort): string {
  const names = `${end.namespace ?? ''}\n${end.pod ?? ''}\n${end.entity ?? ''}\n${end.names[0] ?? ''}`
  const workload = end.workload === null ? '' : `${end.workload.kind ?? ''} ${end.workload.name}`
  const service = end.service === null ? '' : `${end.service.namespace} ${end.service.name}`
  return `${end.ip ?? ''}\n${at.port ?? ''} ${at.protocol}\n${names}\n${workload}\n${service}`
}

function namedFlow(observed: ObservedFlow, source: FlowEndpoint, destination: FlowEndpoint, meta: FlowMeta): Flow {
  const { uuid: _uuid, event: _event, phase: _phase, ...rest } = observed
  return { ...rest, ...meta, source, destination }
}
