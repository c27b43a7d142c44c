import type { FlowEdge } from '../flows/window-types'
import type { Steps } from '../model/steps'
import { enforcedByNobody } from '../platform/enforcer'
import type { DrawnNodes } from './drawn-nodes'
import { showsDenial } from './edge-state'
import type { FoldCounter } from './folds'
import type { GraphIndex } from './graph-index'
import type { JudgedEdge } from './judged-edges'
import type { EdgeState, GraphEdge } from './topology'
import { type TrafficDraft, trafficEdge } from './traffic-edge'
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

/** Edges of a step, which takes about a millisecond. */
const EDGES_A_STEP = 500

export function* drawTraffic(input: TrafficInput, drawn: DrawnNodes, folds: FoldCounter): Steps<Traffic> {
  const { index, view } = input
  const scope = new Set(view.namespaces)
  const states = new Set(view.states)
  const drafts = new Map<string, TrafficDraft>()
  const usedPairs = new Set<string>()
  const filtered = { edges: 0, flows: 0 }
  const unenforced = enforcedByNobody(index.policies.enforcer)

  let looked = 0
  for (const judged of yield* index.judged.of(input.flowEdges)) {
    if (++looked % EDGES_A_STEP === 0) yield
    const { edge, state, flows } = judged
    if (scope.size > 0 && !isIn(scope, edge.source.namespace) && !isIn(scope, edge.destination.namespace)) continue
    // Also what the view leaves out is in use, and must not come back as allowed and never used.
    if (state === 'allowed-used') usedPairs.add(pairOf(edge, drawn))
    if (!isAsked(edge, state, input, states)) {
      filtered.edges++
      filtered.flows += flows
      continue
    }
    if (isHidden(judged, input, folds)) continue

    const source = drawn.end(edge.source, 'source', null)
    const target = drawn.end(edge.destination, 'destination', edge.port)
    const isBundle = isClosed(edge.source.namespace, drawn) || isClosed(edge.destination.namespace, drawn)
    const id = isBundle ? `${source}>${target} traffic ${state}` : `${source}>${target} traffic ${edge.protocol} ${edge.port ?? ''}`
    const draft = drafts.get(id)
    if (draft === undefined) drafts.set(id, { id, source, target, judged: [judged] })
    else draft.judged.push(judged)
  }
  const edges: GraphEdge[] = []
  for (const draft of drafts.values()) {
    edges.push(trafficEdge(draft, view.windowMs / 1000, unenforced))
    if (edges.length % EDGES_A_STEP === 0) yield
  }
  return { edges, usedPairs, filtered }
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

function isHidden({ edge, state, noise, flows }: JudgedEdge, { foldedNamespaces }: TrafficInput, folds: FoldCounter): boolean {
  if (showsDenial(state)) return false
  const counts = { edges: 1, flows }
  if (noise !== null) {
    folds.add(noise, counts)
    if (!folds.isOpen(noise)) return true
  }
  if (!isIn(foldedNamespaces, edge.source.namespace) && !isIn(foldedNamespaces, edge.destination.namespace)) return false
  folds.add('system-namespaces', counts)
  return true
}

function isIn(namespaces: ReadonlySet<string>, namespace: string | null): boolean {
  return namespace !== null && namespaces.has(namespace)
}

function isClosed(namespace: string | null, drawn: DrawnNodes): boolean {
  return namespace !== null && !drawn.isOpen(namespace)
}
