import { compareText } from '../../model/compare-text'
import type { ClusterView } from '../cluster-view'
import { aboutNode, type FindingDraft, makeFinding } from '../make-finding'

/** PP-04: machines that are not ready and still get traffic for Services. */
export function* findUnreadyMachines(view: ClusterView): Iterable<FindingDraft | null> {
  const nodes = [...view.cluster.nodes.values()].filter(({ ready }) => ready === false).sort((a, b) => compareText(a.name, b.name))
  if (nodes.length === 0) return
  const listed = new Map(nodes.map(({ name }) => [name, new Set<string>()]))
  for (const { service, ready } of view.services) {
    yield null
    for (const { nodeName, pod, address } of ready) {
      if (nodeName !== null) listed.get(nodeName)?.add(`${service.ref} lists ${pod ?? address}`)
    }
  }
  for (const node of nodes) {
    const endpoints = [...(listed.get(node.name) ?? [])].sort(compareText)
    if (endpoints.length === 0) continue
    yield makeFinding('PP-04', aboutNode(node), {
      field: ['status', 'conditions'],
      message: `The machine is not ready, and ${endpoints.length === 1 ? 'an endpoint' : `${endpoints.length} endpoints`} on it still ${endpoints.length === 1 ? 'gets' : 'get'} traffic.`,
      evidence: endpoints,
    })
  }
}
