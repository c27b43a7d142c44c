import type { Cluster, Pod, Service, Workload } from '../model/cluster'
import { compareText } from '../model/compare-text'
import type { Door } from '../model/door'
import { isReadIn } from '../model/is-read'
import type { WorkloadRef } from '../model/names'
import { resolveDoors } from '../model/resolve-doors'
import type { PolicyEngine } from '../policy/engine'
import type { Circumstances, ObservedTraffic } from './circumstances'
import type { LabelledCandidate } from './nearest-labels'
import { PolicyView } from './policies/policy-view'
import { ServiceFacts } from './services/service-facts'

/** What is looked up once for a cluster, whatever the circumstances. */
type Parts = {
  policies: PolicyView | null
  services: readonly ServiceFacts[] | null
  workloads: readonly Workload[] | null
  doors: readonly Door[] | null
  readonly candidates: Map<string, readonly LabelledCandidate[]>
}

/** What all finders look at. Its lists are in an order that does not depend on that of the documents. */
export class ClusterView {
  readonly now: number | null
  readonly traffic: ObservedTraffic | null
  readonly #parts: Parts

  constructor(
    readonly cluster: Cluster,
    readonly engine: PolicyEngine,
    { now, traffic }: Circumstances,
    parts: Parts = { policies: null, services: null, workloads: null, doors: null, candidates: new Map() },
  ) {
    this.now = now
    this.traffic = traffic
    this.#parts = parts
  }

  /** The same cluster at another time, and with other traffic. */
  under(circumstances: Circumstances): ClusterView {
    return new ClusterView(this.cluster, this.engine, circumstances, this.#parts)
  }

  /** The policies in a fixed order, and whom they match. */
  get policies(): PolicyView {
    this.#parts.policies ??= new PolicyView(this.cluster, this.engine)
    return this.#parts.policies
  }

  /** Every Service with what stands behind it; each is looked up when it is first asked for. */
  get services(): readonly ServiceFacts[] {
    this.#parts.services ??= sorted(this.cluster.services.values()).map((service) => new ServiceFacts(this.cluster, service))
    return this.#parts.services
  }

  get workloads(): readonly Workload[] {
    this.#parts.workloads ??= sorted(this.cluster.workloads.values())
    return this.#parts.workloads
  }

  /** Every way into the cluster. */
  get doors(): readonly Door[] {
    this.#parts.doors ??= [...resolveDoors(this.cluster)].sort((a, b) => compareText(a.id, b.id))
    return this.#parts.doors
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

  /** The same in one namespace: often only some may be read. */
  isReadIn(namespace: string, ...kinds: readonly string[]): boolean {
    return isReadIn(this.cluster, namespace, ...kinds)
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
    let candidates = this.#parts.candidates.get(namespace)
    if (candidates === undefined) {
      candidates = this.workloads.filter((workload) => workload.namespace === namespace).map(({ ref, labels }) => ({ title: ref, labels }))
      this.#parts.candidates.set(namespace, candidates)
    }
    return candidates
  }
}

function sorted<Item extends Service | Workload>(items: Iterable<Item>): readonly Item[] {
  return [...items].sort((a, b) => compareText(a.ref, b.ref))
}
