import type { CompiledFilter } from '@/lib/flows/filter-match'
import { VERDICTS, type Verdict } from '@/lib/flows/flow'
import type { RecentFlows } from '@/lib/flows/recent-flows'
import type { TopologyView } from '@/lib/graph/view'

/** `[from, to)` in milliseconds. */
export type Span = { readonly from: number; readonly to: number }

/** What a source hands over of before it was connected is no news; the slowest sources report what happened half a minute ago. */
const NEWS_MS = 60_000

/** Connections between two namespaces; null is outside. */
type PairCount = { readonly source: string | null; readonly destination: string | null; readonly verdicts: Record<Verdict, number> }

/** How many connections came in during a span that fit a view: counted once for all views without a filter. */
export class FlowPulses {
  readonly #recent: RecentFlows
  #counted: { readonly span: Span; readonly counts: readonly PairCount[] } | null = null

  constructor(recent: RecentFlows) {
    this.#recent = recent
  }

  count(view: Pick<TopologyView, 'namespaces' | 'verdicts'>, filter: CompiledFilter | null, span: Span): number {
    const counts = filter === null ? this.#countsOf(span) : countPairs(this.#recent, filter, span)
    const namespaces = new Set<string | null>(view.namespaces)
    const verdicts = view.verdicts.length === 0 ? VERDICTS : view.verdicts
    return counts
      .filter(({ source, destination }) => namespaces.size === 0 || namespaces.has(source) || namespaces.has(destination))
      .reduce((sum, pair) => verdicts.reduce((total, verdict) => total + pair.verdicts[verdict], sum), 0)
  }

  #countsOf(span: Span): readonly PairCount[] {
    const known = this.#counted
    if (known?.span.from === span.from && known.span.to === span.to) return known.counts
    const counts = countPairs(this.#recent, null, span)
    this.#counted = { span, counts }
    return counts
  }
}

function countPairs(recent: RecentFlows, filter: CompiledFilter | null, { from, to }: Span): readonly PairCount[] {
  const counts: PairCount[] = []
  const bySource = new Map<string | null, Map<string | null, PairCount>>()
  recent.visitBetween(from, to, (flow) => {
    if (flow.windowTime < to - NEWS_MS || filter?.matchesFlow(flow) === false) return
    const [source, destination] = [flow.source.namespace, flow.destination.namespace]
    let ofSource = bySource.get(source)
    if (ofSource === undefined) {
      ofSource = new Map()
      bySource.set(source, ofSource)
    }
    let pair = ofSource.get(destination)
    if (pair === undefined) {
      pair = { source, destination, verdicts: { forwarded: 0, dropped: 0, audit: 0, error: 0, unknown: 0 } }
      ofSource.set(destination, pair)
      counts.push(pair)
    }
    pair.verdicts[flow.verdict] += flow.count * (flow.weight ?? 1)
  })
  return counts
}
