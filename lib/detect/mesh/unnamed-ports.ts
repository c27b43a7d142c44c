import { recognise } from '../../policy/mesh/port-protocol'
import type { ClusterView } from '../cluster-view'
import { aboutService, type FindingDraft, makeFinding } from '../make-finding'

/** MS-06: ports of Services before pods of Istio that do not say what they speak. */
export function* findUnnamedPorts(view: ClusterView): Iterable<FindingDraft | null> {
  for (const { service, endpoints } of view.services) {
    if (service.type === 'ExternalName') continue
    const unnamed = service.ports.flatMap((port, index) =>
      port.protocol === 'TCP' && recognise(port) === 'detect' ? [{ port, index }] : [],
    )
    const [first] = unnamed
    if (first === undefined) continue
    yield null
    const member = endpoints
      .flatMap(({ pod }) => (pod === null ? [] : (view.cluster.pods.get(pod) ?? [])))
      .find((pod) => {
        const { mesh } = view.engine.facts.evaluation.mesh.podOf(pod)
        return mesh.mesh === 'istio' && mesh.isMember === 'yes'
      })
    if (member === undefined) continue
    const ports = unnamed.map(({ port }) => (port.name === null ? `${port.port}` : `${port.port} (${port.name})`))
    yield makeFinding('MS-06', aboutService(service.meta), {
      field: ['spec', 'ports', first.index],
      value: first.port.name ?? String(first.port.port),
      message: `${ports.length === 1 ? `Port ${ports[0]} does` : `Ports ${ports.join(', ')} do`} not say what protocol is spoken.`,
      evidence: [`${member.ref} is in the Istio mesh`],
    })
  }
}
