import type { Cluster, Pod, Service, Workload } from '../model/cluster'
import { compareText } from '../model/compare-text'
import type { Door } from '../model/door'
import type { WorkloadRef } from '../model/names'
import { resolveDoors } from '../model/resolve-doors'
import type { PolicyEngine } from '../policy/engine'
import type { Circumstances, ObservedTraffic } from './circumstances'
import type { LabelledCandidate } from './nearest-labels'
import { PolicyView } from './policies/policy-view'
import { ServiceFacts } from './services/service-facts'

/** What all finders look at, built once per detection. Its lists are in an order that does not depend on that of the documents. */
export class ClusterView {
  readonly now: number | null
  readonly traffic: ObservedTraffic | null
  #policies: PolicyView | null = null
  #services: readonly ServiceFacts[] | null = null
  #workloads: readonly Workload[] | null = null
  #doors: readonly Door[] | null = null
  readonly #candidates = new Map<string, readonly LabelledCandidate[]>()

  constructor(
    readonly cluster: Cluster,
    readonly engine: PolicyEngine,
    { now, traffic }: Circumstances,
  ) {
    this.now = now
    this.traffic = traffic
  }

  /** The policies in a fixed order, and whom they match. */
  get policies(): PolicyView {
    this.#policies ??= new PolicyView(this.cluster, this.engine)
    return this.#policies
  }

  /** Every Service with what stands behind it; each is looked up when it is first asked for. */
  get services(): readonly ServiceFacts[] {
    this.#services ??= sorted(this.cluster.services.values()).map((service) => new ServiceFacts(this.cluster, service))
    return this.#services
  }

  get workloads(): readonly Workload[] {
    this.#workloads ??= sorted(this.cluster.workloads.values())
    return this.#workloads
  }

  /** Every way into the cluster. */
  get doors(): readonly Door[] {
    this.#doors ??= [...resolveDoors(this.cluster)].sort((a, b) => compareText(a.id, b.id))
    return this.#doors
  }

  /**
   * Whether the input shows everything that runs: a live cluster, or manifests with the machines. Otherwise what is not
   * found may just be somewhere else.
   */
  get isWholeCluster(): boolean {
    return this.cluster.source !== 'manifests' || this.cluster.nodes.size > 0
  }

  /** Whether objects of the kinds (as kindKey writes it) are all known, so that their absence means something. */
  isRead(...kinds: readonly string[]): boolean {
    return kinds.every((kind) => !this.cluster.unread.has(kind))
  }

  workload(ref: WorkloadRef): Workload | null {
    return this.cluster.workloads.get(ref) ?? null
  }

  /** The pods of a workload that exist, or that it stands for. */
  podsOf(workload: Workload): readonly Pod[] {
    return workload.pods.flatMap((ref) => this.cluster.pods.get(ref) ?? [])
  }

  /** Milliseconds since something was created; null where that is not known, or plays no part. */
  ageOf(createdAt: number | null): number | null {
    return this.now === null || createdAt === null ? null : this.now - createdAt
  }

  /** Workloads that a selector in the namespace could have meant. */
  candidatesIn(namespace: string): readonly LabelledCandidate[] {
    let candidates = this.#candidates.get(namespace)
    if (candidates === undefined) {
      candidates = this.workloads.filter((workload) => workload.namespace === namespace).map(({ ref, labels }) => ({ title: ref, labels }))
      this.#candidates.set(namespace, candidates)
    }
    return candidates
  }
}

function sorted<Item extends Service | Workload>(items: Iterable<Item>): readonly Item[] {
  return [...items].sort((a, b) => compareText(a.ref, b.ref))
}
