import type { Container, Pod, ServicePort } from '../../model/cluster'
import { resolveTargetPort } from '../../model/service-endpoints'
import type { ClusterView } from '../cluster-view'
import { aboutService, type FindingDraft, makeFinding } from '../make-finding'
import { portText, type ServiceFacts } from './service-facts'

/**
 * SV-03: a named target port that containers do not have. SV-18: they have the number for another protocol only.
 * SV-04: they declare no such number.
 */
export function* findTargetPorts(view: ClusterView): Iterable<FindingDraft | null> {
  for (const facts of view.services) {
    yield null
    const pods = facts.live
    if (pods.length === 0 || !view.isReadIn(facts.service.namespace, '/Pod')) continue
    for (const port of facts.service.ports) {
      if (typeof port.targetPort === 'string') yield* namedPort(facts, port, pods)
      else if (!facts.service.headless) yield* numberedPort(facts, port, port.targetPort, pods)
    }
  }
}

function* namedPort(facts: ServiceFacts, port: ServicePort, pods: readonly Pod[]): Iterable<FindingDraft> {
  const lacking = pods.filter((pod) => resolveTargetPort(pod, port) === null)
  if (lacking.length === 0) return
  const { service } = facts
  const isWhole = lacking.length === pods.length
  const listed = facts.endpoints.filter((endpoint) => endpoint.from === 'slices')
  const isUnlisted =
    isWhole && listed.length > 0 && listed.every(({ ports }) => ports.every((own) => own.servicePort !== port || own.port === null))
  yield makeFinding('SV-03', aboutService(service.meta), {
    field: [...facts.pathOf(port), 'targetPort'],
    value: String(port.targetPort),
    // DNS still answers with the pods of a headless Service, and clients choose the port.
    severity: service.headless ? 'info' : isWhole ? 'error' : 'warning',
    message: isWhole
      ? `No container of the pods behind port ${portText(port)} has a ${port.protocol} port named "${port.targetPort}".`
      : `${lacking.length} of ${pods.length} pods behind port ${portText(port)} have no ${port.protocol} port named "${port.targetPort}" and get no traffic there.`,
    evidence: [
      ...(isUnlisted ? [`the EndpointSlices list ${listed.length === 1 ? 'one pod' : `${listed.length} pods`} without this port`] : []),
      ...byWorkload(lacking).map(([workload, pod]) => `${workload} has ${declared(pod)}`),
    ],
  })
}

function* numberedPort(facts: ServiceFacts, port: ServicePort, target: number, pods: readonly Pod[]): Iterable<FindingDraft> {
  const lacking = pods.filter((pod) => !listening(pod).some((own) => own.port === target && own.protocol === port.protocol))
  if (lacking.length < pods.length) return
  const others = new Set(lacking.flatMap((pod) => listening(pod).flatMap((own) => (own.port === target ? own.protocol : []))))
  const path = facts.pathOf(port)
  const evidence = byWorkload(lacking).map(([workload, pod]) => `${workload} has ${declared(pod)}`)
  if (others.size > 0) {
    yield makeFinding('SV-18', aboutService(facts.service.meta), {
      field: [...path, 'protocol'],
      value: port.protocol,
      message: `Port ${portText(port)} leads to ${port.protocol} ${target}, and the containers listen there for ${[...others].join(' and ')}.`,
      evidence,
    })
    return
  }
  yield makeFinding('SV-04', aboutService(facts.service.meta), {
    field: [...path, 'targetPort'],
    value: String(target),
    message: `No container declares ${port.protocol} ${target}, where port ${portText(port)} leads.`,
    evidence,
  })
}

function listening({ containers }: Pod): Container['ports'] {
  return containers.flatMap(({ kind, ports }) => (kind === 'init' ? [] : ports))
}

function declared(pod: Pod): string {
  const ports = listening(pod).map(({ name, protocol, port }) => `${protocol} ${port}${name === null ? '' : ` (${name})`}`)
  return ports.length === 0 ? 'no declared ports' : ports.join(', ')
}

/** One pod of each workload. */
function byWorkload(pods: readonly Pod[]): readonly (readonly [string, Pod])[] {
  const found = new Map<string, Pod>()
  for (const pod of pods) if (!found.has(pod.workload)) found.set(pod.workload, pod)
  return [...found]
}
