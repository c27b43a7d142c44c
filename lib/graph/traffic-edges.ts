import { VERDICTS, type Verdict } from '../flows/flow'
import type { FlowEdge } from '../flows/window-types'
import { enforcedByNobody } from '../platform/enforcer'
import type { DrawnNodes } from './drawn-nodes'
import { TrafficDraft } from './edge-draft'
import { edgeState, showsDenial } from './edge-state'
import type { FoldCounter } from './folds'
import type { GraphIndex } from './graph-index'
import { noiseOf } from './noise'
import type { EdgeState, GraphEdge } from './topology'
import type { GraphFilter, TopologyView } from './view'

/** What the traffic of one view makes: its edges, and which pairs of workloads use what the policies allow. */
export type Traffic = {
  readonly edges: readonly GraphEdge[]
  /** `SOURCE TARGET` with traffic that the policies allow: workloads, or namespaces where those are closed. */
  readonly usedPairs: ReadonlySet<string>
  readonly filtered: { readonly edges: number; readonly flows: number }
}

export type TrafficInput = {
  readonly index: GraphIndex
  readonly view: TopologyView
  readonly flowEdges: readonly FlowEdge[]
  readonly filter: GraphFilter | null
  /** Namespaces that are folded away with everything that touches them, denials excepted. */
  readonly foldedNamespaces: ReadonlySet<string>
}

export function drawTraffic(input: TrafficInput, drawn: DrawnNodes, folds: FoldCounter): Traffic {
  const { index, view } = input
  const scope = new Set(view.namespaces)
  const states = new Set(view.states)
  const drafts = new Map<string, TrafficDraft>()
  const usedPairs = new Set<string>()
  const filtered = { edges: 0, flows: 0 }
  const unenforced = enforcedByNobody(index.policies.enforcer)

  for (const edge of input.flowEdges) {
    if (scope.size > 0 && !isIn(scope, edge.source.namespace) && !isIn(scope, edge.destination.namespace)) continue
    const computed = index.verdicts.of(edge)
    const verdict = computed.verdict === 'denied' && isOfThePast(edge, index) ? 'unknown' : computed.verdict
    const state = edgeState(withRepeats(edge), { ...computed, verdict })
    // Also what the view leaves out is in use, and must not come back as allowed and never used.
    if (state === 'allowed-used') usedPairs.add(pairOf(edge, drawn))
    const counts = { edges: 1, flows: flowsOf(edge) }
    if (!isAsked(edge, state, input, states)) {
      filtered.edges++
      filtered.flows += counts.flows
      continue
    }
    if (isHidden(edge, state, counts, input, folds)) continue

    const source = drawn.end(edge.source, 'source', null)
    const target = drawn.end(edge.destination, 'destination', edge.port)
    const isBundle = isClosed(edge.source.namespace, drawn) || isClosed(edge.destination.namespace, drawn)
    const id = isBundle ? `${source}>${target} traffic ${state}` : `${source}>${target} traffic ${edge.protocol} ${edge.port ?? ''}`
    let draft = drafts.get(id)
    if (draft === undefined) {
      draft = new TrafficDraft(id, source, target, state)
      drafts.set(id, draft)
    }
    draft.add(edge, state, edge.policies.length > 0 ? edge.policies.map(strip) : computed.policies, serviceOf(edge, index))
  }
  const seconds = view.windowMs / 1000
  return { edges: [...drafts.values()].map((draft) => draft.finish(seconds, unenforced)), usedPairs, filtered }
}

/** A pod that is gone may have had other labels than those that came after it: what it did breaks no policy of now. */
export function isOfThePast({ source, destination }: FlowEdge, index: GraphIndex): boolean {
  return [source, destination].some(({ pod }) => pod !== null && !index.cluster.pods.has(pod))
}

/** Pods use what their workload may reach, so pairs are those of workloads at every level below. */
function pairOf({ source, destination }: FlowEdge, drawn: DrawnNodes): string {
  const name = (end: FlowEdge['source']) => (isClosed(end.namespace, drawn) ? end.namespace : (end.workload ?? end.ref))
  return `${name(source)} ${name(destination)}`
}

function isAsked(edge: FlowEdge, state: EdgeState, { view, filter }: TrafficInput, states: ReadonlySet<EdgeState>): boolean {
  if (states.size > 0 && !states.has(state)) return false
  if (view.verdicts.length > 0 && !view.verdicts.some((verdict) => edge.verdicts[verdict] + edge.repeats[verdict] > 0)) return false
  return filter === null || filter.matchesEdge(edge, state)
}

function isHidden(
  edge: FlowEdge,
  state: EdgeState,
  counts: { edges: number; flows: number },
  { index, foldedNamespaces }: TrafficInput,
  folds: FoldCounter,
): boolean {
  if (showsDenial(state)) return false
  const noise = noiseOf(edge, index.scrapers)
  if (noise !== null) {
    folds.add(noise, counts)
    if (!folds.isOpen(noise)) return true
  }
  if (!isIn(foldedNamespaces, edge.source.namespace) && !isIn(foldedNamespaces, edge.destination.namespace)) return false
  folds.add('system-namespaces', counts)
  return true
}

function serviceOf(edge: FlowEdge, index: GraphIndex): GraphEdge['service'] {
  const { service, workload } = edge.destination
  if (service !== null) return { ref: service, basis: 'observed' }
  if (workload === null) return null
  const only = index.onlyService(workload, edge.protocol, edge.port)
  return only === null ? null : { ref: only, basis: 'inferred' }
}

/** An edge on which nothing new began is still in use. */
export function withRepeats(edge: FlowEdge): Record<Verdict, number> {
  const sums = { forwarded: 0, dropped: 0, audit: 0, error: 0, unknown: 0 }
  for (const verdict of VERDICTS) sums[verdict] = edge.verdicts[verdict] + edge.repeats[verdict]
  return sums
}

function flowsOf(edge: FlowEdge): number {
  return VERDICTS.reduce((sum, verdict) => sum + edge.verdicts[verdict], 0)
}

function strip({ policy, rule, confidence }: FlowEdge['policies'][number]): GraphEdge['policies'][number] {
  return { policy, rule, confidence }
}

function isIn(namespaces: ReadonlySet<string>, namespace: string | null): boolean {
  return namespace !== null && namespaces.has(namespace)
}

function isClosed(namespace: string | null, drawn: DrawnNodes): boolean {
  return namespace !== null && !drawn.isOpen(namespace)
}
