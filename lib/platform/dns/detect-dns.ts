import { parseAddress } from '../../model/address'
import type { Cluster, Service } from '../../model/cluster'
import { COREFILES, DEFAULT_ZONE, type StatedZone, statedZone } from '../../model/cluster-zone'
import type { ServiceRef } from '../../model/names'
import { serviceEndpoints } from '../../model/service-endpoints'
import { daemonEvidence, daemonsOf } from '../daemon'
import { type Evidence, evidenceOf, type Fact } from '../evidence'
import { k3sOption } from '../k3s-arguments'
import { firstSetting, settingOf } from '../settings'

/** How names are found in a cluster. */
export type ClusterDns = {
  /** End of every name of the cluster, such as `cluster.local`. `isAssumed`: nothing says it, nearly every cluster has it. */
  readonly zone: { readonly value: string; readonly from: Evidence | null; readonly isAssumed: boolean }
  readonly services: readonly DnsService[]
  /** The cache of each machine, where it runs. */
  readonly nodeCache: Evidence | null
  /** What names of the form `10-0-0-1.shop.pod.ZONE` answer; null when nothing says. */
  readonly podNames: Fact | null
}

export type DnsService = {
  readonly ref: ServiceRef
  readonly addresses: readonly string[]
  readonly ready: number
  readonly total: number
  /** Ports of the pods behind port 53: 53, or 5353 on OpenShift. */
  readonly podPorts: readonly number[]
}

/** kubeadm and most others, some installers of CoreDNS, and OpenShift. */
const SERVICES: ReadonlySet<string> = new Set(['svc:kube-system/kube-dns', 'svc:kube-system/coredns', 'svc:openshift-dns/dns-default'])

export function isDnsService({ ref, meta }: Service): boolean {
  return SERVICES.has(ref) || meta.labels.get('k8s-app') === 'kube-dns'
}

/** Where the DNS cache of each machine answers, when it runs. Source: the NodeLocal DNSCache add-on. */
export const NODE_LOCAL_DNS = parseAddress('169.254.20.10')

export function nodeCacheOf(cluster: Cluster): Evidence | null {
  const daemon = daemonsOf(cluster).find(
    ({ workload }) => workload.name === 'node-local-dns' || workload.labels.get('k8s-app') === 'node-local-dns',
  )
  return daemon === undefined ? null : daemonEvidence(daemon, 'a DNS cache on each machine', cluster)
}

const known = new WeakMap<Cluster, ClusterDns>()

export function detectDns(cluster: Cluster): ClusterDns {
  const earlier = known.get(cluster)
  if (earlier !== undefined) return earlier
  const found: ClusterDns = {
    zone: zoneOf(cluster),
    services: [...cluster.services.values()].filter(isDnsService).map((service) => dnsService(cluster, service)),
    nodeCache: nodeCacheOf(cluster),
    podNames: firstSetting(cluster, COREFILES, 'Corefile pods'),
  }
  known.set(cluster, found)
  return found
}

function zoneOf(cluster: Cluster): ClusterDns['zone'] {
  const stated = statedZone(cluster)
  if (stated === null) return { value: DEFAULT_ZONE, from: null, isAssumed: true }
  return { value: stated.zone, from: zoneEvidence(cluster, stated), isAssumed: false }
}

function zoneEvidence(cluster: Cluster, { zone, by }: StatedZone): Evidence | null {
  switch (by.kind) {
    case 'setting':
      return settingOf(cluster, by.place, by.field)?.from ?? null
    case 'k3s':
      return k3sOption(cluster, by.option)?.from ?? null
    case 'search': {
      const { namespace, name, ref } = by.pod
      return evidenceOf('object', { kind: 'Pod', namespace, name }, `Pod ${ref} searches names in svc.${zone}.`)
    }
  }
}

function dnsService(cluster: Cluster, service: Service): DnsService {
  const endpoints = serviceEndpoints(cluster, service)
  const ports = endpoints.flatMap(({ ports }) =>
    ports.flatMap(({ servicePort, port }) => (servicePort.port === 53 && port !== null ? [port] : [])),
  )
  return {
    ref: service.ref,
    addresses: service.clusterIps,
    ready: endpoints.filter(({ ready }) => ready).length,
    total: endpoints.length,
    podPorts: [...new Set(ports)],
  }
}
