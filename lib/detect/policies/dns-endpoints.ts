import type { Cluster } from '../../model/cluster'
import type { PodRef } from '../../model/names'
import { serviceEndpoints } from '../../model/service-endpoints'
import { isDnsService } from '../../platform/dns/detect-dns'

/** A pod that answers DNS questions, and the port that it sees. */
export type DnsEndpoint = { readonly pod: PodRef; readonly protocol: 'UDP' | 'TCP'; readonly port: number }

export function dnsEndpoints(cluster: Cluster): readonly DnsEndpoint[] {
  const found = new Map<string, DnsEndpoint>()
  for (const service of cluster.services.values()) {
    if (!isDnsService(service)) continue
    for (const { pod, ports } of serviceEndpoints(cluster, service)) {
      if (pod === null) continue
      for (const { servicePort, port } of ports) {
        const { protocol } = servicePort
        if (servicePort.port !== 53 || port === null || protocol === 'SCTP') continue
        found.set(`${pod} ${protocol} ${port}`, { pod, protocol, port })
      }
    }
  }
  return [...found.values()]
}
