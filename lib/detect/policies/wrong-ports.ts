import type { Pod, Service, ServicePort } from '../../model/cluster'
import { compareText } from '../../model/compare-text'
import type { FieldPath } from '../../model/field-locator'
import { isRecord } from '../../model/fields'
import type { PodRef } from '../../model/names'
import type { Protocol } from '../../model/protocol'
import { isEmptySelector } from '../../model/selector'
import { serviceEndpoints } from '../../model/service-endpoints'
import type { CompiledRule } from '../../policy/compiled-policy'
import type { PodClass } from '../../policy/pod-classes'
import { fieldAt } from '../field-at'
import { aboutPolicy, type FindingDraft, makeFinding } from '../make-finding'
import { mayBeUnseen } from './peer-scope'
import type { PolicyView, ViewedPolicy } from './policy-view'
import { rulePath } from './rule-paths'

/** How a Service reaches one pod. */
type Translation = { readonly service: Service; readonly servicePort: ServicePort; readonly port: number }

/** Pods of a class that are looked at for the ports that they declare. */
const MAX_PODS = 50

/** NP-07: a rule for the port of a Service where the pods listen on another, or for a port name that no pod has. */
export function* findWrongPorts(view: PolicyView): Iterable<FindingDraft | null> {
  const ports = new PodPorts(view)
  for (const viewed of view.enforced) {
    yield null
    for (const rule of [...viewed.policy.ingress.rules, ...viewed.policy.egress.rules]) {
      if (rule.index < 0) continue
      const destinations = destinationsOf(viewed, rule, view)
      if (destinations.length === 0) continue
      yield* unresolvedNames(viewed, rule, destinations)
      yield* servicePorts(viewed, rule, destinations, ports, view)
    }
  }
}

/** The pods that the rule is about as the end that is connected to; none where it cannot be told. */
function destinationsOf(viewed: ViewedPolicy, rule: CompiledRule, view: PolicyView): readonly PodClass[] {
  if (rule.direction === 'ingress') return view.subjects(viewed)
  if (mayBeUnseen(viewed, rule, view)) return []
  if (rule.peers.some((peer) => peer.length === 0)) return view.isWholeCluster ? view.classes : []
  return [...new Set(rule.peers.flatMap((peer) => view.matching(peer)))]
}

function unresolvedNames(viewed: ViewedPolicy, rule: CompiledRule, destinations: readonly PodClass[]): readonly FindingDraft[] {
  return rule.ports.names.flatMap(({ name, protocol }) => {
    const has = destinations.some(({ namedPorts }) =>
      (namedPorts.get(name) ?? []).some((resolved) => protocol === null || resolved.protocol === protocol),
    )
    if (has) return []
    const otherProtocol = destinations.flatMap(({ namedPorts }) => namedPorts.get(name) ?? [])[0]
    const [whose, these] =
      rule.direction === 'ingress' ? ['the pods that the policy selects', 'they'] : ['the pods that the rule names', 'they']
    return makeFinding('NP-07', aboutPolicy(viewed.policy.raw), {
      // A rule for all pods of a namespace may be meant for those that will have the port one day.
      ...(rule.direction === 'ingress' && selectsAll(viewed) ? { severity: 'warning' } : {}),
      field: portPath(viewed, rule, (port) => port === name),
      message: `No container of ${whose} has a port named "${name}"${protocol === null ? '' : ` with ${protocol}`}, so the rule lets nothing through there.`,
      why: 'A port name stands for the container port of that name on the pod that is connected to, with the same protocol.',
      fix: `Name the port "${name}" in the container, or write its number.`,
      evidence: otherProtocol === undefined ? [] : [`${these} have it with ${otherProtocol.protocol}`],
    })
  })
}

function selectsAll({ policy }: ViewedPolicy): boolean {
  return policy.subject.every((term) => term.kind === 'pods' && (term.podSelector === null || isEmptySelector(term.podSelector)))
}

function servicePorts(
  viewed: ViewedPolicy,
  rule: CompiledRule,
  destinations: readonly PodClass[],
  ports: PodPorts,
  view: PolicyView,
): readonly FindingDraft[] {
  const { sets } = view.engine.facts.evaluation
  if (rule.action !== 'allow' || rule.ports.set === sets.all || rule.ports.set === sets.none) return []
  const seen = new Set<string>()
  return destinations.flatMap((destination) =>
    ports.translations(destination).flatMap(({ service, servicePort, port }) => {
      const { protocol } = servicePort
      const isMistaken =
        servicePort.port !== port &&
        sets.has(rule.ports.set, protocol, servicePort.port) &&
        !destinations.some((other) => ports.listensOn(other, protocol, servicePort.port)) &&
        !isAllowedElsewhere(viewed, rule, destination, protocol, port, view)
      const key = `${protocol} ${servicePort.port} ${port}`
      if (!isMistaken || seen.has(key)) return []
      seen.add(key)
      return makeFinding('NP-07', aboutPolicy(viewed.policy.raw), {
        field: portPath(viewed, rule, (written) => written === servicePort.port || written === String(servicePort.port)),
        message: `${servicePort.port} is the port of Service ${service.namespace}/${service.name}; its pods listen on ${port}, which no rule allows.`,
        fix: `Write ${port} instead of ${servicePort.port}.`,
        evidence: [`${service.ref} port ${servicePort.port} leads to targetPort ${servicePort.targetPort} (${protocol} ${port})`],
      })
    }),
  )
}

/** Whether any rule that counts for the same pods allows the port that the pods listen on, to whomever. */
function isAllowedElsewhere(
  viewed: ViewedPolicy,
  rule: CompiledRule,
  destination: PodClass,
  protocol: Protocol,
  port: number,
  view: PolicyView,
): boolean {
  const { sets } = view.engine.facts.evaluation
  const covers = (other: CompiledRule): boolean =>
    other.action === 'allow' &&
    (sets.has(other.ports.set, protocol, port) ||
      other.ports.names.some(({ name }) => (destination.namedPorts.get(name) ?? []).some((resolved) => resolved.port === port)))
  if (covers(rule)) return true
  const subjects = rule.direction === 'ingress' ? [destination] : view.subjects(viewed)
  return subjects.some((subject) => {
    const policies = view.cells.groupOf(subject, rule.direction)?.policies ?? []
    return policies.some((policy) =>
      policy[rule.direction].rules.some(
        (other) =>
          covers(other) &&
          (rule.direction === 'ingress' || view.cells.columnsOf(destination).some((column) => isMatched(other, column, view))),
      ),
    )
  })
}

function isMatched(rule: CompiledRule, column: number, view: PolicyView): boolean {
  for (const matched of view.cells.columnsMatching(rule)) if (matched === column) return true
  return false
}

/** Where the document writes the port; the rule when it cannot be found. */
function portPath(viewed: ViewedPolicy, rule: CompiledRule, isIt: (written: unknown) => boolean): FieldPath {
  const path = rulePath(viewed, rule)
  return findPort(fieldAt(viewed.policy.raw.body, path), path, isIt, 0) ?? path
}

const PORT_LISTS: ReadonlySet<string> = new Set(['ports', 'protocols', 'toPorts', 'destination', 'tcp', 'udp', 'sctp', 'destinationPort'])

function findPort(written: unknown, path: FieldPath, isIt: (written: unknown) => boolean, depth: number): FieldPath | null {
  if (depth > 6) return null
  if (Array.isArray(written)) {
    for (const [index, item] of written.entries()) {
      if (isIt(item)) return [...path, index]
      const found = findPort(item, [...path, index], isIt, depth + 1)
      if (found !== null) return found
    }
    return null
  }
  if (!isRecord(written)) return null
  for (const [key, value] of Object.entries(written)) {
    if (['port', 'number', 'namedPort', 'portNumber'].includes(key) && isIt(value)) return [...path, key]
    const found = PORT_LISTS.has(key) || key === 'portNumber' ? findPort(value, [...path, key], isIt, depth + 1) : null
    if (found !== null) return found
  }
  return null
}

/** Which ports the pods of a class have, by their containers and by the Services that lead to them. */
class PodPorts {
  private readonly byPod = new Map<PodRef, Translation[]>()
  private readonly byClass = new Map<PodClass, readonly Translation[]>()
  private readonly declared = new Map<PodClass, ReadonlySet<string>>()

  constructor(private readonly view: PolicyView) {
    const services = [...view.cluster.services.values()].sort((a, b) => compareText(a.ref, b.ref))
    for (const service of services) {
      for (const { pod, ports } of serviceEndpoints(view.cluster, service)) {
        if (pod === null) continue
        const known = this.byPod.get(pod) ?? []
        this.byPod.set(pod, known)
        for (const { servicePort, port } of ports) if (port !== null) known.push({ service, servicePort, port })
      }
    }
  }

  /** Each way of translating once. */
  translations(podClass: PodClass): readonly Translation[] {
    let found = this.byClass.get(podClass)
    if (found === undefined) {
      const distinct = new Map<string, Translation>()
      for (const translation of podClass.pods.slice(0, MAX_PODS).flatMap((pod) => this.byPod.get(pod) ?? [])) {
        const { service, servicePort, port } = translation
        distinct.set(`${service.ref} ${servicePort.protocol} ${servicePort.port} ${port}`, translation)
      }
      found = [...distinct.values()]
      this.byClass.set(podClass, found)
    }
    return found
  }

  /** Whether containers declare the port, or a Service leads to it. */
  listensOn(podClass: PodClass, protocol: Protocol, port: number): boolean {
    let declared = this.declared.get(podClass)
    if (declared === undefined) {
      const ports = podClass.pods.slice(0, MAX_PODS).flatMap((pod) => declaredPorts(this.view.cluster.pods.get(pod)))
      const led = this.translations(podClass).map((translation) => `${translation.servicePort.protocol} ${translation.port}`)
      declared = new Set([...ports, ...led])
      this.declared.set(podClass, declared)
    }
    return declared.has(`${protocol} ${port}`)
  }
}

function declaredPorts(pod: Pod | undefined): readonly string[] {
  const containers = pod?.containers.filter(({ kind }) => kind !== 'init') ?? []
  return containers.flatMap(({ ports }) => ports.map(({ protocol, port }) => `${protocol} ${port}`))
}
