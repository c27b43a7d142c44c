import { compareText } from '../../model/compare-text'
import type { Door, DoorTarget } from '../../model/door'
import { controllerOfClass } from '../../model/doors/ingress-controllers'
import type { ServiceRef, WorkloadRef } from '../../model/names'
import type { ClusterView } from '../cluster-view'
import { aboutWorkload, type FindingDraft, makeFinding } from '../make-finding'
import type { ServiceFacts } from '../services/service-facts'
import { aboutDoor } from './about-door'
import { isServed, OWN_DOORS } from './served-doors'

/** Ports that programs are administered by, with what usually listens there. */
const ADMIN_PORTS: ReadonlyMap<number, string> = new Map([
  [10250, 'kubelet'],
  [2379, 'etcd'],
  [2380, 'etcd'],
  [9090, 'Prometheus'],
  [15000, 'the administration of an Envoy proxy'],
])

/** One way from a door to a workload. */
type Way = { readonly door: Door; readonly port: number | null }

/** EX-01: two doors to one workload, administration ports behind a door, and entries without TLS. */
export function* findExposedWorkloads(view: ClusterView): Iterable<FindingDraft | null> {
  if (!view.isRead('/Pod', 'discovery.k8s.io/EndpointSlice')) return
  const services = new Map(view.services.map((facts) => [facts.service.ref, facts]))
  const ways = new Map<WorkloadRef, Way[]>()
  for (const door of view.doors) {
    yield null
    for (const { workload, port } of endsOf(door, services, view)) {
      const known = ways.get(workload) ?? []
      ways.set(workload, known)
      known.push({ door, port })
    }
    yield* withoutTls(door, view)
  }
  for (const [ref, through] of [...ways].sort(([a], [b]) => compareText(a, b))) {
    yield null
    const workload = view.workload(ref)
    if (workload === null) continue
    const about = aboutWorkload(workload.namespace, workload.name, workload.kind, workload.meta)
    const doors = distinctDoors(through, view)
    if (doors.length > 1) {
      yield makeFinding('EX-01', about, {
        field: null,
        message: `The workload can be reached from outside through ${doors.length} doors.`,
        why: 'What one door checks (host, TLS, authentication, source ranges) the other one lets pass.',
        fix: 'Close the door that is not needed.',
        evidence: [
          ...new Set(through.flatMap(({ door }) => (door.kind !== 'HostNetwork' && isServed(door) ? `${door.id} leads to it` : []))),
        ],
      })
    }
    const admin = through.filter(({ door, port }) => door.kind !== 'HostNetwork' && port !== null && ADMIN_PORTS.has(port))
    for (const port of new Set(admin.map((way) => way.port ?? 0))) {
      yield makeFinding('EX-01', about, {
        field: null,
        value: String(port),
        why: 'Whoever comes in there can administer the program, or read what it knows.',
        fix: 'Close the door for this port, or put TLS and authentication in front.',
        message: `Port ${port}, where ${ADMIN_PORTS.get(port)} listens, can be reached from outside.`,
        evidence: admin.filter((way) => way.port === port).map(({ door }) => `${door.id} leads to port ${port}`),
      })
    }
  }
}

/** The workloads behind a door, with the port of their pods. */
function* endsOf(
  { targets }: Door,
  services: ReadonlyMap<ServiceRef, ServiceFacts>,
  view: ClusterView,
): Iterable<{ readonly workload: WorkloadRef; readonly port: number | null }> {
  for (const target of targets) {
    if (target.kind === 'workload') yield { workload: target.workload, port: target.port }
    if (target.kind === 'service' && target.weight > 0) yield* endsOfService(target, services.get(target.service), view)
  }
}

function* endsOfService(
  { port }: DoorTarget & { readonly kind: 'service' },
  facts: ServiceFacts | undefined,
  { cluster }: ClusterView,
): Iterable<{ readonly workload: WorkloadRef; readonly port: number | null }> {
  for (const endpoint of facts?.endpoints ?? []) {
    const workload = endpoint.pod === null ? undefined : cluster.pods.get(endpoint.pod)?.workload
    const own = endpoint.ports.find(({ servicePort }) => servicePort.port === port)
    if (workload !== undefined) yield { workload, port: own?.port ?? null }
  }
}

/** Controllers with objects of their own that serve Ingresses too, by the kinds of those objects. */
const CONTROLLERS: ReadonlyMap<Door['kind'], string> = new Map<Door['kind'], string>([
  ['IngressRoute', 'Traefik'],
  ['IngressRouteTCP', 'Traefik'],
  ['IngressRouteUDP', 'Traefik'],
  ['Route', 'OpenShift'],
  ['VirtualServer', 'NGINX Ingress Controller'],
  ['TransportServer', 'NGINX Ingress Controller'],
  ['HTTPProxy', 'Contour'],
  ['IstioGateway', 'Istio'],
])
const NAMES: ReadonlySet<string> = new Set(CONTROLLERS.values())

/** Entries of one controller are one door, however many objects there are; pods of a machine's network are open by nature. */
function distinctDoors(through: readonly Way[], { cluster }: ClusterView): readonly string[] {
  const doors = new Set(
    through.flatMap(({ door: { kind, id, className, problems } }) => {
      if (kind === 'HostNetwork' || !isServed({ problems })) return []
      if (OWN_DOORS.has(kind)) return id
      const controller = CONTROLLERS.get(kind) ?? (kind === 'Ingress' ? controllerOfClass(cluster, className) : null)
      return controller !== null && NAMES.has(controller) ? controller : (className ?? kind)
    }),
  )
  return [...doors]
}

/** What an entry passes on as bytes may be encrypted all the same. */
function speaksHttp({ kind, namespace, name }: Door, { cluster }: ClusterView): boolean {
  if (kind !== 'Gateway') return true
  return cluster.gateways.get(`${namespace}/${name}`)?.listeners.some(({ protocol }) => protocol === 'HTTP') ?? false
}

function* withoutTls(door: Door, view: ClusterView): Iterable<FindingDraft> {
  if ((door.kind !== 'Ingress' && door.kind !== 'Gateway') || !door.targets.some((target) => target.kind === 'service' && target.works))
    return
  // The class of an Ingress is often in no manifest of the application.
  const mayBeServed = isServed(door) || (door.kind === 'Ingress' && !view.isWholeCluster)
  if (!mayBeServed || !speaksHttp(door, view)) return
  if (door.ports.some(({ tls }) => tls) || door.targets.some((target) => target.kind === 'service' && target.tls)) return
  const about = aboutDoor(door)
  if (about === null) return
  yield makeFinding('EX-01', about, {
    field: null,
    message: `The ${door.kind} has no TLS: what goes through it can be read and changed on the way.`,
    why: 'Passwords and sessions travel in plain text over every network in between.',
    fix: 'Add TLS, or make sure that something in front ends it.',
    evidence: door.hosts.length === 0 ? ['it answers to any host'] : [`hosts: ${[...door.hosts].sort(compareText).join(', ')}`],
  })
}
