import type { Pod } from '../../model/cluster'
import { compareText } from '../../model/compare-text'
import type { PodRef, WorkloadRef } from '../../model/names'
import type { ClusterView } from '../cluster-view'
import { aboutService, type FindingDraft, makeFinding } from '../make-finding'
import type { ServiceFacts } from '../services/service-facts'

/** Connections per pod, on average, from which their spread says something. */
const ENOUGH = 30
/** The busiest pod has this many times its share, or more. */
const UNEVEN = 2.5
/** Records of connections that are in use, for each new one, from which connections count as long-lived. */
const LONG_LIVED = 4

type Load = { fresh: number; ongoing: number }

/** LB-01: replicas that get very different numbers of connections. LB-02: because connections stay open. */
export function* findReplicaBalance(view: ClusterView): Iterable<FindingDraft | null> {
  if (view.traffic === null) return
  const loads = loadOfPods(view)
  yield null
  const reported = new Set<WorkloadRef>()
  for (const facts of view.services) {
    yield null
    const pods = balancedPods(facts, view)
    const [first] = pods
    // Pods of one workload are judged once, whichever of its Services the connections came through.
    if (first === undefined || pods.length < 2 || reported.has(first.workload)) continue
    const shares = pods.map((pod) => ({ pod, ...(loads.get(pod.ref) ?? { fresh: 0, ongoing: 0 }) }))
    const fresh = sum(shares.map((share) => share.fresh))
    const ongoing = sum(shares.map((share) => share.ongoing))
    const isHeld = ongoing >= LONG_LIVED * Math.max(fresh, 1)
    const counts = shares.map((share) => (isHeld ? share.fresh + share.ongoing : share.fresh))
    const total = sum(counts)
    const mean = total / pods.length
    if (mean < ENOUGH || Math.max(...counts) < UNEVEN * mean) continue
    reported.add(first.workload)
    const evidence = shares
      .map((share, index) => ({ ref: share.pod.ref, count: counts[index] ?? 0 }))
      .sort((a, b) => b.count - a.count || compareText(a.ref, b.ref))
      .map(({ ref, count }) => `${ref}: ${Math.round((count / total) * 100)} % of ${total}`)
    yield makeFinding(isHeld ? 'LB-02' : 'LB-01', aboutService(facts.service.meta), {
      field: null,
      message: isHeld
        ? `Connections stay open for long, and one of ${pods.length} pods holds ${share(counts)} % of them.`
        : `One of ${pods.length} pods gets ${share(counts)} % of the connections.`,
      evidence: [...evidence, ...(facts.service.sessionAffinity.mode === 'ClientIP' ? ['sessionAffinity ClientIP'] : [])],
    })
  }
}

function share(counts: readonly number[]): number {
  return Math.round((Math.max(...counts) / sum(counts)) * 100)
}

/** Ready pods of one workload that have been there for the whole time; members of a headless Service are chosen on purpose. */
function balancedPods(facts: ServiceFacts, view: ClusterView): readonly Pod[] {
  const { service } = facts
  if (service.headless || service.type === 'ExternalName' || view.traffic === null) return []
  const { from } = view.traffic
  const pods = facts.ready.flatMap(({ pod }) => (pod === null ? [] : (view.cluster.pods.get(pod) ?? [])))
  const settled = pods.filter(({ meta, terminating }) => !terminating && (meta.createdAt === null || meta.createdAt < from))
  return new Set(pods.map(({ workload }) => workload)).size === 1 ? settled : []
}

function loadOfPods({ traffic }: ClusterView): ReadonlyMap<PodRef, Load> {
  const loads = new Map<PodRef, Load>()
  for (const { destination, verdicts, repeats } of traffic?.edges ?? []) {
    if (destination.pod === null) continue
    const load = loads.get(destination.pod) ?? { fresh: 0, ongoing: 0 }
    loads.set(destination.pod, load)
    load.fresh += verdicts.forwarded + verdicts.unknown
    load.ongoing += repeats.forwarded + repeats.unknown
  }
  return loads
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
