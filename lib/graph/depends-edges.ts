import { DeclaredDraft } from './declared-edge'
import type { DeclaredScope } from './declared-edges'
import type { DrawnNodes } from './drawn-nodes'
import type { GraphIndex } from './graph-index'
import type { GraphEdge } from './topology'

/**
 * Draws which Services the configuration of workloads names: between open namespaces, each with its evidence, and only where
 * no traffic shows it better.
 */
export function drawDependencies(
  index: GraphIndex,
  drawn: DrawnNodes,
  scope: DeclaredScope & { readonly usedPairs: ReadonlySet<string> },
): GraphEdge[] {
  const edges: GraphEdge[] = []
  for (const namespace of scope.namespaces) {
    if (!drawn.isOpen(namespace)) continue
    for (const workload of index.workloadsIn(namespace)) {
      if (scope.onlyBetweenDrawn && !drawn.rows.has(workload.ref)) continue
      const drafts = new Map<string, DeclaredDraft>()
      for (const { service, port, evidence } of index.dependenciesOf(workload)) {
        const known = index.cluster.services.get(service)
        // A workload that is told its own name calls nobody.
        if (known === undefined || !drawn.isOpen(known.namespace) || index.targetsOf(known).workloads.has(workload.ref)) continue
        if (scope.onlyBetweenDrawn && !drawn.rows.has(service)) continue
        const ends = [service, ...index.targetsOf(known).workloads]
        if (ends.some((end) => scope.usedPairs.has(`${workload.ref} ${end}`))) continue
        const draft = drafts.get(service) ?? new DeclaredDraft()
        drafts.set(service, draft)
        for (const text of evidence) draft.add(port === null ? [] : [String(port)], text, 'stated')
      }
      for (const [service, draft] of drafts) {
        const target = drawn.service(service)
        const source = drawn.workload(workload.ref)
        if (source !== null && target !== null) edges.push(draft.finish(source, target, 'depends'))
      }
    }
  }
  return edges
}
