import { anObject } from '../../model/testing/objects'

/** One endpoint of a slice: `{ pod: 'web-1', ip: '10.244.0.2', node: 'node-1' }`. */
export type SliceEndpoint = {
  readonly pod?: string
  readonly ip: string
  readonly node?: string
  readonly ready?: boolean
  readonly serving?: boolean
  readonly terminating?: boolean
  readonly hints?: object
}

/** An EndpointSlice of namespace `shop` as the cluster's controller writes it, for a Service with one unnamed port. */
export function aSlice(service: string, endpoints: readonly SliceEndpoint[], more: object = {}): object {
  return {
    ...anObject('discovery.k8s.io/v1', 'EndpointSlice', {
      name: `${service}-abc`,
      namespace: 'shop',
      labels: {
        'kubernetes.io/service-name': service,
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      },
    }),
    addressType: 'IPv4',
    ports: [{ port: 80, protocol: 'TCP' }],
    endpoints: endpoints.map(({ pod, ip, node, ready = true, serving = ready, terminating = false, hints }) => ({
      addresses: [ip],
      conditions: { ready, serving, terminating },
      ...(node === undefined ? {} : { nodeName: node }),
      ...(pod === undefined ? {} : { targetRef: { kind: 'Pod', name: pod, namespace: 'shop' } }),
      ...(hints === undefined ? {} : { hints }),
    })),
    ...more,
  }
}

/** The object as the API server has it: with a uid, and made at a time. */
export function created(object: object, at: string): object {
  const { metadata, ...rest } = object as { readonly metadata: object }
  return { ...rest, metadata: { ...metadata, uid: 'u-1', creationTimestamp: at } }
}

/** Noon of a fixed day, in milliseconds since the epoch. */
export const NOON = Date.parse('2026-11-22T12:00:00Z')
