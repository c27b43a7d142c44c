import { compareText } from '../../model/compare-text'
import type { WorkloadRef } from '../../model/names'
import type { CompiledPolicy } from '../../policy/compiled-policy'
import type { PodClass } from '../../policy/pod-classes'
import { aboutWorkload, type FindingDraft, makeFinding } from '../make-finding'
import { admits } from './admission'
import type { PolicyView } from './policy-view'
import { prometheusPods, scrapeTargets } from './scrape-targets'

/** Scrapes of one port of one workload that are denied. */
type Cut = { readonly workload: WorkloadRef; readonly port: number; readonly toldBy: Set<string>; readonly policies: Set<CompiledPolicy> }

/** NP-14: Prometheus is told to scrape pods, and the policies of either side deny it. One finding for each workload and port. */
export function findMonitoringCut(view: PolicyView): readonly FindingDraft[] {
  const { byPod } = view.engine.facts.classes
  const scrapers = [...new Set(prometheusPods(view.cluster).flatMap(({ ref }) => byPod.get(ref) ?? []))]
  if (scrapers.length === 0) return []
  const cuts = new Map<string, Cut>()
  const decided = new Map<string, readonly CompiledPolicy[]>()
  for (const { pod, port, toldBy } of scrapeTargets(view.cluster)) {
    const target = byPod.get(pod)
    const workload = view.cluster.pods.get(pod)?.workload
    if (target === undefined || workload === undefined) continue
    const question = `${target.id} ${port}`
    const policies = decided.get(question) ?? deniedBy(scrapers, target, port, view)
    decided.set(question, policies)
    if (policies.length === 0) continue
    const key = `${workload} ${port}`
    const cut = cuts.get(key) ?? { workload, port, toldBy: new Set<string>(), policies: new Set<CompiledPolicy>() }
    cuts.set(key, cut)
    cut.toldBy.add(toldBy)
    for (const policy of policies) cut.policies.add(policy)
  }
  return [...cuts.values()].flatMap(({ workload: ref, port, toldBy, policies }) => {
    const workload = view.cluster.workloads.get(ref)
    if (workload === undefined) return []
    return makeFinding('NP-14', aboutWorkload(workload.namespace, workload.name, workload.kind, workload.meta), {
      field: null,
      message: `Prometheus may not scrape TCP ${port}: its pods are not let through.`,
      evidence: [
        ...[...toldBy].sort(compareText).slice(0, 2),
        ...[...policies].map((policy) => `${policy.ref} isolates`).sort(compareText),
      ],
    })
  })
}

/** The policies that isolate the side that denies; none when some Prometheus pod gets through. */
function deniedBy(scrapers: readonly PodClass[], target: PodClass, port: number, view: PolicyView): readonly CompiledPolicy[] {
  const ports = [{ protocol: 'TCP', port }] as const
  const found = new Set<CompiledPolicy>()
  for (const scraper of scrapers) {
    const isLetIn = admits(target, 'ingress', scraper, ports, view)
    const isLetOut = admits(scraper, 'egress', target, ports, view)
    if (isLetIn && isLetOut) return []
    if (!isLetIn) for (const policy of view.isolating(target, 'ingress')) found.add(policy)
    if (!isLetOut) for (const policy of view.isolating(scraper, 'egress')) found.add(policy)
  }
  return [...found]
}
