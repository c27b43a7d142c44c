import { z } from 'zod'
import type { SourceDocument } from '@/lib/model/source-document'
import type { DemoWorkload } from './demo-workload'
import { MACHINES } from './machines'
import type { DemoPod } from './population'
import { stableUid } from './seeded-random'

const PORT = z.looseObject({
  name: z.string(),
  protocol: z.enum(['TCP', 'UDP']).default('TCP'),
  port: z.number(),
  targetPort: z.union([z.number(), z.string()]),
  nodePort: z.number().optional(),
})

const SERVICE = z.looseObject({
  kind: z.literal('Service'),
  metadata: z.looseObject({ name: z.string(), namespace: z.string(), annotations: z.record(z.string(), z.string()).default({}) }),
  spec: z.looseObject({
    type: z.enum(['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName']).default('ClusterIP'),
    clusterIP: z.literal('None').optional(),
    selector: z.record(z.string(), z.string()).optional(),
    ipFamilies: z.array(z.enum(['IPv4', 'IPv6'])).default(['IPv4']),
    ports: z.array(PORT).default([]),
  }),
})
type DemoService = z.infer<typeof SERVICE>

/** How the team asks for an address at the load balancer. */
const ADDRESS_REQUEST = 'metallb.io/loadBalancerIPs'

/** First port that the cluster gives out by itself. */
const FIRST_NODE_PORT = 31_000

/** Addresses that every cluster gives to these two. */
const WELL_KNOWN_PLACES = new Map([
  ['default/kubernetes', 1],
  ['kube-system/kube-dns', 10],
])

/** What the API server and the load balancer add to the Services of the YAML: addresses, node ports, status. */
export function runServices(documents: readonly SourceDocument[]): SourceDocument[] {
  let place = 20
  let nodePort = FIRST_NODE_PORT
  return documents.map((document) => {
    const parsed = SERVICE.safeParse(document.body)
    if (!parsed.success) return document
    const service = parsed.data
    const { type, ipFamilies, ports } = service.spec
    if (type === 'ExternalName') return document
    const own = WELL_KNOWN_PLACES.get(`${service.metadata.namespace}/${service.metadata.name}`) ?? place++
    const clusterIPs =
      service.spec.clusterIP === 'None' ? ['None'] : ipFamilies.map((family) => (family === 'IPv4' ? `10.43.0.${own}` : `fd43::${own}`))
    const addresses = service.metadata.annotations[ADDRESS_REQUEST]?.split(',') ?? []
    return {
      ...document,
      body: {
        ...service,
        metadata: { ...service.metadata, uid: stableUid(`service/${service.metadata.namespace}/${service.metadata.name}`) },
        spec: {
          ...service.spec,
          clusterIP: clusterIPs[0],
          clusterIPs,
          ports: type === 'LoadBalancer' ? ports.map((port) => ({ nodePort: nodePort++, ...port })) : ports,
        },
        ...(addresses.length > 0 ? { status: { loadBalancer: { ingress: addresses.map((ip) => ({ ip, ipMode: 'VIP' })) } } } : {}),
      },
    }
  })
}

/** The EndpointSlices that the cluster keeps for the Services with a selector, one for each family of addresses. */
export function sliceDocuments(documents: readonly SourceDocument[], pods: readonly DemoPod[]): SourceDocument[] {
  return documents.flatMap((document) => {
    const parsed = SERVICE.safeParse(document.body)
    if (!parsed.success || parsed.data.spec.selector === undefined) return []
    const service = parsed.data
    const selected = pods.filter((pod) => pod.phase === 'Running' && isSelected(service, pod))
    return service.spec.ipFamilies.map((family) => ({ origin: null, body: sliceOf(service, selected, family) }))
  })
}

function isSelected(service: DemoService, pod: DemoPod): boolean {
  const selector = Object.entries(service.spec.selector ?? {})
  return pod.namespace === service.metadata.namespace && selector.every(([key, value]) => pod.template.labels[key] === value)
}

function sliceOf(service: DemoService, pods: readonly DemoPod[], family: 'IPv4' | 'IPv6'): object {
  const { name, namespace } = service.metadata
  const [first] = pods
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${name}-${family.toLowerCase()}`,
      namespace,
      uid: stableUid(`slice/${namespace}/${name}/${family}`),
      labels: {
        'kubernetes.io/service-name': name,
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      },
    },
    addressType: family,
    ports: service.spec.ports.flatMap(({ name: portName, protocol, targetPort }) => {
      const port = typeof targetPort === 'number' ? targetPort : first && containerPort(first, targetPort)
      return port === undefined ? [] : [{ name: portName, protocol, port }]
    }),
    endpoints: pods.map((pod) => ({
      addresses: [pod.ips[family === 'IPv4' ? 0 : 1]],
      conditions: { ready: pod.ready, serving: pod.ready, terminating: false },
      nodeName: MACHINES[pod.machine]?.name,
      zone: MACHINES[pod.machine]?.zone,
      targetRef: { kind: 'Pod', namespace: pod.namespace, name: pod.name, uid: stableUid(`pod/${pod.namespace}/${pod.name}`) },
    })),
  }
}

const CONTAINERS = z.array(
  z.looseObject({
    name: z.string(),
    ports: z.array(z.looseObject({ name: z.string(), containerPort: z.number() })).default([]),
    readinessProbe: z.record(z.string(), z.looseObject({ port: z.union([z.number(), z.string()]) })).optional(),
  }),
)

const readContainers = new WeakMap<DemoWorkload, z.infer<typeof CONTAINERS>>()

/** Containers of a pod that listen: the ordinary ones and the native sidecars. */
export function listeningContainers({ workload }: DemoPod): z.infer<typeof CONTAINERS> {
  const known = readContainers.get(workload)
  if (known !== undefined) return known
  const { containers, initContainers } = workload.template.spec
  const read = [...CONTAINERS.parse(containers), ...CONTAINERS.parse(initContainers ?? [])]
  readContainers.set(workload, read)
  return read
}

/** The number behind a port's name in a pod; undefined when no container of the pod has the name. */
export function containerPort(pod: DemoPod, name: string): number | undefined {
  for (const container of listeningContainers(pod)) {
    const port = container.ports.find((candidate) => candidate.name === name)
    if (port) return port.containerPort
  }
  return undefined
}
