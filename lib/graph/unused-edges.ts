import type { Workload } from '../model/cluster'
import type { WorkloadRef } from '../model/names'
import type { ConnectionSet } from '../policy/types'
import type { DrawnNodes } from './drawn-nodes'
import type { FoldCounter } from './folds'
import type { GraphIndex } from './graph-index'
import { portsOf } from './reachability'
import type { GraphEdge } from './topology'
import type { GraphFilter, TopologyView } from './view'
import { workloadEnd } from './workload-end'

const NONE_SEEN = { forwarded: 0, dropped: 0, audit: 0, error: 0, unknown: 0 }

export type UnusedInput = {
  readonly index: GraphIndex
  readonly view: TopologyView
  /** Namespaces whose connections are in view. */
  readonly namespaces: ReadonlySet<string>
  readonly usedPairs: ReadonlySet<string>
  /** Says whether the viewer's filter lets a pair of workloads through; null without a filter. */
  readonly matches: ((from: Workload, to: Workload) => boolean) | null
  /** Edges drawn without being asked for. */
  readonly limit: number
  /** Edges drawn when they are asked for. */
  readonly askedLimit: number
}

/**
 * Draws what the policies allow and no traffic uses. In a cluster without policies that is every pair, so it is drawn only
 * when asked for (by state, by fold, by selecting one end) or when it is little; else it is a counted fold.
 */
export function drawUnused(input: UnusedInput, drawn: DrawnNodes, folds: FoldCounter): GraphEdge[] {
  const { view } = input
  if (view.verdicts.length > 0 || (view.states.length > 0 && !view.states.includes('allowed-unused'))) return []
  // A filter asks for traffic first: what it leaves of the unused is drawn only when that was asked for too.
  if (input.matches !== null && view.states.length === 0 && !folds.isOpen('unused') && view.selection === null) return []
  const asksForAll = view.states.includes('allowed-unused') || folds.isOpen('unused')
  const bound = asksForAll ? input.askedLimit : input.limit

  const drafts = new Map<string, Draft>()
  const total = eachUnusedPair(input, drawn, drafts, bound)
  if (drafts.size <= bound) {
    if (asksForAll) folds.add('unused', { edges: drafts.size })
    return finishAll(drafts, drawn)
  }
  if (asksForAll) {
    const kept = new Map([...drafts].slice(0, bound))
    folds.add('edge-limit', { edges: Math.max(0, total - kept.size) })
    return finishAll(kept, drawn)
  }
  const selected = view.selection === null ? new Map<string, Draft>() : selectedPairs(input, drawn, view.selection)
  folds.add('unused', { edges: Math.max(0, total - selected.size) })
  return finishAll(selected, drawn)
}

type Draft = { source: string; target: string; bundled: number; connections: ConnectionSet | null; from: WorkloadRef; to: WorkloadRef }

/** Fills `drafts` until the bound is passed, and counts all pairs, namespace by namespace where that is enough. */
function eachUnusedPair(input: UnusedInput, drawn: DrawnNodes, drafts: Map<string, Draft>, bound: number): number {
  const { index, namespaces } = input
  let total = 0
  for (const [from, targets] of index.reachability.namespaces) {
    for (const [to, pairs] of targets) {
      if (!isInView(input, from, to)) continue
      const bothClosed = !drawn.isOpen(from) && !drawn.isOpen(to)
      if (bothClosed) {
        if (from === to || input.usedPairs.has(`${from} ${to}`)) continue
        total++
        if (drafts.size <= bound) addPair(input, drawn, drafts, pairs.firstSource, pairs.firstTarget, null, pairs.count)
        continue
      }
      if (drafts.size > bound) {
        total += pairs.count
        continue
      }
      const before = drafts.size
      for (const source of index.workloadsIn(from)) {
        for (const target of index.workloadsIn(to)) {
          if (drafts.size > bound) break
          const connections = index.reachability.between(source.ref, target.ref)
          if (connections !== 'none') addPair(input, drawn, drafts, source.ref, target.ref, connections, 1)
        }
      }
      total += drafts.size > bound ? pairs.count : drafts.size - before
    }
  }
  return namespaces.size === 0 ? 0 : total
}

function selectedPairs(input: UnusedInput, drawn: DrawnNodes, selection: string): Map<string, Draft> {
  const { index } = input
  const drafts = new Map<string, Draft>()
  const selected = new Set(
    index.cluster.namespaces.has(selection)
      ? index.workloadsIn(selection).map((workload) => workload.ref)
      : [index.cluster.pods.get(selection as never)?.workload ?? (selection as WorkloadRef)],
  )
  for (const other of index.cluster.workloads.values()) {
    for (const ref of selected) {
      for (const [from, to] of [
        [other.ref, ref],
        [ref, other.ref],
      ] as const) {
        const source = index.cluster.workloads.get(from)
        const target = index.cluster.workloads.get(to)
        if (source === undefined || target === undefined || !isInView(input, source.namespace, target.namespace)) continue
        const connections = index.reachability.between(from, to)
        if (connections !== 'none') addPair(input, drawn, drafts, from, to, connections, 1)
        if (drafts.size >= input.askedLimit) return drafts
      }
    }
  }
  return drafts
}

function isInView({ namespaces, view }: UnusedInput, from: string, to: string): boolean {
  if (!namespaces.has(from) || !namespaces.has(to)) return false
  return view.namespaces.length === 0 || view.namespaces.includes(from) || view.namespaces.includes(to)
}

function addPair(
  input: UnusedInput,
  drawn: DrawnNodes,
  drafts: Map<string, Draft>,
  from: WorkloadRef,
  to: WorkloadRef,
  connections: ConnectionSet | null,
  count: number,
): void {
  const { workloads } = input.index.cluster
  const sourceWorkload = workloads.get(from)
  const targetWorkload = workloads.get(to)
  if (sourceWorkload === undefined || targetWorkload === undefined) return
  if (input.matches !== null && !input.matches(sourceWorkload, targetWorkload)) return
  const source = nodeIdOf(sourceWorkload, drawn)
  const target = nodeIdOf(targetWorkload, drawn)
  if (source === target || input.usedPairs.has(`${source} ${target}`)) return
  const id = `${source}>${target} may-reach`
  const known = drafts.get(id)
  if (known === undefined) drafts.set(id, { source, target, bundled: count, connections, from, to })
  else {
    known.bundled += count
    known.connections = null
  }
}

function nodeIdOf(workload: Workload, drawn: DrawnNodes): string {
  return drawn.isOpen(workload.namespace) ? workload.ref : workload.namespace
}

function finishAll(drafts: ReadonlyMap<string, Draft>, drawn: DrawnNodes): GraphEdge[] {
  return [...drafts].map(([id, draft]) => {
    drawn.workload(draft.from)
    drawn.workload(draft.to)
    const { protocol, ports } = draft.connections === null ? { protocol: null, ports: [] } : portsOf(draft.connections)
    return {
      id,
      source: draft.source,
      target: draft.target,
      relation: 'may-reach',
      basis: 'computed',
      state: 'allowed-unused',
      protocol,
      ports,
      verdicts: NONE_SEEN,
      rate: 0,
      policies: [],
      label: '',
      lastSeen: null,
      service: null,
      mutualTls: null,
      reporters: [],
      claim: null,
      bundled: draft.bundled,
    }
  })
}

/** Asks a filter of traffic about a pair without traffic: its ends have names, and nothing was seen. */
export function pairFilter(filter: GraphFilter, at: number): (from: Workload, to: Workload) => boolean {
  return (from, to) =>
    filter.matchesEdge(
      {
        source: workloadEnd(from),
        destination: workloadEnd(to),
        protocol: 'TCP',
        port: null,
        verdicts: NONE_SEEN,
        repeats: NONE_SEEN,
        bytes: null,
        firstSeen: at,
        lastSeen: at,
        policies: [],
        reasons: [],
        reporters: [],
      },
      'allowed-unused',
    )
}
