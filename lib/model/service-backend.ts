import type { Cluster, Service, ServicePort } from './cluster'
import type { DoorProblem } from './door'
import type { ServiceRef } from './names'
import { serviceEndpoints } from './service-endpoints'

/** What a reference to a Service and a port leads to. */
export type ServiceBackend = {
  readonly service: Service | null
  readonly port: ServicePort | null
  readonly problems: readonly DoorProblem[]
}

/** Follows a reference of an Ingress or a route. `port` is a number or a name of the Service's ports; null takes the only one. */
export function resolveServiceBackend(cluster: Cluster, ref: ServiceRef, port: number | string | null): ServiceBackend {
  const service = cluster.services.get(ref) ?? null
  const name = ref.slice('svc:'.length)
  if (service === null) {
    return { service, port: null, problems: [problem('service-missing', `Service ${name} does not exist`)] }
  }
  const found = findPort(service, port)
  if (found === null && service.type !== 'ExternalName') {
    const wanted = port === null ? 'a single port' : `a port ${typeof port === 'number' ? port : `"${port}"`}`
    return { service, port: null, problems: [problem('port-missing', `Service ${name} has no ${wanted.replace(/^a /, '')}`)] }
  }
  const dead = found === null ? null : deadPort(cluster, service, found)
  return { service, port: found, problems: dead === null ? [] : [dead] }
}

/** Why a port of a Service takes no traffic; null when at least one ready endpoint has it. */
export function deadPort(cluster: Cluster, service: Service, port: ServicePort): DoorProblem | null {
  if (service.type === 'ExternalName') return null
  const ready = serviceEndpoints(cluster, service).filter((endpoint) => endpoint.ready)
  const name = `${service.namespace}/${service.name}`
  if (ready.length === 0) return problem('no-ready-endpoints', `Service ${name} has no ready endpoint`)
  const listens = ready.some((endpoint) => endpoint.ports.some((entry) => entry.servicePort === port && entry.port !== null))
  return listens
    ? null
    : problem('no-ready-endpoints', `no endpoint of Service ${name} has the port "${port.targetPort}" that its port ${port.port} leads to`)
}

function findPort(service: Service, port: number | string | null): ServicePort | null {
  if (port === null) return service.ports.length === 1 ? (service.ports[0] ?? null) : null
  return service.ports.find((candidate) => (typeof port === 'number' ? candidate.port === port : candidate.name === port)) ?? null
}

function problem(code: DoorProblem['code'], message: string): DoorProblem {
  return { code, severity: 'error', message, predicted: false }
}
