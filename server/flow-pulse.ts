import type { FlowPulse } from '@/lib/api/stream'
import type { CompiledFilter } from '@/lib/flows/filter-match'
import type { RecentFlows } from '@/lib/flows/recent-flows'
import type { TopologyView } from '@/lib/graph/view'

/** What came in between `at - sinceMs` and `at`, or `to` where that is said, that fits a view. */
export function flowPulse(
  recent: RecentFlows,
  { namespaces, verdicts }: Pick<TopologyView, 'namespaces' | 'verdicts'>,
  filter: CompiledFilter | null,
  { at, sinceMs, to = null }: { readonly at: number; readonly sinceMs: number; readonly to?: number | null },
): FlowPulse {
  const fitsFilter = filter?.matchesFlow ?? null
  const wanted = new Set<string | null>(namespaces)
  const wantedVerdicts = new Set(verdicts)
  const from = at - sinceMs
  let fresh = 0
  recent.visitSince(from, (flow) => {
    if (flow.windowTime < from || (to !== null && flow.windowTime >= to)) return
    if (wantedVerdicts.size > 0 && !wantedVerdicts.has(flow.verdict)) return
    if (wanted.size > 0 && !wanted.has(flow.source.namespace) && !wanted.has(flow.destination.namespace)) return
    if (fitsFilter === null || fitsFilter(flow)) fresh += flow.count * (flow.weight ?? 1)
  })
  return { at, new: fresh, perSecond: sinceMs <= 0 ? 0 : Math.round((fresh * 10_000) / sinceMs) / 10 }
}
