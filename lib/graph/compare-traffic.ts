import { VERDICTS, type Verdict } from '../flows/flow'
import type { FlowEdge } from '../flows/window-types'
import type { FlowProtocol } from '../model/protocol'
import type { PolicyVerdict } from '../policy/types'
import { edgeState } from './edge-state'
import type { GraphIndex } from './graph-index'
import { stateOf, withRepeats } from './judged-edges'
import type { EdgeState, GraphEdge } from './topology'
import type { GraphFilter } from './view'

/** The cluster and its traffic at one of the two times. */
export type ComparedTime = {
  readonly index: GraphIndex
  /** False where nobody wrote down its objects: then `index` is of now, and what its policies said is unknown. */
  readonly isKnown: boolean
  readonly flowEdges: readonly FlowEdge[]
}

/** A connection at one of the two times. */
export type ConnectionThen = {
  /** null when it was not seen. */
  readonly state: EdgeState | null
  /** Connections and requests that began. */
  readonly verdicts: Readonly<Record<Verdict, number>>
  /** What the policies of that time say, also where it was not seen. */
  readonly policyVerdict: PolicyVerdict
  /** The rules that decide so, as far as they can be named. */
  readonly policies: GraphEdge['policies']
}

/** A connection that differs between two times: workloads, Services or outside ends, with the server's port. */
export type ComparedConnection = {
  /** The id of its edge on a map of workloads. */
  readonly id: string
  readonly source: string
  readonly target: string
  readonly protocol: FlowProtocol
  readonly port: number | null
  /** `stayed` when it was seen at both times: then its verdict flipped. */
  readonly seen: 'appeared' | 'vanished' | 'stayed'
  /** It passed at one time and was refused at the other, or the policies of the two times decide otherwise. */
  readonly flipped: boolean
  readonly before: ConnectionThen
  readonly after: ConnectionThen
}

export type TrafficComparison = {
  /** Verdicts that flipped first, then what was refused, then the busiest. */
  readonly connections: readonly ComparedConnection[]
  readonly counts: { readonly appeared: number; readonly vanished: number; readonly flipped: number; readonly unchanged: number }
}

export type ComparisonScope = {
  /** Connections with an end in one of these; all when empty. */
  readonly namespaces: readonly string[]
  /** One for each time, because labels may have changed; null lets everything through. */
  readonly before: GraphFilter | null
  readonly after: GraphFilter | null
}

type Draft = { source: string; target: string; protocol: FlowProtocol; port: number | null; sample: FlowEdge; before: Sum; after: Sum }
type Sum = { count: number; readonly verdicts: Record<Verdict, number>; readonly withRepeats: Record<Verdict, number> }

/** What two times differ in: connections that appeared, that vanished, and those whose verdict flipped. */
export function compareTraffic(before: ComparedTime, after: ComparedTime, scope: ComparisonScope): TrafficComparison {
  const drafts = new Map<string, Draft>()
  for (const edge of before.flowEdges) if (isInScope(edge, before, scope, scope.before)) addTo(drafts, edge, 'before')
  for (const edge of after.flowEdges) if (isInScope(edge, after, scope, scope.after)) addTo(drafts, edge, 'after')
  const connections: ComparedConnection[] = []
  const counts = { appeared: 0, vanished: 0, flipped: 0, unchanged: 0 }
  for (const [id, draft] of drafts) {
    const compared = finish(id, draft, before, after)
    if (compared.flipped) counts.flipped++
    if (compared.seen !== 'stayed') counts[compared.seen]++
    else if (!compared.flipped) {
      counts.unchanged++
      continue
    }
    connections.push(compared)
  }
  return { connections: connections.sort(byWeight), counts }
}

function isInScope(edge: FlowEdge, time: ComparedTime, { namespaces }: ComparisonScope, filter: GraphFilter | null): boolean {
  const { source, destination } = edge
  const isInNamespace =
    namespaces.length === 0 || [source, destination].some(({ namespace }) => namespace !== null && namespaces.includes(namespace))
  return isInNamespace && (filter === null || filter.matchesEdge(edge, stateAt(time, edge, withRepeats(edge))))
}

function addTo(drafts: Map<string, Draft>, edge: FlowEdge, side: 'before' | 'after'): void {
  const source = edge.source.workload ?? edge.source.ref
  const target = edge.destination.workload ?? edge.destination.ref
  const id = `${source}>${target} traffic ${edge.protocol} ${edge.port ?? ''}`
  let draft = drafts.get(id)
  if (draft === undefined) {
    draft = { source, target, protocol: edge.protocol, port: edge.port, sample: edge, before: noSum(), after: noSum() }
    drafts.set(id, draft)
  }
  // The newest pods tell best what policies say at either time.
  draft.sample = edge
  const sum = draft[side]
  const seen = withRepeats(edge)
  sum.count++
  for (const verdict of VERDICTS) {
    sum.verdicts[verdict] += edge.verdicts[verdict]
    sum.withRepeats[verdict] += seen[verdict]
  }
}

function finish(
  id: string,
  { source, target, protocol, port, sample, before, after }: Draft,
  was: ComparedTime,
  is: ComparedTime,
): ComparedConnection {
  const then = { before: connectionThen(was, sample, before), after: connectionThen(is, sample, after) }
  const seen = before.count === 0 ? 'appeared' : after.count === 0 ? 'vanished' : 'stayed'
  return { id, source, target, protocol, port, seen, flipped: isFlipped(then.before, then.after, before, after), ...then }
}

function connectionThen(time: ComparedTime, sample: FlowEdge, { count, verdicts, withRepeats: seen }: Sum): ConnectionThen {
  const state = count === 0 ? null : stateAt(time, sample, seen)
  if (!time.isKnown) return { state, verdicts, policyVerdict: 'unknown', policies: [] }
  const { verdict, policies } = time.index.verdicts.of(sample)
  return { state, verdicts, policyVerdict: verdict, policies }
}

function stateAt({ index, isKnown }: ComparedTime, edge: FlowEdge, seen: Readonly<Record<Verdict, number>>): EdgeState {
  return isKnown ? stateOf(edge, seen, index) : edgeState(seen, { verdict: 'unknown', isRefusedBehindNetwork: false })
}

/** What passed and is refused now flipped, and so did what the policies decide otherwise; what cannot be told is no flip. */
function isFlipped(was: ConnectionThen, is: ConnectionThen, before: Sum, after: Sum): boolean {
  const outcomes = [outcomeOf(before), outcomeOf(after)]
  if (outcomes.includes('passed') && outcomes.includes('refused')) return true
  const decided = [was.policyVerdict, is.policyVerdict]
  return decided.includes('allowed') && decided.includes('denied')
}

function outcomeOf({ withRepeats: seen }: Sum): 'passed' | 'refused' | null {
  if (seen.dropped > 0) return 'refused'
  return seen.forwarded + seen.audit > 0 ? 'passed' : null
}

function byWeight(a: ComparedConnection, b: ComparedConnection): number {
  return Number(b.flipped) - Number(a.flipped) || refusedOf(b) - refusedOf(a) || countOf(b) - countOf(a) || (a.id < b.id ? -1 : 1)
}

function refusedOf({ before, after }: ComparedConnection): number {
  return Number(before.state === 'denied-tried' || after.state === 'denied-tried')
}

function countOf({ before, after }: ComparedConnection): number {
  return VERDICTS.reduce((sum, verdict) => sum + before.verdicts[verdict] + after.verdicts[verdict], 0)
}

function noSum(): Sum {
  return {
    count: 0,
    verdicts: { forwarded: 0, dropped: 0, audit: 0, error: 0, unknown: 0 },
    withRepeats: { forwarded: 0, dropped: 0, audit: 0, error: 0, unknown: 0 },
  }
}
