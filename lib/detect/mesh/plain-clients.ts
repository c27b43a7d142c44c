import type { Pod, Service } from '../../model/cluster'
import { compareText } from '../../model/compare-text'
import type { WorkloadRef } from '../../model/names'
import { detectDns } from '../../platform/dns/detect-dns'
import { destinationRulesOf } from '../../platform/services/destination-rules'
import { serverMtls } from '../../policy/mesh/expected-mtls'
import type { ClusterView } from '../cluster-view'
import { aboutObject, aboutWorkload, type FindingDraft, makeFinding } from '../make-finding'

/** MS-02, by objects: a DestinationRule tells clients to speak otherwise than the server demands. */
export function* findContraryRules(view: ClusterView): Iterable<FindingDraft | null> {
  const zone = detectDns(view.cluster).zone.value
  for (const { service, endpoints } of view.services) {
    if (service.type === 'ExternalName') continue
    // The first that says anything about TLS is the one that counts.
    const rule = destinationRulesOf(view.cluster, service, zone).find(({ tlsMode }) => tlsMode !== null)
    if (rule === undefined || rule.tlsMode === null || !PLAIN.has(rule.tlsMode)) continue
    yield null
    const strict = endpoints.flatMap(({ pod, ports }) =>
      ports.flatMap(({ port }) => (pod === null || port === null ? [] : (demandAt(view, view.cluster.pods.get(pod), port) ?? []))),
    )
    const [first] = strict
    if (first === undefined) continue
    yield makeFinding('MS-02', aboutObject(rule.meta), {
      field: ['spec', 'trafficPolicy', 'tls', 'mode'],
      value: rule.tlsMode,
      message: `Clients are told to use ${rule.tlsMode === 'DISABLE' ? 'plain text' : 'TLS of their own'} for ${title(service)}, whose pods demand mutual TLS of the mesh.`,
      fix: 'Set the mode to ISTIO_MUTUAL, or take tls out of the rule so that the mesh chooses.',
      evidence: [first, `host ${rule.host}`],
    })
  }
}

/** Modes by which a client shows no certificate of the mesh. */
const PLAIN: ReadonlySet<string> = new Set(['DISABLE', 'SIMPLE'])

function title({ namespace, name }: Service): string {
  return `Service ${namespace}/${name}`
}

/** MS-02, by traffic: a client without a proxy was seen at a server that demands a certificate. */
export function* findPlainClients(view: ClusterView): Iterable<FindingDraft | null> {
  const seen = new Map<string, { readonly server: WorkloadRef; readonly client: WorkloadRef; readonly demands: Set<string> }>()
  for (const { source, destination, protocol, port } of view.traffic?.edges ?? []) {
    if (protocol !== 'TCP' || port === null || destination.pod === null || source.pod === null) continue
    yield null
    const [client, server] = [view.cluster.pods.get(source.pod), view.cluster.pods.get(destination.pod)]
    if (client === undefined || server === undefined || view.engine.facts.evaluation.mesh.podOf(client).mesh.isMember !== 'no') continue
    const demand = demandAt(view, server, port)
    if (demand === null) continue
    const key = JSON.stringify([server.workload, client.workload])
    const pair = seen.get(key) ?? { server: server.workload, client: client.workload, demands: new Set<string>() }
    seen.set(key, pair)
    pair.demands.add(`port ${port}: ${demand}`)
  }
  for (const [, { server: ref, client, demands }] of [...seen].sort(([a], [b]) => compareText(a, b))) {
    const server = view.workload(ref)
    if (server === null) continue
    yield makeFinding('MS-02', aboutWorkload(server.namespace, server.name, server.kind, server.meta), {
      field: null,
      message: `${client} connects without a certificate of the mesh, which is demanded here.`,
      evidence: [`seen from ${client}`, ...demands],
    })
  }
}

/** What demands a certificate on a port of a pod, in words; null when nothing surely does. */
function demandAt(view: ClusterView, pod: Pod | undefined, port: number): string | null {
  if (pod === undefined) return null
  const { mesh, target } = view.engine.facts.evaluation.mesh.podOf(pod)
  if (target === null || mesh.isMember !== 'yes') return null
  const { expected, past } = serverMtls(target)
  if (past.some(([low, high]) => low <= port && port <= high)) return null
  const rule = expected.find((one) => one.port === port) ?? expected.find((one) => one.port === null)
  if (rule?.mode !== 'STRICT') return null
  return `${pod.ref} demands mutual TLS${rule.policy === null ? '' : ` by ${rule.policy}`}`
}
