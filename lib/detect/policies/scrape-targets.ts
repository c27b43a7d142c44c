import type { Cluster, Pod, Service } from '../../model/cluster'
import { clusterIndex } from '../../model/cluster-index'
import { isRecord } from '../../model/fields'
import type { PodRef } from '../../model/names'
import type { RawObject } from '../../model/object'
import { groupOf } from '../../model/object-kinds'
import { compileSelector, matchesSelector } from '../../model/selector'
import { serviceEndpoints } from '../../model/service-endpoints'
import { fieldAt } from '../field-at'

/** A pod that Prometheus is told to scrape. */
export type ScrapeTarget = { readonly pod: PodRef; readonly port: number; readonly toldBy: string }

/** Targets by the annotations that scrape configurations go by, and by ServiceMonitors and PodMonitors. */
export function scrapeTargets(cluster: Cluster): readonly ScrapeTarget[] {
  const monitors = cluster.others.filter(({ meta }) => groupOf(meta.apiVersion) === 'monitoring.coreos.com')
  return [
    ...[...cluster.pods.values()].flatMap(ofAnnotatedPod),
    ...[...cluster.services.values()].flatMap((service) => ofAnnotatedService(service, cluster)),
    ...monitors.filter(({ meta }) => meta.kind === 'ServiceMonitor').flatMap((monitor) => ofServiceMonitor(monitor, cluster)),
    ...monitors.filter(({ meta }) => meta.kind === 'PodMonitor').flatMap((monitor) => ofPodMonitor(monitor, cluster)),
  ]
}

/** Pods of Prometheus itself, by the label of its charts and operator or by its image. */
export function prometheusPods(cluster: Cluster): readonly Pod[] {
  return [...cluster.pods.values()].filter(
    ({ labels, containers }) =>
      labels.get('app.kubernetes.io/name') === 'prometheus' ||
      containers.some(({ image }) => /(?:^|\/)(?:prom|prometheus)\/prometheus(?:[:@]|$)/.test(image ?? '')),
  )
}

function ofAnnotatedPod({ ref, meta }: Pod): readonly ScrapeTarget[] {
  const port = annotatedPort(meta.annotations)
  return port === null ? [] : [{ pod: ref, port, toldBy: `annotation prometheus.io/scrape of pod ${ref}` }]
}

function ofAnnotatedService(service: Service, cluster: Cluster): readonly ScrapeTarget[] {
  if (service.meta.annotations.get('prometheus.io/scrape') !== 'true') return []
  const stated = annotatedPort(service.meta.annotations)
  const toldBy = `annotation prometheus.io/scrape of ${service.ref}`
  return serviceEndpoints(cluster, service).flatMap(({ pod, ports }) => {
    if (pod === null) return []
    if (stated !== null) return [{ pod, port: stated, toldBy }]
    return ports.flatMap(({ servicePort, port }) => (port === null || servicePort.protocol !== 'TCP' ? [] : [{ pod, port, toldBy }]))
  })
}

function annotatedPort(annotations: ReadonlyMap<string, string>): number | null {
  if (annotations.get('prometheus.io/scrape') !== 'true') return null
  const port = Number(annotations.get('prometheus.io/port') ?? Number.NaN)
  return Number.isInteger(port) && port > 0 && port <= 65_535 ? port : null
}

function ofServiceMonitor(monitor: RawObject, cluster: Cluster): readonly ScrapeTarget[] {
  const selector = compileSelector(fieldAt(monitor.body, ['spec', 'selector']))
  if (!selector.ok) return []
  const toldBy = `ServiceMonitor ${monitor.meta.namespace ?? ''}/${monitor.meta.name}`
  const services = [...cluster.services.values()].filter(
    ({ namespace, meta }) => isInScope(monitor, namespace) && matchesSelector(selector.value, meta.labels),
  )
  return services.flatMap((service) =>
    serviceEndpoints(cluster, service).flatMap(({ pod, ports }) =>
      listAt(monitor, 'endpoints').flatMap((endpoint): readonly ScrapeTarget[] => {
        if (pod === null) return []
        const found = ports.find(({ servicePort }) =>
          typeof endpoint.port === 'string' ? servicePort.name === endpoint.port : servicePort.targetPort === endpoint.targetPort,
        )
        return found?.port == null ? [] : [{ pod, port: found.port, toldBy }]
      }),
    ),
  )
}

function ofPodMonitor(monitor: RawObject, cluster: Cluster): readonly ScrapeTarget[] {
  const selector = compileSelector(fieldAt(monitor.body, ['spec', 'selector']))
  if (!selector.ok) return []
  const toldBy = `PodMonitor ${monitor.meta.namespace ?? ''}/${monitor.meta.name}`
  const pods = [...clusterIndex(cluster).podsByNamespace].flatMap(([namespace, found]) => (isInScope(monitor, namespace) ? found : []))
  return pods
    .filter((pod) => matchesSelector(selector.value, pod.labels))
    .flatMap((pod) =>
      listAt(monitor, 'podMetricsEndpoints').flatMap((endpoint): readonly ScrapeTarget[] => {
        const ports = pod.containers.flatMap((container) => container.ports)
        const found = ports.find(({ name, port }) =>
          typeof endpoint.port === 'string' ? name === endpoint.port : port === endpoint.portNumber,
        )
        return found === undefined ? [] : [{ pod: pod.ref, port: found.port, toldBy }]
      }),
    )
}

/** Its own namespace, unless it names others or any. */
function isInScope(monitor: RawObject, namespace: string): boolean {
  const selector = fieldAt(monitor.body, ['spec', 'namespaceSelector'])
  if (!isRecord(selector)) return monitor.meta.namespace === namespace
  if (selector.any === true) return true
  return Array.isArray(selector.matchNames) ? selector.matchNames.includes(namespace) : monitor.meta.namespace === namespace
}

function listAt(monitor: RawObject, field: string): readonly Readonly<Record<string, unknown>>[] {
  const list = fieldAt(monitor.body, ['spec', field])
  return Array.isArray(list) ? list.filter(isRecord) : []
}
