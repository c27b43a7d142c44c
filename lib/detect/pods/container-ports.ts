import type { Container, Pod, Probe, Workload } from '../../model/cluster'
import { compareText } from '../../model/compare-text'
import type { FieldPath } from '../../model/field-locator'
import type { ClusterView } from '../cluster-view'
import { aboutService, aboutWorkload, type FindingDraft, type FindingObject, makeFinding } from '../make-finding'
import { portText, type ServiceFacts } from '../services/service-facts'

/** Containers that answer for others: probes of the application go to them on purpose. */
const PROXIES: ReadonlySet<string> = new Set([
  'istio-proxy',
  'linkerd-proxy',
  'envoy',
  'kube-rbac-proxy',
  'oauth2-proxy',
  'cloud-sql-proxy',
])

/** CT-01 and CT-02: ports within one pod, of which all containers share the network. */
export function* findContainerPorts(view: ClusterView): Iterable<FindingDraft | null> {
  for (const workload of view.workloads) {
    yield null
    // Replicas have one template.
    const [pod] = view.podsOf(workload)
    if (pod === undefined || pod.containers.length < 2) continue
    yield* declaredTwice(pod, workload)
    yield* probesOfOthers(pod, workload)
  }
  for (const facts of view.services) {
    yield null
    yield* servedByInit(facts)
  }
}

function* declaredTwice({ containers }: Pod, workload: Workload): Iterable<FindingDraft> {
  const holders = new Map<string, Set<string>>()
  for (const { name, ports } of containers.filter(isRunning)) {
    for (const { protocol, port } of ports) {
      const key = `${protocol} ${port}`
      holders.set(key, (holders.get(key) ?? new Set()).add(name))
    }
  }
  for (const [port, names] of holders) {
    if (names.size < 2) continue
    yield makeFinding('CT-01', about(workload), {
      field: containerPath(workload, containers.filter(({ name }) => names.has(name)).at(-1), containers, 'ports'),
      value: port,
      message: `Containers ${[...names].sort(compareText).join(' and ')} both declare ${port}.`,
      evidence: [...names].sort(compareText).map((name) => `container ${name} declares ${port}`),
    })
  }
}

function* probesOfOthers({ containers }: Pod, workload: Workload): Iterable<FindingDraft> {
  const running = containers.filter(isRunning)
  for (const container of running) {
    for (const probe of container.probes) {
      if (declares(container, probe)) continue
      const owners = running.filter((other) => other !== container && declares(other, probe))
      const [owner] = owners
      if (owner === undefined || owners.some(({ name }) => PROXIES.has(name)) || PROXIES.has(container.name)) continue
      yield makeFinding('CT-02', about(workload), {
        field: containerPath(workload, container, containers, `${probe.kind}Probe`),
        value: `${probe.kind} probe of ${container.name} on port ${probe.port}`,
        message: `The ${probe.kind} probe of container ${container.name} asks port ${probe.port}, which container ${owner.name} has.`,
        evidence: [`container ${owner.name} declares ${probe.port}`, `container ${container.name} does not`],
      })
    }
  }
}

/** Init containers have ended when the Service gets traffic. */
function* servedByInit(facts: ServiceFacts): Iterable<FindingDraft> {
  const [pod] = facts.live
  if (pod === undefined) return
  for (const port of facts.service.ports) {
    const has = (container: Container): boolean =>
      container.ports.some((own) => own.protocol === port.protocol && (own.port === port.targetPort || own.name === port.targetPort))
    const ended = pod.containers.filter((container) => container.kind === 'init' && has(container))
    const [first] = ended
    if (first === undefined || pod.containers.some((container) => isRunning(container) && has(container))) continue
    yield makeFinding('CT-02', aboutService(facts.service.meta), {
      field: [...facts.pathOf(port), 'targetPort'],
      value: String(port.targetPort),
      message: `Port ${portText(port)} leads to a port that only init container ${first.name} declares, which has ended by then.`,
      evidence: [`${pod.workload}: init container ${first.name} declares it`],
    })
  }
}

function declares({ ports }: Container, { port }: Probe): boolean {
  return ports.some((own) => own.protocol === 'TCP' && (own.port === port || own.name === port))
}

function isRunning({ kind }: Container): boolean {
  return kind !== 'init'
}

function about({ namespace, name, kind, meta }: Workload): FindingObject {
  return aboutWorkload(namespace, name, kind, meta)
}

/** The model keeps the order of regular containers only. */
function containerPath({ kind }: Workload, container: Container | undefined, containers: readonly Container[], field: string): FieldPath {
  const spec =
    kind === 'Pod' ? ['spec'] : kind === 'CronJob' ? ['spec', 'jobTemplate', 'spec', 'template', 'spec'] : ['spec', 'template', 'spec']
  if (container?.kind !== 'regular') return [...spec, 'initContainers']
  return [...spec, 'containers', containers.indexOf(container), field]
}
