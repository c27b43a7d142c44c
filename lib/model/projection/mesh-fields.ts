import { fields, type Reduce, whole } from './field-tree'
import { CONDITIONS, object } from './object-fields'

const ISTIO_ROUTE = fields(['destination', 'weight'])

/** `networking.istio.io`, by kind; headers that routes set are left out, since they may be credentials. */
export const ISTIO_NETWORKING_FIELDS: Readonly<Record<string, Reduce>> = {
  Gateway: object({ spec: fields(['selector', 'servers']) }),
  VirtualService: object({
    spec: fields(['hosts', 'gateways', 'exportTo'], {
      http: fields(
        ['name', 'match', 'redirect', 'rewrite', 'delegate', 'timeout', 'retries', 'fault', 'mirror', 'mirrors', 'mirrorPercentage'],
        {
          route: ISTIO_ROUTE,
          directResponse: fields(['status']),
        },
      ),
      tls: fields(['match'], { route: ISTIO_ROUTE }),
      tcp: fields(['match'], { route: ISTIO_ROUTE }),
    }),
  }),
  DestinationRule: object({ spec: fields(['host', 'exportTo', 'subsets', 'trafficPolicy', 'workloadSelector']) }),
  ServiceEntry: object({
    spec: fields(['hosts', 'addresses', 'ports', 'location', 'resolution', 'endpoints', 'workloadSelector', 'exportTo', 'subjectAltNames']),
    status: fields(['addresses'], { conditions: CONDITIONS }),
  }),
  WorkloadEntry: object({ spec: fields(['address', 'ports', 'labels', 'network', 'locality', 'weight', 'serviceAccount']) }),
  Sidecar: object({ spec: fields(['workloadSelector', 'ingress', 'egress', 'outboundTrafficPolicy']) }),
}

export const LINKERD_FIELDS: Readonly<Record<string, Reduce>> = {
  ServiceProfile: object({ spec: fields(['routes', 'retryBudget', 'opaquePorts'], { dstOverrides: whole }) }),
}
