import { VERDICTS, type Verdict } from '../flows/flow'
import type { FlowEdge } from '../flows/window-types'
import type { Cluster } from '../model/cluster'
import type { PodRef, ServiceRef, WorkloadRef } from '../model/names'
import type { Steps } from '../model/steps'
import type { ComputedVerdicts } from './computed-verdicts'
import { edgeState } from './edge-state'
import { type Noise, noiseOf } from './noise'
import type { EdgeState, GraphEdge } from './topology'

/** What edges are judged by; the graph index knows it. */
export type EdgeContext = {
  readonly cluster: Cluster
  readonly verdicts: ComputedVerdicts
  readonly scrapers: ReadonlySet<WorkloadRef>
  /** The Service that stands before a workload's port, when exactly one does. */
  onlyService(workload: WorkloadRef, protocol: string, port: number | null): ServiceRef | null
}

/** A flow edge with everything about it that no view changes. */
export type JudgedEdge = {
  readonly edge: FlowEdge
  readonly state: EdgeState
  /** Those that the records name, else those that decide as we read them. */
  readonly policies: GraphEdge['policies']
  readonly service: GraphEdge['service']
  readonly noise: Noise | null
  /** Connections that began. */
  readonly flows: number
}

function judgeEdge(edge: FlowEdge, context: EdgeContext): JudgedEdge {
  return {
    edge,
    state: stateOf(edge, withRepeats(edge), context),
    policies: edge.policies.length > 0 ? edge.policies.map(strip) : context.verdicts.of(edge).policies,
    service: serviceOf(edge, context),
    noise: noiseOf(edge, context.scrapers),
    flows: VERDICTS.reduce((sum, verdict) => sum + edge.verdicts[verdict], 0),
  }
}

/** @param seen what was seen on the edge, repeats included */
export function stateOf(edge: FlowEdge, seen: Readonly<Record<Verdict, number>>, context: EdgeContext): EdgeState {
  const { verdict: computed, isRefusedBehindNetwork } = context.verdicts.of(edge)
  const verdict = computed === 'denied' && isOfThePast(edge, context) ? 'unknown' : computed
  return edgeState(seen, { verdict, isRefusedBehindNetwork })
}

/** So many take about a millisecond. */
const EDGES_A_STEP = 500

/** The flow edges of a window, judged once for all views of it. */
export class JudgedEdges {
  readonly #context: EdgeContext
  #judged: { readonly of: readonly FlowEdge[]; readonly edges: readonly JudgedEdge[] } | null = null

  constructor(context: EdgeContext) {
    this.#context = context
  }

  /** In the order of the flow edges. */
  *of(flowEdges: readonly FlowEdge[]): Steps<readonly JudgedEdge[]> {
    if (this.#judged?.of === flowEdges) return this.#judged.edges
    const edges: JudgedEdge[] = []
    for (const edge of flowEdges) {
      edges.push(judgeEdge(edge, this.#context))
      if (edges.length % EDGES_A_STEP === 0) yield
    }
    this.#judged = { of: flowEdges, edges }
    return edges
  }
}

/** A pod that is gone may have had other labels than those that came after it: what it did breaks no policy of now. */
function isOfThePast({ source, destination }: FlowEdge, { cluster }: EdgeContext): boolean {
  return isGone(source.pod, cluster) || isGone(destination.pod, cluster)
}

function isGone(pod: PodRef | null, { pods }: Cluster): boolean {
  return pod !== null && !pods.has(pod)
}

/** An edge on which nothing new began is still in use. */
export function withRepeats(edge: FlowEdge): Record<Verdict, number> {
  const sums = { forwarded: 0, dropped: 0, audit: 0, error: 0, unknown: 0 }
  for (const verdict of VERDICTS) sums[verdict] = edge.verdicts[verdict] + edge.repeats[verdict]
  return sums
}

function serviceOf(edge: FlowEdge, context: EdgeContext): GraphEdge['service'] {
  const { service, workload } = edge.destination
  if (service !== null) return { ref: service, basis: 'observed' }
  if (workload === null) return null
  const only = context.onlyService(workload, edge.protocol, edge.port)
  return only === null ? null : { ref: only, basis: 'inferred' }
}

function strip({ policy, rule, confidence }: FlowEdge['policies'][number]): GraphEdge['policies'][number] {
  return { policy, rule, confidence }
}
