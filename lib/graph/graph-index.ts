import type { Cluster, Pod, Service, Workload } from '../model/cluster'
import { type Dependency, dependencies } from '../model/dependencies'
import type { Door, DoorTarget } from '../model/door'
import type { PolicyRef, ServiceRef, WorkloadRef } from '../model/names'
import { resolveDoors } from '../model/resolve-doors'
import { ComputedVerdicts } from './computed-verdicts'
import { GraphNodes } from './graph-nodes'
import type { GraphPolicies } from './graph-policies'
import { type Isolation, isolationOf, podsOf } from './isolation'
import { JudgedEdges } from './judged-edges'
import { findScrapers } from './noise'
import { type Reachability, readReachability } from './reachability'
import { type OutsideReach, readOutsideReach } from './read-outside-reach'
import { type ServiceTargets, serviceTargets } from './service-targets'
import { isSystemNamespace, isSystemService } from './system-namespaces'

/**
 * What every topology of one cluster and one policy engine needs: made once when either changes, filled as it is asked.
 * Answers never change, so topologies may share its rows.
 */
export class GraphIndex {
  readonly cluster: Cluster
  readonly policies: GraphPolicies
  readonly nodes: GraphNodes
  readonly verdicts: ComputedVerdicts
  readonly judged: JudgedEdges
  readonly scrapers: ReadonlySet<WorkloadRef>
  readonly #workloads = new Map<string, Workload[]>()
  /** Services of the cluster's own machinery, which `servicesIn` leaves out. */
  readonly systemServices: Service[] = []
  readonly #services = new Map<string, Service[]>()
  readonly #isolation = new Map<WorkloadRef, Isolation>()
  readonly #targets = new Map<ServiceRef, ServiceTargets>()
  readonly #dependencies = new Map<WorkloadRef, readonly Dependency[]>()
  readonly #outsideReach = new Map<WorkloadRef, readonly OutsideReach[]>()
  #reachability: Reachability | null = null
  #doors: readonly Door[] | null = null
  #doorsByWorkload: Map<WorkloadRef, Set<Door>> | null = null
  #servicesByPort: Map<string, Set<ServiceRef>> | null = null

  constructor(cluster: Cluster, policies: GraphPolicies) {
    this.cluster = cluster
    this.policies = policies
    this.nodes = new GraphNodes(this)
    this.verdicts = new ComputedVerdicts(cluster, policies)
    this.judged = new JudgedEdges(this)
    this.scrapers = findScrapers(cluster)
    for (const workload of cluster.workloads.values()) append(this.#workloads, workload.namespace, workload)
    for (const service of cluster.services.values()) {
      if (isSystemService(service.ref)) this.systemServices.push(service)
      else append(this.#services, service.namespace, service)
    }
  }

  isSystem(namespace: string): boolean {
    return isSystemNamespace(namespace)
  }

  workloadsIn(namespace: string): readonly Workload[] {
    return this.#workloads.get(namespace) ?? []
  }

  servicesIn(namespace: string): readonly Service[] {
    return this.#services.get(namespace) ?? []
  }

  podsOf(workload: Workload): readonly Pod[] {
    return podsOf(this.cluster, workload.pods)
  }

  isolation(workload: Workload): Isolation {
    return remember(this.#isolation, workload.ref, () => isolationOf(this.podsOf(workload), this.policies))
  }

  policiesOf(workload: Workload): readonly PolicyRef[] {
    const { ingress, egress } = this.isolation(workload)
    return [...new Set([...ingress, ...egress])]
  }

  targetsOf(service: Service): ServiceTargets {
    return remember(this.#targets, service.ref, () => serviceTargets(this.cluster, service))
  }

  /** Services that the configuration of a workload names. */
  dependenciesOf(workload: Workload): readonly Dependency[] {
    return remember(this.#dependencies, workload.ref, () => dependencies(this.cluster, workload))
  }

  /** Where outside the policies let a workload go. */
  outsideReach(workload: WorkloadRef): readonly OutsideReach[] {
    return remember(this.#outsideReach, workload, () => readOutsideReach(this.policies, workload))
  }

  get reachability(): Reachability {
    this.#reachability ??= readReachability(this.cluster, this.policies)
    return this.#reachability
  }

  get doors(): readonly Door[] {
    this.#doors ??= resolveDoors(this.cluster)
    return this.#doors
  }

  /** Ways in from outside that lead to a workload. */
  doorsTo(workload: WorkloadRef): readonly Door[] {
    this.#doorsByWorkload ??= this.#readDoorsByWorkload()
    return [...(this.#doorsByWorkload.get(workload) ?? [])]
  }

  /** The Service that stands before a workload's port, when exactly one does. */
  onlyService(workload: WorkloadRef, protocol: string, port: number | null): ServiceRef | null {
    if (port === null) return null
    this.#servicesByPort ??= this.#readServicesByPort()
    const services = this.#servicesByPort.get(`${workload} ${protocol} ${port}`)
    if (services?.size !== 1) return null
    const [service] = services
    return service ?? null
  }

  #readDoorsByWorkload(): Map<WorkloadRef, Set<Door>> {
    const doors = new Map<WorkloadRef, Set<Door>>()
    for (const door of this.doors) {
      for (const workload of this.workloadsBehind(door)) remember(doors, workload, () => new Set()).add(door)
    }
    return doors
  }

  /** The workloads that a door leads to, through Services or directly. */
  workloadsBehind(door: Door): readonly WorkloadRef[] {
    return door.targets.flatMap((target) => [...this.#workloadsBehind(target)])
  }

  #workloadsBehind(target: DoorTarget): Iterable<WorkloadRef> {
    if (target.kind === 'workload') return [target.workload]
    const service = target.kind === 'service' ? this.cluster.services.get(target.service) : undefined
    return service === undefined ? [] : this.targetsOf(service).workloads
  }

  #readServicesByPort(): Map<string, Set<ServiceRef>> {
    const services = new Map<string, Set<ServiceRef>>()
    for (const service of this.cluster.services.values()) {
      const { workloads, podPorts } = this.targetsOf(service)
      for (const workload of workloads) {
        for (const podPort of podPorts) remember(services, `${workload} ${podPort}`, () => new Set()).add(service.ref)
      }
    }
    return services
  }
}

function append<Key, Value>(table: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = table.get(key)
  if (list === undefined) table.set(key, [value])
  else list.push(value)
}

function remember<Key, Value>(table: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = table.get(key)
  if (known !== undefined) return known
  const made = make()
  table.set(key, made)
  return made
}
