import type { FlowL7, FlowPolicy, ObservedEndpoint, ObservedFlow } from '@/lib/flows/flow'
import type { SourceFamily } from '@/lib/flows/source-rank'
import type { EndPool } from './end-pool'

/** Label name to value, by the names that a family uses. */
export type Labels = ReadonlyMap<string, string>

/** What the labels of one series say of an edge. */
export type EdgeReading = Pick<ObservedFlow, 'protocol' | 'port' | 'verdict' | 'reason' | 'rawReason' | 'direction'> & {
  readonly source: ObservedEndpoint
  readonly destination: ObservedEndpoint
  readonly policies: readonly FlowPolicy[]
  readonly l7: FlowL7 | null
  /** Left out where the labels say nothing of it. */
  readonly mutualTls?: boolean
  /** False where the metric counts something else than connections or requests (packets, records, bytes). */
  readonly counts: boolean
}

/** A label as a family calls it, and the names it may have after relabelling, the best first. */
export type LabelWish = { readonly name: string; readonly from: readonly string[] }

/** A metric (with its fellows) whose series are edges. */
export type EdgeFamily = {
  readonly id: string
  /** For people: `Istio requests`. */
  readonly title: string
  /** Its growth is the count, or the bytes where `unit` says so. Without it the family is not there. */
  readonly metric: string
  readonly unit: 'count' | 'bytes'
  /** Metrics with the same labels whose growth is bytes of the same edges. */
  readonly bytes: readonly string[]
  /** Matchers in PromQL. */
  readonly written: readonly string[]
  readonly labels: readonly LabelWish[]
  /** Labels without which no edge can be made of a series; at least one of them must be there. */
  readonly needs: readonly string[]
  /** What to switch on where they are missing. */
  readonly help: string
  /**
   * Families that may count the same traffic: what they have counted once is only shown as in use here. An edge is known by
   * its ends.
   */
  readonly countedBy: readonly string[]
  /** True where both machines of a connection report it: the larger of the two sides counts. */
  readonly hasTwoSides: boolean
  /**
   * How well it counts beside other sources of an edge: proxies count every request; verdicts of policies are counted where there
   * are policies, and traces are sampled; bytes count nothing.
   */
  readonly countsAs: SourceFamily
  /** null for a series that is no edge. `beside` are the ids of all families that are there. */
  readonly read: (labels: Labels, ends: EndPool, beside: ReadonlySet<string>) => EdgeReading | null
}

/** Labels that are called the same everywhere. */
export function plainLabels(...names: readonly string[]): readonly LabelWish[] {
  return names.map((name) => ({ name, from: [name] }))
}

/** A label's value; null when it is not there, empty or says that it is not known. */
export function labelValue(labels: Labels, name: string): string | null {
  const value = labels.get(name)
  return value === undefined || value === '' || value === 'unknown' ? null : value
}

/** A port written in a label. */
export function portOf(labels: Labels, name: string): number | null {
  const text = labels.get(name) ?? ''
  if (text.length < 1 || text.length > 5) return null
  const port = Number(text)
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : null
}

/** `cart.shop.svc.cluster.local` as a Service; null for other names. */
export function serviceOfHost(host: string): { readonly namespace: string; readonly name: string } | null {
  const [name, namespace, kind] = host.split('.', 4)
  if (name === undefined || name === '' || namespace === undefined || namespace === '' || kind !== 'svc') return null
  return { namespace, name }
}

export const NO_POLICIES: readonly FlowPolicy[] = []
