import type { EdgeState } from './edge-state'
import type { Flow, FlowEndpoint, FlowL7, FlowPolicy, Verdict } from './flow'
import { VERDICTS } from './flow'
import type { Lane } from './window-lanes'
import type { FlowEdge } from './window-types'

/**
 * What a filter is asked about. `undefined` means "cannot be told at this level" (an edge sums many paths), so that a
 * term about it neither holds nor fails.
 */
export type FilterSubject = {
  readonly source: FlowEndpoint
  readonly destination: FlowEndpoint
  readonly protocol: string | undefined
  /** Inclusive ranges; empty where the protocol has no ports. */
  readonly ports: readonly (readonly [number, number])[] | undefined
  readonly verdicts: readonly Verdict[] | undefined
  readonly state: EdgeState | undefined
  readonly policies: readonly { readonly policy: string }[] | undefined
  readonly reasons: readonly string[] | undefined
  /** null when there is none. */
  readonly l7: FlowL7 | null | undefined
  readonly node: string | null | undefined
  readonly reporters: readonly string[] | undefined
}

export function flowSubject(flow: Flow): FilterSubject {
  return {
    source: flow.source,
    destination: flow.destination,
    protocol: flow.protocol,
    ports: portsOf(flow.port),
    verdicts: VERDICT_LISTS[flow.verdict],
    state: undefined,
    policies: flow.policies,
    reasons: flow.reason === null ? NONE : [flow.reason],
    l7: flow.l7,
    node: flow.node,
    reporters: [flow.reporter],
  }
}

/** An edge of the window; its state is what the graph made of it, null where nobody did. */
export function edgeSubject(edge: FlowEdge, state: EdgeState | null): FilterSubject {
  return {
    source: edge.source,
    destination: edge.destination,
    protocol: edge.protocol,
    ports: portsOf(edge.port),
    verdicts: VERDICTS.filter((verdict) => edge.verdicts[verdict] + edge.repeats[verdict] > 0),
    state: state ?? undefined,
    policies: edge.policies,
    reasons: edge.reasons.map(({ reason }) => reason),
    l7: undefined,
    node: undefined,
    reporters: edge.reporters,
  }
}

/** What the flows of one histogram column have in common. */
export function laneSubject(lane: Lane): FilterSubject {
  return {
    source: lane.source,
    destination: lane.destination,
    protocol: lane.protocol,
    ports: portsOf(lane.port),
    verdicts: VERDICT_LISTS[lane.verdict],
    state: undefined,
    policies: lane.policies satisfies readonly FlowPolicy[],
    reasons: lane.reason === null ? NONE : [lane.reason],
    l7: undefined,
    node: undefined,
    reporters: [lane.reporter],
  }
}

/** A node of the map: both ends at once, and nothing of a connection. */
export function nodeSubject(endpoint: FlowEndpoint): FilterSubject {
  return {
    source: endpoint,
    destination: endpoint,
    protocol: undefined,
    ports: undefined,
    verdicts: undefined,
    state: undefined,
    policies: undefined,
    reasons: undefined,
    l7: undefined,
    node: undefined,
    reporters: undefined,
  }
}

const NONE: readonly string[] = []
const NO_PORTS: readonly (readonly [number, number])[] = []

const VERDICT_LISTS: Readonly<Record<Verdict, readonly Verdict[]>> = {
  forwarded: ['forwarded'],
  dropped: ['dropped'],
  audit: ['audit'],
  error: ['error'],
  unknown: ['unknown'],
}

function portsOf(port: number | null): readonly (readonly [number, number])[] {
  return port === null ? NO_PORTS : [[port, port]]
}
