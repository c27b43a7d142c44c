import { parseAddress } from '../../model/address'
import type { Cluster, Pod, Service } from '../../model/cluster'
import { serviceEndpoints } from '../../model/service-endpoints'
import { detectDns } from './detect-dns'

/** A name that stands for a Service, and what it answers. */
export type ServiceName = {
  readonly name: string
  readonly record: 'A' | 'AAAA' | 'SRV' | 'CNAME'
  /** Addresses, names or ports, as many as are worth showing. */
  readonly answers: readonly string[]
  /** How many there are. */
  readonly total: number
}

/** Where names of the cluster can be looked up. */
export type NameScope = {
  /** Short forms, and from where they are enough. */
  readonly short: readonly { readonly name: string; readonly from: string }[]
  /** Pods that do not ask the DNS of the cluster, so that none of these names means anything to them. */
  readonly deaf: { readonly total: number; readonly examples: readonly { readonly pod: string; readonly because: string }[] }
}

const MAX_ANSWERS = 5
const MAX_NAMES = 20

/** The names of a Service by the rules of Kubernetes. Source: kubernetes/dns docs/specification.md. */
export function namesOf(cluster: Cluster, service: Service): readonly ServiceName[] {
  const { value: zone } = detectDns(cluster).zone
  const name = `${service.name}.${service.namespace}.svc.${zone}`
  if (service.type === 'ExternalName') return [answer(name, 'CNAME', service.externalName === null ? [] : [service.externalName])]
  const endpoints = service.headless ? readyAddresses(cluster, service) : null
  const addresses = endpoints === null ? service.clusterIps : endpoints.map(({ address }) => address)
  const names = byFamily(name, addresses)
  const ports = service.ports.flatMap((port) =>
    port.name === null ? [] : answer(`_${port.name}._${port.protocol.toLowerCase()}.${name}`, 'SRV', [`port ${port.port}`]),
  )
  const hosts = (endpoints ?? []).slice(0, MAX_NAMES).flatMap(({ host, address }) => byFamily(`${host}.${name}`, [address]))
  return [...names, ...ports, ...hosts]
}

function byFamily(name: string, addresses: readonly string[]): readonly ServiceName[] {
  const records = [
    ['A', 4],
    ['AAAA', 6],
  ] as const
  return records.flatMap(([record, family]) => {
    const own = [...new Set(addresses.filter((address) => parseAddress(address)?.family === family))]
    return own.length === 0 ? [] : answer(name, record, own)
  })
}

function answer(name: string, record: ServiceName['record'], answers: readonly string[]): ServiceName {
  return { name, record, answers: answers.slice(0, MAX_ANSWERS), total: answers.length }
}

type HeadlessEndpoint = { readonly host: string; readonly address: string }

/** A pod has a name of its own when its spec asks for one under this very Service; CoreDNS writes the address otherwise. */
function readyAddresses(cluster: Cluster, service: Service): readonly HeadlessEndpoint[] {
  return serviceEndpoints(cluster, service).flatMap(({ pod, addresses, ready }): readonly HeadlessEndpoint[] => {
    if (!ready && !service.publishNotReadyAddresses) return []
    const target = pod === null ? undefined : cluster.pods.get(pod)
    const own = target !== undefined && target.hostname !== null && target.subdomain === service.name ? target.hostname : null
    return addresses.map((one) => ({ host: own ?? one.replace(/[.:]/g, '-'), address: one }))
  })
}

export function nameScope(cluster: Cluster, service: Service): NameScope {
  const found = [...cluster.pods.values()].flatMap((pod) => {
    const because = deafBecause(pod)
    return because === null ? [] : [{ pod: pod.ref, because, isOfSystem: pod.namespace.startsWith('kube-') }]
  })
  // Parts of the cluster itself are seldom those whose calls are missed.
  const deaf = [...found.filter(({ isOfSystem }) => !isOfSystem), ...found.filter(({ isOfSystem }) => isOfSystem)]
  return {
    short: [
      { name: service.name, from: `pods of namespace ${service.namespace}` },
      { name: `${service.name}.${service.namespace}`, from: 'pods of every namespace' },
    ],
    deaf: { total: deaf.length, examples: deaf.slice(0, MAX_ANSWERS).map(({ pod, because }) => ({ pod, because })) },
  }
}

/** Why a pod does not ask the DNS of the cluster; null when it does. */
export function deafBecause({ dns, hostNetwork }: Pick<Pod, 'dns' | 'hostNetwork'>): string | null {
  if (dns.policy === 'Default') return 'dnsPolicy Default: it asks the name server of its machine'
  if (dns.policy === 'None')
    return dns.nameservers.length === 0 ? 'dnsPolicy None' : `dnsPolicy None: it asks ${dns.nameservers.join(', ')}`
  if (dns.policy === 'ClusterFirst' && hostNetwork)
    return 'on the network of its machine with dnsPolicy ClusterFirst: it asks the name server of the machine'
  return null
}
