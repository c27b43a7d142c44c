import type { Cluster } from '../cluster'
import { type Door, type DoorStanding, PREDICTED } from '../door'
import { entryIndex } from '../entry/entry-index'
import type { OpenShiftRoute } from '../entry/openshift-objects'
import { serviceRef } from '../names'
import { resolveServiceBackend } from '../service-backend'
import { addServiceTarget } from './add-service-target'
import { DoorDraft, type Place } from './door-draft'

/** One door per Route of OpenShift. */
export function openShiftDoors(cluster: Cluster): readonly Door[] {
  return entryIndex(cluster)
    .all('OpenShiftRoute')
    .map((route) => openShiftDoor(cluster, route))
}

function openShiftDoor(cluster: Cluster, route: OpenShiftRoute): Door {
  const { meta, namespace, name, backends, targetPort, termination } = route
  const draft = new DoorDraft()
  const host = route.host ?? route.status.find((status) => status.host !== null)?.host ?? null
  const shownHost = host !== null && route.isWildcard ? `*${host.slice(host.indexOf('.'))}` : host
  if (backends.length > 0 && backends.every(({ weight }) => weight === 0)) {
    draft.problem('no-weight', 'error', `every backend of Route ${namespace}/${name} has weight 0`, {
      meta,
      path: ['spec', 'to', 'weight'],
      value: '0',
    })
  }
  for (const { kind, name: backend, weight, path } of backends) {
    const at: Place = { meta, path: [...path, 'name'], value: backend }
    if (kind !== 'Service') {
      draft.problem(
        'backend-unknown',
        'error',
        `Route ${namespace}/${name} names a backend of the kind ${kind}, which no router follows`,
        at,
      )
      continue
    }
    const service = serviceRef(namespace, backend)
    const { port, problems } = resolveServiceBackend(cluster, service, portOf(cluster, service, targetPort), at)
    for (const problem of problems) draft.add(problem)
    addServiceTarget(
      cluster,
      draft,
      {
        host: shownHost,
        path: route.path,
        tls: termination !== null,
        route: null,
        weight: backends.length === 1 ? 1 : weight,
        role: 'backend',
        note: '',
        works: problems.length === 0 && weight > 0,
      },
      service,
      port?.port ?? null,
    )
  }
  for (const { router, admitted } of route.status) {
    if (admitted?.ok !== false) continue
    const why = admitted.message === '' ? admitted.reason : `${admitted.reason} (${admitted.message})`
    draft.problem(
      'not-accepted',
      'error',
      `router ${router} does not admit Route ${namespace}/${name}: ${why}`,
      { meta, path: ['spec'], value: null },
      false,
    )
  }
  const facts = [
    ...(termination === null ? [] : [{ name: 'TLS ends at', value: TERMINATION_WORDS[termination] }]),
    ...(route.insecurePolicy === null ? [] : [{ name: 'without TLS', value: route.insecurePolicy }]),
  ]
  return draft.finish({
    id: `Route:${namespace}/${name}`,
    kind: 'Route',
    namespace,
    name,
    meta,
    className: null,
    addresses: [...new Set(route.status.flatMap(({ canonicalHost }) => canonicalHost ?? []))],
    ports: [
      ...(termination === null || route.insecurePolicy !== null ? [{ port: 80, protocol: 'TCP' as const, tls: false, name: 'http' }] : []),
      ...(termination === null ? [] : [{ port: 443, protocol: 'TCP' as const, tls: true, name: 'https' }]),
    ],
    hosts: shownHost === null ? [] : [shownHost],
    facts,
    standing: standingOf(route),
  })
}

const TERMINATION_WORDS = {
  edge: 'the router',
  passthrough: 'the pods',
  reencrypt: 'the router, and again at the pods',
} as const

function standingOf({ status }: OpenShiftRoute): DoorStanding {
  const stated = status.filter(({ admitted }) => admitted !== null)
  if (stated.length === 0) return PREDICTED
  const isOpen = stated.some(({ admitted }) => admitted?.ok)
  const routers = stated.map(({ router, admitted }) => `${router}: ${admitted?.ok ? 'admitted' : 'not admitted'}`)
  return { by: 'status', isOpen, text: routers.join(', ') }
}

/** A Route names a port of the pods, or a Service port by its name; without one it takes the first. */
function portOf(cluster: Cluster, ref: ReturnType<typeof serviceRef>, target: number | string | null): number | string | null {
  const ports = cluster.services.get(ref)?.ports ?? []
  if (target === null) return ports[0]?.port ?? null
  return ports.find(({ name, targetPort }) => name === target || targetPort === target)?.port ?? target
}
