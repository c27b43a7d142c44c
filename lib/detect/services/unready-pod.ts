import type { Cluster, Pod } from '../../model/cluster'

/** Why a pod takes no traffic, as far as the cluster says: `shop/web-1: container app waits (CrashLoopBackOff)`. */
export function whyUnready(pod: Pod, nodes: Cluster['nodes']): string {
  return `${pod.ref}: ${reasonOf(pod, nodes)}`
}

function reasonOf(pod: Pod, nodes: Cluster['nodes']): string {
  if (pod.phase === 'Succeeded' || pod.phase === 'Failed') return `has ended (${pod.phase})`
  if (pod.terminating) return 'is going away'
  // Nobody there tells anything new of the pod.
  if (pod.nodeName !== null && nodes.get(pod.nodeName)?.ready === false) return `its machine ${pod.nodeName} is not ready`
  const waiting = pod.containers.find((container) => container.waiting !== null)
  if (waiting !== undefined) return `container ${waiting.name} waits (${waiting.waiting})`
  const [first] = pod.failing
  if (first?.type === 'PodScheduled') return `has no machine (${first.message || first.reason || 'not scheduled'})`
  const unready = pod.containers.find((container) => container.kind !== 'init' && container.ready === false)
  const probe = unready?.probes.find(({ kind }) => kind === 'readiness')
  if (unready !== undefined && probe !== undefined) return `readiness probe of container ${unready.name} on port ${probe.port} fails`
  if (unready !== undefined) return `container ${unready.name} is not ready`
  if (pod.ready) return 'is ready, but is no endpoint'
  return first === undefined || first.reason === '' ? `is not ready (${pod.phase})` : `is not ready (${first.reason})`
}
