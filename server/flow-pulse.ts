import type { FlowPulse } from '@/lib/api/stream'
import type { CompiledFilter } from '@/lib/flows/filter-match'
import type { Flow } from '@/lib/flows/flow'
import type { RecentFlows } from '@/lib/flows/recent-flows'
import type { TopologyView } from '@/lib/graph/view'

/** Flows counted for one pulse of a filtered view. */
const MAX_PULSE = 5_000

/** What came in between `at - sinceMs` and `at` that fits a view. */
export function flowPulse(
  recent: RecentFlows,
  { namespaces, verdicts }: Pick<TopologyView, 'namespaces' | 'verdicts'>,
  filter: CompiledFilter | null,
  { at, sinceMs }: { readonly at: number; readonly sinceMs: number },
): FlowPulse {
  const fitsFilter = filter?.matchesFlow ?? null
  const wanted = new Set<string | null>(namespaces)
  const wantedVerdicts = new Set(verdicts)
  const matches = (flow: Flow) =>
    (fitsFilter === null || fitsFilter(flow)) &&
    (wantedVerdicts.size === 0 || wantedVerdicts.has(flow.verdict)) &&
    (wanted.size === 0 || wanted.has(flow.source.namespace) || wanted.has(flow.destination.namespace))
  const page = recent.page({ matches, from: at - sinceMs, to: null, cursor: null, limit: MAX_PULSE })
  const fresh = page.flows.reduce((sum, flow) => sum + flow.count * (flow.weight ?? 1), 0)
  return { at, new: fresh, perSecond: sinceMs <= 0 ? 0 : Math.round((fresh * 10_000) / sinceMs) / 10 }
}
