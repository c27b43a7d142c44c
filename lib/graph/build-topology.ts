import type { FlowEdge } from '../flows/window-types'
import { atOnce, type Steps } from '../model/steps'
import { drawDeclared } from './declared-edges'
import { drawDependencies } from './depends-edges'
import { DrawnNodes } from './drawn-nodes'
import { showsDenial } from './edge-state'
import { drawEntries } from './entries'
import { drawExits } from './exits'
import { FoldCounter } from './folds'
import type { GraphIndex } from './graph-index'
import { openNodes } from './opened-nodes'
import { chooseOutside } from './outside-nodes'
import { drawOutsideReach } from './outside-reach'
import type { GraphEdge, GraphNode, Topology } from './topology'
import { drawTraffic } from './traffic-edges'
import { drawUnused, pairFilter } from './unused-edges'
import { defaultLimits, type GraphFilter, type TopologyLimits, type TopologyView } from './view'
import { workloadEnd } from './workload-end'

export type TopologyInput = {
  readonly index: GraphIndex
  /** Traffic of the view's window. */
  readonly flowEdges: readonly FlowEdge[]
  readonly view: TopologyView
  /** The view's filter, ready to use; null lets everything through. */
  readonly filter: GraphFilter | null
  /** End of the window, milliseconds since the epoch. */
  readonly at: number
  readonly limits?: TopologyLimits
}

/**
 * The graph of one view: what is declared, resolved, allowed and observed, each edge marked as such.
 *
 * Everything that is left out is counted in a fold. Edges that show a denial are in no fold and under no limit.
 */
export function buildTopology(input: TopologyInput): Topology {
  return atOnce(topologyInSteps(input))
}

/** The same in steps. The index may be asked by others in between. */
export function* topologyInSteps(input: TopologyInput): Steps<Topology> {
  const { index, view } = input
  const limits = input.limits ?? defaultLimits(view.level)
  const folds = new FoldCounter(view.show)
  const scope = namespacesInView(index, view, folds)
  const opened = openNodes(index, view, [...scope.drawn], limits)
  folds.add('node-limit', { nodes: opened.keptClosed })

  const drawn = new DrawnNodes(index, opened, chooseOutside(input.flowEdges, limits.externals))
  const traffic = yield* drawTraffic({ ...input, foldedNamespaces: scope.folded }, drawn, folds)
  const isNarrowed = input.filter !== null || view.states.length > 0 || view.verdicts.length > 0
  const matched = isNarrowed ? drawMatching(input, scope.drawn, drawn) : null
  if (!isNarrowed) for (const name of scope.drawn) if (!scope.empty.has(name)) drawn.wholeNamespace(name)

  yield
  const unused = drawUnused(
    {
      index,
      view,
      namespaces: new Set(view.namespaces.length === 0 ? scope.drawn : unfolded(index, scope.folded)),
      usedPairs: traffic.usedPairs,
      matches: input.filter === null ? null : pairFilter(input.filter, input.at),
      limit: limits.unusedEdges,
      askedLimit: limits.edges,
    },
    drawn,
    folds,
  )
  const reach = view.verdicts.length > 0 ? [] : drawOutsideReach(index, drawn, view.selection, traffic.usedPairs)
  const declared = drawDeclared(index, drawn, { namespaces: scope.drawn, onlyBetweenDrawn: isNarrowed })
  const entries = drawEntries(index, drawn, folds, { namespaces: scope.drawn, limit: limits.entries, only: matched })
  const exits = drawExits(index, drawn, folds, { namespaces: scope.drawn, limit: limits.exits, onlyBetweenDrawn: isNarrowed })
  const depends = drawDependencies(index, drawn, {
    namespaces: scope.drawn,
    onlyBetweenDrawn: isNarrowed,
    usedPairs: traffic.usedPairs,
  })
  yield
  const edges = withinLimit([...traffic.edges, ...entries, ...exits, ...declared, ...depends, ...unused, ...reach], limits.edges, folds)
  folds.add('system-namespaces', { nodes: countUndrawn(scope.folded, drawn.rows) })
  drawSystemServices(index, scope.drawn, drawn, folds)
  if (!isNarrowed) drawEmptyNamespaces(scope.empty, drawn, folds)

  const nodes = [...drawn.rows.values()]
  const hidden = folds.hidden()
  return {
    level: view.level,
    at: input.at,
    windowMs: view.windowMs,
    nodes,
    edges,
    folded: folds.list(),
    total: { nodes: nodes.length + hidden.nodes, edges: edges.length + hidden.edges },
    filtered: traffic.filtered,
  }
}

/**
 * Draws the workloads that fit the filter by themselves, whatever their traffic, and names them with their namespaces. States
 * and verdicts are facts of edges, so no node fits those.
 */
function drawMatching({ index, view, filter }: TopologyInput, namespaces: ReadonlySet<string>, drawn: DrawnNodes): ReadonlySet<string> {
  const matched = new Set<string>()
  if (filter === null || view.states.length + view.verdicts.length > 0) return matched
  for (const name of namespaces) {
    for (const workload of index.workloadsIn(name)) {
      if (!filter.matchesNode(workloadEnd(workload))) continue
      drawn.wholeWorkload(workload)
      matched.add(drawn.isOpen(name) ? workload.ref : name)
    }
  }
  return matched
}

type Scope = {
  readonly drawn: ReadonlySet<string>
  /** Those of `drawn` that hold nothing and that nobody asked for. */
  readonly empty: ReadonlySet<string>
  readonly folded: ReadonlySet<string>
}

/** Namespaces drawn from the start, those of them with nothing in them, and system namespaces that nobody asked for. */
function namespacesInView(index: GraphIndex, view: TopologyView, folds: FoldCounter): Scope {
  const asked = new Set([...view.namespaces, ...view.open])
  const drawn = new Set<string>()
  const empty = new Set<string>()
  const folded = new Set<string>()
  for (const name of index.cluster.namespaces.keys()) {
    const isSystem = index.isSystem(name)
    if (isSystem && folds.isOpen('system-namespaces')) folds.add('system-namespaces', { nodes: 1 })
    if (isSystem && !folds.isOpen('system-namespaces') && !asked.has(name)) folded.add(name)
    else if (view.namespaces.length === 0 || view.namespaces.includes(name)) {
      drawn.add(name)
      const isEmpty = index.workloadsIn(name).length + index.servicesIn(name).length === 0
      if (isEmpty && !isSystem && !asked.has(name)) empty.add(name)
    }
  }
  return { drawn, empty, folded }
}

function unfolded(index: GraphIndex, folded: ReadonlySet<string>): string[] {
  return [...index.cluster.namespaces.keys()].filter((name) => !folded.has(name))
}

/** Draws the machinery's own Services when asked to; counts them otherwise, unless traffic drew them. */
function drawSystemServices(index: GraphIndex, namespaces: ReadonlySet<string>, drawn: DrawnNodes, folds: FoldCounter): void {
  for (const service of index.systemServices) {
    if (!namespaces.has(service.namespace) || !drawn.isOpen(service.namespace)) continue
    if (folds.isOpen('system-services')) drawn.service(service.ref)
    else if (drawn.rows.has(service.ref)) continue
    folds.add('system-services', { nodes: 1 })
  }
}

/** Draws namespaces with nothing in them when asked to; counts them otherwise, unless something else drew them. */
function drawEmptyNamespaces(namespaces: ReadonlySet<string>, drawn: DrawnNodes, folds: FoldCounter): void {
  for (const name of namespaces) {
    if (drawn.rows.has(name)) continue
    if (folds.isOpen('empty-namespaces')) drawn.namespace(name)
    folds.add('empty-namespaces', { nodes: 1 })
  }
}

function countUndrawn(namespaces: ReadonlySet<string>, rows: ReadonlyMap<string, GraphNode>): number {
  let count = 0
  for (const name of namespaces) if (!rows.has(name)) count++
  return count
}

/** Keeps every edge that shows a denial, then traffic by rate, then what is declared, then what is unused. */
function withinLimit(edges: readonly GraphEdge[], limit: number, folds: FoldCounter): readonly GraphEdge[] {
  const denials = edges.filter((edge) => showsDenial(edge.state))
  const others = edges.filter((edge) => !showsDenial(edge.state))
  if (others.length <= limit) return edges
  const ranked = others.sort((a, b) => rank(b) - rank(a) || b.rate - a.rate || (a.id < b.id ? -1 : 1))
  const flows = ranked.slice(limit).reduce((sum, edge) => sum + edge.verdicts.forwarded + edge.verdicts.audit + edge.verdicts.error, 0)
  folds.add('edge-limit', { edges: ranked.length - limit, flows })
  return [...denials, ...ranked.slice(0, limit)]
}

function rank(edge: GraphEdge): number {
  if (edge.relation === 'traffic') return 3
  if (edge.relation === 'owns') return 0
  if (edge.relation === 'may-reach' || edge.relation === 'depends') return 1
  return 2
}
