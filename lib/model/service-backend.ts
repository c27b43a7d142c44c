import type { Cluster, Service, ServicePort } from './cluster'
import type { DoorProblem } from './door'
import { apexServices } from './doors/apex-services'
import type { Place } from './doors/door-draft'
import { followExternalName } from './external-name'
import { isReadIn } from './is-read'
import type { ServiceRef } from './names'
import { serviceRef } from './names'
import { serviceEndpoints } from './service-endpoints'

/** What a reference to a Service and a port leads to. */
export type ServiceBackend = {
  readonly service: Service | null
  readonly port: ServicePort | null
  readonly problems: readonly DoorProblem[]
}

/**
 * Follows a reference of an Ingress or a route. `port` is a number or a name of the Service's ports; null takes the only one.
 * `at` is the field that states it. A Service that could not be read is not called missing.
 */
export function resolveServiceBackend(
  cluster: Cluster,
  ref: ServiceRef,
  port: number | string | null,
  at: Place | null = null,
): ServiceBackend {
  const service = cluster.services.get(ref) ?? null
  const name = ref.slice('svc:'.length)
  if (service === null) {
    const isExpected = !isReadIn(cluster, name.split('/')[0] ?? '', '/Service') || isMadeByGateway(cluster, ref)
    const problems = isExpected ? [] : [problem('service-missing', `Service ${name} does not exist`, at)]
    return { service, port: null, problems }
  }
  const found = findPort(service, port)
  if (found === null && service.type !== 'ExternalName') {
    const wanted = port === null ? 'no single port' : `no port ${typeof port === 'number' ? port : `"${port}"`}`
    return { service, port: null, problems: [problem('port-missing', `Service ${name} has ${wanted}`, at)] }
  }
  const dead = found === null ? null : deadPort(cluster, service, found, at)
  return { service, port: found, problems: dead === null ? [] : [dead] }
}

/** Controllers make a Service `NAME-CLASS` for each Gateway, which no manifest holds. */
function isMadeByGateway(cluster: Cluster, ref: ServiceRef): boolean {
  return [...cluster.gateways.values()].some(
    ({ namespace, name, className, status }) => status.programmed === null && ref === serviceRef(namespace, `${name}-${className}`),
  )
}

/** Why a port of a Service takes no traffic; null when at least one ready endpoint has it, or nobody can tell. */
export function deadPort(cluster: Cluster, service: Service, port: ServicePort, at: Place | null = null): DoorProblem | null {
  if (service.type === 'ExternalName') return deadAlias(cluster, service, at)
  const name = `${service.namespace}/${service.name}`
  const endpoints = serviceEndpoints(cluster, service)
  if (endpoints.length === 0 && !isReadIn(cluster, service.namespace, 'discovery.k8s.io/EndpointSlice', '/Pod')) return null
  const ready = endpoints.filter((endpoint) => endpoint.ready)
  if (endpoints.length === 0 && apexServices(cluster).has(service.ref)) return null
  if (ready.length === 0) return problem('no-ready-endpoints', `Service ${name} has no ready endpoint`, at)
  const listens = ready.some((endpoint) => endpoint.ports.some((entry) => entry.servicePort === port && entry.port !== null))
  return listens
    ? null
    : problem(
        'no-ready-endpoints',
        `no endpoint of Service ${name} has the port "${port.targetPort}" that its port ${port.port} leads to`,
        at,
      )
}

/** An alias that goes in a circle, or names a Service that does not exist, ends nowhere. */
function deadAlias(cluster: Cluster, service: Service, at: Place | null): DoorProblem | null {
  const end = followExternalName(cluster, service)?.end
  const name = `${service.namespace}/${service.name}`
  if (end?.kind === 'loop') return problem('no-ready-endpoints', `Service ${name} is an alias that leads back to itself`, at)
  if (end?.kind !== 'missing' || cluster.unread.has('/Service')) return null
  return problem('no-ready-endpoints', `Service ${name} is an alias of ${end.service}, which does not exist`, at)
}

function findPort(service: Service, port: number | string | null): ServicePort | null {
  if (port === null) return service.ports.length === 1 ? (service.ports[0] ?? null) : null
  return service.ports.find((candidate) => (typeof port === 'number' ? candidate.port === port : candidate.name === port)) ?? null
}

function problem(code: DoorProblem['code'], message: string, at: Place | null): DoorProblem {
  return { code, severity: 'error', message, predicted: false, at }
}
