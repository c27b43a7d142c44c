import type { GraphIndex } from '../graph/graph-index'
import { trafficOf } from '../graph/traffic-of'
import type { Service } from '../model/cluster'
import { serviceEndpoints } from '../model/service-endpoints'
import type { ServiceDocument } from './details'
import { doorSummary } from './door-summary'
import { edgeDocument } from './edge-document'
import { serviceNetwork } from './service-network'
import { namedValues, serviceSummary, type TrafficWindow } from './workload-document'

const MAX_ENDPOINTS = 500
const MAX_CLIENTS = 100

/** Everything about one Service that its panel shows. */
export function serviceDocument(service: Service, index: GraphIndex, window: TrafficWindow): ServiceDocument {
  const endpoints = serviceEndpoints(index.cluster, service)
  const { workloads, ready, total } = index.targetsOf(service)
  const used = window.flowEdges.filter(
    ({ destination, protocol, port }) =>
      destination.service === service.ref ||
      destination.ref === service.ref ||
      (destination.service === null &&
        destination.workload !== null &&
        index.onlyService(destination.workload, protocol, port) === service.ref),
  )
  const clients = trafficOf(index, used, window.at, window.windowMs)
  const doors = index.doors.filter((door) => door.targets.some((target) => target.kind === 'service' && target.service === service.ref))
  return {
    apiVersion: 'sluice/v1',
    kind: 'Service',
    ...serviceSummary(service, index),
    labels: namedValues(service.meta.labels),
    selector: service.selector === null ? null : namedValues(service.selector),
    origin: service.meta.origin,
    badges: index.nodes.service(service).badges,
    externalIps: service.externalIps,
    loadBalancer: service.loadBalancer,
    ipFamilyPolicy: service.ipFamilyPolicy,
    ipFamilies: service.ipFamilies,
    sessionAffinity: service.sessionAffinity,
    internalTrafficPolicy: service.internalTrafficPolicy,
    externalTrafficPolicy: service.externalTrafficPolicy,
    trafficDistribution: service.trafficDistribution,
    network: serviceNetwork(index.cluster, service, doors),
    endpoints: {
      items: endpoints.slice(0, MAX_ENDPOINTS).map((endpoint) => ({
        pod: endpoint.pod,
        addresses: endpoint.addresses,
        ready: endpoint.ready,
        serving: endpoint.serving,
        terminating: endpoint.terminating,
        ports: endpoint.ports.map(({ port }) => port),
      })),
      total,
      ready,
      from: endpoints[0]?.from ?? 'none',
    },
    workloads: [...workloads],
    doors: doors.map(doorSummary),
    clients: { items: clients.slice(0, MAX_CLIENTS).map(edgeDocument), total: clients.length },
    windowMs: window.windowMs,
  }
}
