import type { Cluster, Service } from '../model/cluster'
import type { ServiceRef } from '../model/names'
import { type ServiceEndpoint, serviceEndpoints } from '../model/service-endpoints'
import type { PolicyEngine } from '../policy/engine'
import type { Circumstances, ObservedTraffic } from './circumstances'
import { PolicyView } from './policies/policy-view'

/** What all finders look at, built once per detection. Its lists are in an order that does not depend on that of the documents. */
export class ClusterView {
  readonly now: number | null
  readonly traffic: ObservedTraffic | null
  #policies: PolicyView | null = null

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

  /**
   * Whether the input shows everything that runs: a live cluster, or manifests with the machines. Otherwise what is not
   * found may just be somewhere else.
   */
  get isWholeCluster(): boolean {
    return this.policies.isWholeCluster
  }

  /** Whether objects of the kinds (`GROUP/KIND`, as kindKey writes it) are all known, so that their absence means something. */
  isRead(...kinds: readonly string[]): boolean {
    return kinds.every((kind) => !this.cluster.unread.has(kind))
  }

  endpointsOf(service: Service): readonly ServiceEndpoint[] {
    return serviceEndpoints(this.cluster, service)
  }

  service(ref: ServiceRef): Service | null {
    return this.cluster.services.get(ref) ?? null
  }
}
