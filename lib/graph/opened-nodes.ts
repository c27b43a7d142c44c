import type { Workload } from '../model/cluster'
import { compareText } from '../model/compare-text'
import type { GraphIndex } from './graph-index'
import type { TopologyLimits, TopologyView } from './view'

/** Which boxes of a topology are open, and what stays closed because the limit is reached. */
export type OpenedNodes = {
  readonly namespaces: ReadonlySet<string>
  readonly workloads: ReadonlySet<string>
  readonly pods: ReadonlySet<string>
  /** Nodes inside boxes that the level would open and the limit keeps closed. */
  readonly keptClosed: number
}

/**
 * Opens what the level and the viewer ask for. What the viewer names comes first, then small boxes before large ones: an order
 * that traffic does not change, so that boxes do not open and close by themselves.
 */
export function openNodes(index: GraphIndex, view: TopologyView, scope: readonly string[], limits: TopologyLimits): OpenedNodes {
  const asked = new Set(view.open)
  const budget = new Budget(limits.nodes)

  const inner = (namespace: string) => index.workloadsIn(namespace).length + index.servicesIn(namespace).length
  const askedNamespaces = view.open.filter((name) => index.cluster.namespaces.has(name))
  const levelNamespaces = view.level === 'namespace' ? [] : scope
  const namespaces = budget.take([...askedNamespaces, ...levelNamespaces], asked, inner)

  const visible = [...namespaces].flatMap((namespace) => index.workloadsIn(namespace))
  const opensWorkloads = view.level === 'pod' || view.level === 'container'
  const byRef = new Map<string, Workload>(visible.map((workload) => [workload.ref, workload]))
  const workloads = budget.take(
    visible.filter((workload) => opensWorkloads || asked.has(workload.ref)).map((workload) => workload.ref),
    asked,
    (ref) => byRef.get(ref as Workload['ref'])?.pods.length ?? 0,
  )

  const pods = [...workloads].flatMap((ref) => index.podsOf(byRef.get(ref) as Workload))
  const containers = new Map<string, number>(pods.map((pod) => [pod.ref, pod.containers.length]))
  const openedPods = budget.take(
    pods.filter((pod) => view.level === 'container' || asked.has(pod.ref)).map((pod) => pod.ref),
    asked,
    (ref) => containers.get(ref) ?? 0,
  )
  return { namespaces, workloads, pods: openedPods, keptClosed: budget.refused }
}

class Budget {
  refused = 0
  #left: number

  constructor(nodes: number) {
    this.#left = nodes
  }

  take(boxes: readonly string[], asked: ReadonlySet<string>, size: (box: string) => number): Set<string> {
    const opened = new Set<string>()
    const order = [...new Set(boxes)].sort((a, b) => Number(asked.has(b)) - Number(asked.has(a)) || size(a) - size(b) || compareText(a, b))
    for (const box of order) {
      if (size(box) > this.#left) this.refused += size(box)
      else {
        this.#left -= size(box)
        opened.add(box)
      }
    }
    return opened
  }
}
