import { parseAddress } from '../../model/address'
import type { Cluster, Service } from '../../model/cluster'
import type { PodRef } from '../../model/names'
import { serviceEndpoints } from '../../model/service-endpoints'

/** A pod that answers DNS questions, and the port that it sees. */
export type DnsEndpoint = { readonly pod: PodRef; readonly protocol: 'UDP' | 'TCP'; readonly port: number }

/** Services of the cluster's DNS: kubeadm and most others, and OpenShift, whose pods listen on 5353. */
const SERVICES: ReadonlySet<string> = new Set(['svc:kube-system/kube-dns', 'svc:kube-system/coredns', 'svc:openshift-dns/dns-default'])

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

function isDnsService({ ref, meta }: Service): boolean {
  return SERVICES.has(ref) || meta.labels.get('k8s-app') === 'kube-dns'
}

/** Where the DNS cache of each machine answers, when it runs. Source: the NodeLocal DNSCache add-on. */
export const NODE_LOCAL_DNS = parseAddress('169.254.20.10')

export function hasNodeLocalDns(cluster: Cluster): boolean {
  return [...cluster.workloads.values()].some(
    ({ kind, name, labels }) => kind === 'DaemonSet' && (name === 'node-local-dns' || labels.get('k8s-app') === 'node-local-dns'),
  )
}
