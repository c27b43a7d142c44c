import type { FlowEndpoint } from '../flows/flow'
import type { Pod, Workload } from '../model/cluster'
import type { WorkloadRef } from '../model/names'
import type { GraphIndex } from './graph-index'
import type { OpenedNodes } from './opened-nodes'
import { outsideNode, type Side } from './outside-nodes'
import type { GraphNode } from './topology'

/** The nodes of a topology while it is built: says which drawn node stands for an end, and adds it with the boxes around it. */
export class DrawnNodes {
  readonly rows = new Map<string, GraphNode>()
  readonly #index: GraphIndex
  readonly #opened: OpenedNodes
  /** Outside groups that get a node of their own; the others share `entity:world`. */
  readonly #outside: ReadonlySet<string>
  /** Ends that were drawn: flows share their objects. */
  readonly #ends: Readonly<Record<Side, Map<FlowEndpoint, string>>> = { source: new Map(), destination: new Map() }

  constructor(index: GraphIndex, opened: OpenedNodes, outside: ReadonlySet<string>) {
    this.#index = index
    this.#opened = opened
    this.#outside = outside
  }

  isOpen(namespace: string): boolean {
    return this.#opened.namespaces.has(namespace)
  }

  add(row: GraphNode): string {
    this.rows.set(row.id, row)
    return row.id
  }

  namespace(name: string): string {
    return this.add(this.#index.nodes.namespace(name, this.isOpen(name)))
  }

  /** Draws a namespace with everything that its level opens in it. */
  wholeNamespace(name: string): void {
    this.namespace(name)
    if (!this.isOpen(name)) return
    for (const service of this.#index.servicesIn(name)) this.add(this.#index.nodes.service(service))
    for (const workload of this.#index.workloadsIn(name)) this.wholeWorkload(workload)
  }

  /** Draws a workload with everything that its level opens in it, or the namespace that is closed around it. */
  wholeWorkload(workload: Workload): void {
    this.workload(workload.ref)
    if (!this.isOpen(workload.namespace)) return
    if (!this.#opened.workloads.has(workload.ref)) return
    for (const pod of this.#index.podsOf(workload)) {
      this.add(this.#index.nodes.pod(pod))
      if (!this.#opened.pods.has(pod.ref)) continue
      for (const container of pod.containers) {
        if (container.kind !== 'init') this.add(this.#index.nodes.container(pod, container))
      }
    }
  }

  workload(ref: WorkloadRef): string | null {
    const workload = this.#index.cluster.workloads.get(ref)
    if (workload === undefined) return null
    this.namespace(workload.namespace)
    return this.isOpen(workload.namespace) ? this.add(this.#index.nodes.workload(workload)) : workload.namespace
  }

  service(ref: string): string | null {
    const service = this.#index.cluster.services.get(ref as never)
    if (service === undefined) return null
    this.namespace(service.namespace)
    return this.isOpen(service.namespace) ? this.add(this.#index.nodes.service(service)) : service.namespace
  }

  /** The node that stands for one end of a flow. */
  end(end: FlowEndpoint, side: Side, port: number | null): string {
    // Only an opened pod tells ports apart.
    if (this.#opened.pods.size > 0) return this.#end(end, side, port)
    const known = this.#ends[side].get(end)
    if (known !== undefined) return known
    const id = this.#end(end, side, port)
    this.#ends[side].set(end, id)
    return id
  }

  #end(end: FlowEndpoint, side: Side, port: number | null): string {
    if (end.namespace === null) return this.add(outsideNode(end, side, this.#outside))
    if (!this.isOpen(end.namespace)) return this.namespace(end.namespace)
    const pod = end.pod === null ? undefined : this.#index.cluster.pods.get(end.pod)
    const workload = end.workload ?? pod?.workload
    if (workload !== undefined && workload !== null) {
      const known = this.#index.cluster.workloads.get(workload)
      if (known === undefined) return this.#gone(workload, end.namespace, 'workload')
      this.workload(workload)
      return pod !== undefined && this.#opened.workloads.has(workload) ? this.#pod(pod, side, port) : workload
    }
    return this.service(end.ref) ?? this.#gone(end.ref, end.namespace, end.ref.startsWith('svc:') ? 'service' : 'pod')
  }

  #pod(pod: Pod, side: Side, port: number | null): string {
    this.add(this.#index.nodes.pod(pod))
    if (side === 'source' || port === null || !this.#opened.pods.has(pod.ref)) return pod.ref
    const listening = pod.containers.filter((container) => container.ports.some((declared) => declared.port === port))
    const [only] = listening
    return only !== undefined && listening.length === 1 ? this.add(this.#index.nodes.container(pod, only)) : pod.ref
  }

  #gone(ref: string, namespace: string, kind: 'workload' | 'pod' | 'service'): string {
    this.namespace(namespace)
    const name = ref.slice(ref.indexOf('/') + 1).replace(/\[[^\]]*\]$/, '')
    return this.add({
      id: ref,
      kind,
      ref,
      name,
      namespace,
      parent: namespace,
      lane: kind === 'service' ? 'service' : 'workload',
      badges: [{ id: 'problem', value: 'seen in traffic, not in the cluster now' }],
    })
  }
}
