import { fields, type Reduce } from './field-tree'
import { object } from './object-fields'

const ENDPOINTS = fields(['port', 'targetPort', 'portNumber', 'path', 'scheme'])
const OPERATED = object({ spec: fields(['replicas'], { podMetadata: fields(['labels']) }) })

/** The Prometheus operator, by kind: whom it scrapes and which pods it makes. */
export const MONITORING_FIELDS: Readonly<Record<string, Reduce>> = {
  ServiceMonitor: object({ spec: fields(['selector', 'namespaceSelector'], { endpoints: ENDPOINTS }) }),
  PodMonitor: object({ spec: fields(['selector', 'namespaceSelector'], { podMetricsEndpoints: ENDPOINTS }) }),
  Prometheus: OPERATED,
  PrometheusAgent: OPERATED,
  Alertmanager: OPERATED,
  ThanosRuler: OPERATED,
}
