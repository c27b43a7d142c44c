import type { Cluster, ServicePort } from '../../model/cluster'
import type { PodRef } from '../../model/names'
import { serviceEndpoints } from '../../model/service-endpoints'

/** What Istio takes a pod's port for. `detect`: nothing says, so the first bytes of each connection tell. */
export type PortProtocol = 'http' | 'tcp' | 'detect'

/** Ports that no Service describes are not listed: `detect`. */
export type PortProtocols = ReadonlyMap<number, PortProtocol>

const NO_PORTS: PortProtocols = new Map()

/** The TCP ports of every pod that a Service describes. Services that disagree leave it to detection. */
export function portProtocols(cluster: Cluster): (pod: PodRef) => PortProtocols {
  const byPod = new Map<PodRef, Map<number, PortProtocol>>()
  for (const service of cluster.services.values()) {
    for (const { pod, ports } of serviceEndpoints(cluster, service)) {
      if (pod === null) continue
      let known = byPod.get(pod)
      if (known === undefined) {
        known = new Map()
        byPod.set(pod, known)
      }
      for (const { servicePort, port } of ports) {
        if (port === null || servicePort.protocol !== 'TCP') continue
        const protocol = recognise(servicePort)
        const earlier = known.get(port)
        known.set(port, earlier === undefined || earlier === protocol ? protocol : 'detect')
      }
    }
  }
  return (pod) => byPod.get(pod) ?? NO_PORTS
}

const HTTP_NAMES: ReadonlySet<string> = new Set(['http', 'http2', 'grpc', 'http_proxy'])
const TCP_NAMES: ReadonlySet<string> = new Set(['tcp', 'https', 'tls', 'mongo', 'redis', 'mysql'])
/** Servers of these speak first, so that Istio never waits for the client's first bytes: SMTP, DNS, MySQL, MongoDB. */
const KNOWN_TCP_PORTS: ReadonlySet<number> = new Set([25, 53, 3306, 27017])

/** What Istio takes a port of a Service for: `appProtocol` counts before the name, of which the part before the first dash counts. */
export function recognise({ appProtocol, name, port }: ServicePort): PortProtocol {
  switch (appProtocol) {
    case 'kubernetes.io/h2c':
    case 'kubernetes.io/ws':
      return 'http'
    case 'kubernetes.io/wss':
      return 'tcp'
  }
  const text = (appProtocol ?? name ?? '').toLowerCase()
  if (text.startsWith('grpc-web')) return 'http'
  const prefix = text.split('-')[0] ?? ''
  if (HTTP_NAMES.has(prefix)) return 'http'
  if (TCP_NAMES.has(prefix)) return 'tcp'
  return KNOWN_TCP_PORTS.has(port) ? 'tcp' : 'detect'
}
