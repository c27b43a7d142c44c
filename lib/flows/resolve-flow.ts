import type { Cluster } from '../model/cluster'
import type { Identity } from '../model/identity'
import { PROTOCOL_NUMBERS } from '../model/protocol'
import { EndNumbers } from './end-numbers'
import type { Flow, FlowEndpoint, ObservedEndpoint, ObservedFlow } from './flow'
import { NumberTable } from './number-table'
import { type EndPort, resolveEndpoint } from './resolve-endpoint'
import { createRoute, type Route } from './route'

/** What a flow gets when it is taken. */
export type FlowMeta = { readonly id: string; readonly reporter: string; readonly windowTime: number }

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
/** Pairs of ends with protocol and port that are remembered. */
const MAX_ROUTES = 100_000

type KnownRoute = {
  readonly route: Route
  /** Names of now hold for every flow since this moment; infinite while that was not asked. */
  settledFrom: number
}

/**
 * Names both ends of a flow. With `until`, whoever held the addresses between the flow's time and that moment is meant: for
 * pods of which the watch told late.
 */
export type Resolver = (observed: ObservedFlow, until?: number) => Route

/** From when on a flow may have begun, as far as clocks and sums tell. */
export function beginningOf({ time, event }: ObservedFlow): number {
  return time - SKEW_MS - (event === 'flow' ? AGGREGATION_MS : 0)
}

/**
 * Names both ends of flows through one cluster value, and asks the policies about them. Most flows are between ends seen
 * before, so the answers are remembered, and flows that share an end share one object. Make a new one when the cluster changes.
 *
 * With `past`, an address that changed hands is named by who had it at the flow's own time.
 *
 * @param ends numbers of ends, which outlive the cluster value
 */
export function createResolver(
  cluster: Cluster,
  identity: Identity,
  { past, judge }: ResolverOptions = BY_NOW,
  ends: EndNumbers = new EndNumbers(),
): Resolver {
  let table = new NumberTable()
  let routes: KnownRoute[] = []
  let endpointTable = new NumberTable()
  let endpoints: FlowEndpoint[] = []
  let { epoch } = ends

  function forget(): void {
    table = new NumberTable()
    routes = []
    endpointTable = new NumberTable()
    endpoints = []
    epoch = ends.epoch
  }

  function endpointOf(number: number, end: ObservedEndpoint, at: EndPort): FlowEndpoint {
    // The port matters only where the address had to be looked up.
    const port = isStated(end) ? -1 : (at.port ?? -1)
    const known = endpoints[endpointTable.find(number, port, PROTOCOL_NUMBERS[at.protocol], 0, 0)]
    if (known !== undefined) return known
    const endpoint = resolveEndpoint(end, at, cluster, identity)
    endpointTable.set(number, port, PROTOCOL_NUMBERS[at.protocol], 0, 0, endpoints.length)
    endpoints.push(endpoint)
    return endpoint
  }

  function knownRoute(observed: ObservedFlow): KnownRoute {
    const { protocol, port } = observed
    let source = ends.numberOf(observed.source)
    const destination = ends.numberOf(observed.destination)
    if (ends.epoch !== epoch) {
      forget()
      source = ends.numberOf(observed.source)
    }
    const index = table.find(source, destination, PROTOCOL_NUMBERS[protocol], port ?? -1, 0)
    const known = routes[index]
    if (known !== undefined) return known
    if (routes.length >= MAX_ROUTES) forget()
    const from = endpointOf(source, observed.source, { port: null, protocol })
    const to = endpointOf(destination, observed.destination, { port, protocol })
    const fresh = { route: createRoute(from, to), settledFrom: Number.POSITIVE_INFINITY }
    table.set(source, destination, PROTOCOL_NUMBERS[protocol], port ?? -1, 0, routes.length)
    routes.push(fresh)
    return fresh
  }

  function isSettledEnd(end: ObservedEndpoint, port: number | null, from: number, history: IdentityPast): boolean {
    return isStated(end) || end.ip === null || history.isSettled(end.ip, port, from)
  }

  /** The names of the flow's own time. */
  function routeThen(observed: ObservedFlow, known: KnownRoute, from: number, until: number, history: IdentityPast): Route {
    const { source, destination, protocol, port } = observed
    const isSourceSettled = isSettledEnd(source, null, from, history)
    const isDestinationSettled = isSettledEnd(destination, port, from, history)
    if (isSourceSettled && isDestinationSettled) {
      known.settledFrom = from
      return known.route
    }
    const then = history.between(from, until)
    return createRoute(
      isSourceSettled ? known.route.source : resolveEndpoint(source, { port: null, protocol }, cluster, then),
      isDestinationSettled ? known.route.destination : resolveEndpoint(destination, { port, protocol }, cluster, then),
    )
  }

  return (observed, until = observed.time + SKEW_MS) => {
    const known = knownRoute(observed)
    const from = beginningOf(observed)
    const route = past === null || from >= known.settledFrom ? known.route : routeThen(observed, known, from, until, past)
    // The policies are asked again while nobody had the time for it.
    if (route.computed === null && judge !== null) {
      const { source, destination } = route
      route.computed = judge({ source, destination, protocol: observed.protocol, port: observed.port })
    }
    return route
  }
}

/** True for an end that the record names by itself. */
function isStated(end: ObservedEndpoint): boolean {
  return end.pod !== null && end.namespace !== null
}

/** Written out field by field: every flow comes through here, and copying what is left of an object is slow. */
export function nameFlow(observed: ObservedFlow, { source, destination, computed }: Route, { id, reporter, windowTime }: FlowMeta): Flow {
  const flow: Flow = {
    id,
    time: observed.time,
    windowTime,
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
    reporter,
    computed,
  }
  const { overMs, mutualTls } = observed
  // Few sources have these, and a spread costs as much as all the rest.
  if (overMs === undefined && mutualTls === undefined) return flow
  return { ...flow, ...(overMs === undefined ? {} : { overMs }), ...(mutualTls === undefined ? {} : { mutualTls }) }
}
