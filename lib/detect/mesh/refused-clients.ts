import { compareText } from '../../model/compare-text'
import type { PolicyRef } from '../../model/names'
import type { ClusterView } from '../cluster-view'
import { aboutPolicy, type FindingDraft, makeFinding } from '../make-finding'

/** MS-05, by objects: AuthorizationPolicies that let nobody in at pods that a Service stands before. */
export function* findNobodyLetIn(view: ClusterView): Iterable<FindingDraft | null> {
  const { mesh } = view.engine.facts.evaluation
  const emptyHanded = new Map<PolicyRef, Set<string>>()
  for (const { service, endpoints } of view.services) {
    for (const { pod } of endpoints) {
      const found = pod === null ? undefined : view.cluster.pods.get(pod)
      if (found === undefined) continue
      const { target, mesh: membership } = mesh.podOf(found)
      if (target?.mesh !== 'istio' || membership.isMember !== 'yes') continue
      const allowing = target.istio.policies.filter(({ action }) => action === 'ALLOW')
      // Without any rule nothing is allowed; with one that is not understood nobody knows.
      if (allowing.length === 0 || allowing.some(({ rules, isUnderstood }) => rules.length > 0 || !isUnderstood)) continue
      for (const { ref } of allowing) {
        const services = emptyHanded.get(ref) ?? new Set()
        emptyHanded.set(ref, services.add(service.ref))
      }
    }
    yield null
  }
  for (const policy of mesh.istio.policies) {
    const services = emptyHanded.get(policy.ref)
    if (services === undefined) continue
    const some = services.size === 1 ? 'one Service' : `${services.size} Services`
    yield makeFinding('MS-05', aboutPolicy(policy.raw), {
      field: ['spec'],
      message: `The policy lets nobody in, and no other lets anybody in at the pods of ${some}.`,
      why: 'Every request to these Services is refused.',
      fix: 'Add an ALLOW policy for the clients of each Service.',
      evidence: [...services].sort(compareText),
    })
  }
}

/** MS-05, by traffic: clients that were seen, and that the policies of the mesh refuse. */
export function* findRefusedClients(view: ClusterView): Iterable<FindingDraft | null> {
  const refused = new Map<string, Set<string>>()
  const asked = new Set<string>()
  for (const { source, destination, protocol, port } of view.traffic?.edges ?? []) {
    if (protocol !== 'TCP' || port === null || destination.pod === null) continue
    const server = view.cluster.pods.get(destination.pod)
    if (server === undefined || view.engine.facts.evaluation.mesh.podOf(server).target === null) continue
    const client = source.workload ?? source.ref
    // Pods of one workload are told apart by nothing that a policy of the mesh looks at.
    const key = JSON.stringify([client, server.workload, port])
    if (asked.has(key)) continue
    asked.add(key)
    yield null
    const { mesh } = view.engine.evaluate({ from: source.ref, to: destination.pod, port, protocol })
    if (mesh?.verdict !== 'denied') continue
    for (const { policy, effect } of mesh.by) {
      if (policy === null || effect === 'allow' || !policy.startsWith('AuthorizationPolicy:')) continue
      const clients = refused.get(policy) ?? new Set()
      refused.set(policy, clients.add(`${client} to ${server.workload}, port ${port}`))
    }
  }
  for (const { ref, raw } of view.engine.facts.evaluation.mesh.istio.policies) {
    const clients = refused.get(ref)
    if (clients === undefined) continue
    const some = clients.size === 1 ? 'A client' : `${clients.size} clients`
    yield makeFinding('MS-05', aboutPolicy(raw), {
      field: ['spec'],
      message: `${some} that ${clients.size === 1 ? 'was' : 'were'} seen ${clients.size === 1 ? 'is' : 'are'} refused by the policy.`,
      evidence: [...clients].sort(compareText),
    })
  }
}
