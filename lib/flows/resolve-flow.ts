import type { Cluster } from '../model/cluster'
import type { Identity } from '../model/identity'
import type { Flow, FlowEndpoint, ObservedEndpoint, ObservedFlow } from './flow'
import type { FlowMeta } from './pipeline'
import { type EndPort, resolveEndpoint } from './resolve-endpoint'

/** Names both ends of a flow through the cluster, at one moment. */
export function resolveFlow(observed: ObservedFlow, cluster: Cluster, identity: Identity, meta: FlowMeta): Flow {
  const source = resolveEndpoint(observed.source, { port: null, protocol: observed.protocol }, cluster, identity)
  const destination = resolveEndpoint(observed.destination, observed, cluster, identity)
  return namedFlow(observed, source, destination, meta, null)
}

/** What is known of who held an address at other times than now. */
export type IdentityPast = {
  /** True when the identity of now names the address and port for every moment since this one. */
  isSettled(address: string, port: number | null, since: number): boolean
  /** Names at a moment that is only known to be between the two. */
  between(from: number, to: number): Identity
}

export type ResolverOptions = {
  /** Null names every flow by now. */
  readonly past: IdentityPast | null
  /** What the policies say of a connection now; null records nothing. */
  readonly judge: ((connection: Pick<Flow, 'source' | 'destination' | 'protocol' | 'port'>) => Flow['computed']) | null
}

const BY_NOW: ResolverOptions = { past: null, judge: null }

/** Clocks of machines differ by this much without anything being wrong. */
const SKEW_MS = 2_000
/** Records that sum several connections up (of kind `flow`) carry one time for up to this long. */
const AGGREGATION_MS = 15_000

/** Ends remembered; a cluster of 5,000 pods has about twice as many with its neighbours outside. */
const MAX_REMEMBERED = 20_000
/** Ends remembered under one name: a host that is asked on more ports than this is looked up again. */
const MAX_ALIKE = 32

type Remembered = { readonly end: ObservedEndpoint; readonly at: EndPort | null; readonly resolved: FlowEndpoint }

/**
 * Same answers as {@link resolveFlow} for one cluster value, with the ends remembered: most flows are between ends seen
 * before, and flows that share an end share one object. Make a new one when the cluster changes.
 *
 * With `past`, an address that changed hands is named by who had it at the flow's own time.
 */
export function createResolver(
  cluster: Cluster,
  identity: Identity,
  { past, judge }: ResolverOptions = BY_NOW,
): (observed: ObservedFlow, meta: FlowMeta) => Flow {
  const remembered = new Map<string, Remembered[]>()
  let size = 0

  function endpoint(end: ObservedEndpoint, at: EndPort): FlowEndpoint {
    const name = end.pod ?? end.ip ?? end.workload?.name ?? ''
    let alike = remembered.get(name)
    if (alike !== undefined) {
      for (const each of alike) if ((each.end === end || isSameEnd(each.end, end)) && isSamePort(each.at, at)) return each.resolved
    }
    const resolved = resolveEndpoint(end, at, cluster, identity)
    if (size >= MAX_REMEMBERED) {
      remembered.clear()
      size = 0
      alike = undefined
    }
    if (alike === undefined) {
      alike = []
      remembered.set(name, alike)
    }
    if (alike.length < MAX_ALIKE) {
      // The port matters only where the address had to be looked up.
      alike.push({ end, at: end.pod === null || end.namespace === null ? at : null, resolved })
      size++
    }
    return resolved
  }

  function endpointThen(end: ObservedEndpoint, at: EndPort, { time, event }: ObservedFlow): FlowEndpoint {
    if (past === null || end.ip === null || (end.pod !== null && end.namespace !== null)) return endpoint(end, at)
    const from = time - SKEW_MS - (event === 'flow' ? AGGREGATION_MS : 0)
    if (past.isSettled(end.ip, at.port, from)) return endpoint(end, at)
    return resolveEndpoint(end, at, cluster, past.between(from, time + SKEW_MS))
  }

  return (observed, meta) => {
    const source = endpointThen(observed.source, { port: null, protocol: observed.protocol }, observed)
    const destination = endpointThen(observed.destination, { port: observed.port, protocol: observed.protocol }, observed)
    const computed = judge === null ? null : judge({ source, destination, protocol: observed.protocol, port: observed.port })
    return namedFlow(observed, source, destination, meta, computed)
  }
}

/** True when all that names an end is the same. Labels name nothing. */
function isSameEnd(a: ObservedEndpoint, b: ObservedEndpoint): boolean {
  return (
    a.pod === b.pod &&
    a.ip === b.ip &&
    a.namespace === b.namespace &&
    a.entity === b.entity &&
    a.names[0] === b.names[0] &&
    a.workload?.name === b.workload?.name &&
    a.workload?.kind === b.workload?.kind &&
    a.service?.name === b.service?.name &&
    a.service?.namespace === b.service?.namespace
  )
}

function isSamePort(a: EndPort | null, b: EndPort): boolean {
  return a === null || (a.port === b.port && a.protocol === b.protocol)
}

/** Written out field by field: every flow comes through here, and copying what is left of an object is slow. */
function namedFlow(
  observed: ObservedFlow,
  source: FlowEndpoint,
  destination: FlowEndpoint,
  meta: FlowMeta,
  computed: Flow['computed'],
): Flow {
  return {
    id: meta.id,
    time: observed.time,
    windowTime: meta.windowTime,
    source,
    destination,
    protocol: observed.protocol,
    port: observed.port,
    sourcePort: observed.sourcePort,
    verdict: observed.verdict,
    reason: observed.reason,
    rawReason: observed.rawReason,
    direction: observed.direction,
    policies: observed.policies,
    l7: observed.l7,
    bytes: observed.bytes,
    packets: observed.packets,
    count: observed.count,
    guessedOrder: observed.guessedOrder,
    node: observed.node,
    reporter: meta.reporter,
    computed,
  }
}
