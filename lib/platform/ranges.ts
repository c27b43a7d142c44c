import { type Address, cidrOf, formatCidr, parseAddress, parseCidr } from '../model/address'
import type { Cluster } from '../model/cluster'
import { isRecord } from '../model/fields'
import { type Evidence, evidenceOf, type Fact, fieldEvidence, objectOf } from './evidence'
import { k3sOption } from './k3s-arguments'
import { networkObjects, textAt, textsAt, valueAt } from './raw-value'
import { firstSetting, settingOf } from './settings'

/** Addresses that a cluster uses itself. */
export type ClusterRange = {
  readonly of: 'pods' | 'services' | 'machines'
  /** CIDRs in canonical form. */
  readonly cidrs: readonly string[]
  readonly from: Evidence
  /** Concluded from the addresses that are in use, and not stated anywhere. */
  readonly isGuess: boolean
}

const known = new WeakMap<Cluster, readonly ClusterRange[]>()

/** What the objects of a cluster say of its ranges, each place once: pods, then Services, then machines. */
export function detectRanges(cluster: Cluster): readonly ClusterRange[] {
  const earlier = known.get(cluster)
  if (earlier !== undefined) return earlier
  const services = serviceRanges(cluster)
  const found = [...podRanges(cluster), ...(services.length > 0 ? services : guessedServices(cluster)), ...machines(cluster)]
  known.set(cluster, found)
  return found
}

/** Ranges of pods that a plugin hands out beat those that the cluster was installed with. */
function podRanges(cluster: Cluster): readonly ClusterRange[] {
  const pools = networkObjects(cluster, 'IPPool', 'projectcalico.org', 'crd.projectcalico.org').flatMap((pool) =>
    stated(
      'pods',
      [textAt(pool, 'spec', 'cidr')],
      fieldEvidence('object', objectOf(pool.meta), 'spec.cidr', textAt(pool, 'spec', 'cidr') ?? ''),
    ),
  )
  const openShift = networkObjects(cluster, 'Network', 'config.openshift.io').flatMap((network) => {
    const entries = valueAt(network, 'status', 'clusterNetwork') ?? valueAt(network, 'spec', 'clusterNetwork')
    const cidrs = Array.isArray(entries)
      ? entries.flatMap((entry: unknown) => (isRecord(entry) && typeof entry.cidr === 'string' ? [entry.cidr] : []))
      : []
    return stated('pods', cidrs, fieldEvidence('object', objectOf(network.meta), 'status.clusterNetwork', cidrs.join(', ')))
  })
  return [
    ...pools,
    ...openShift,
    ...ciliumPods(cluster),
    ...ofFact('pods', firstSetting(cluster, FLANNEL, 'net-conf.json Network')),
    ...ofFact('pods', firstSetting(cluster, FLANNEL, 'net-conf.json IPv6Network')),
    ...ofFact('pods', flagFact(cluster, 'kube-controller-manager', 'cluster-cidr')),
    ...ofFact('pods', settingOf(cluster, 'kube-system/kubeadm-config', 'ClusterConfiguration networking.podSubnet')),
    ...ofFact('pods', settingOf(cluster, 'kube-system/kube-proxy', 'config.conf clusterCIDR')),
    ...ofFact('pods', k3sOption(cluster, 'cluster-cidr')),
    ...nodePods(cluster),
  ]
}

const FLANNEL = [
  'kube-flannel/kube-flannel-cfg',
  'kube-system/kube-flannel-cfg',
  'kube-system/canal-config',
  'kube-system/rke2-canal-config',
]

function ciliumPods(cluster: Cluster): readonly ClusterRange[] {
  const pools = ['cluster-pool-ipv4-cidr', 'cluster-pool-ipv6-cidr'].flatMap((field) =>
    ofFact('pods', settingOf(cluster, 'kube-system/cilium-config', field)),
  )
  if (pools.length > 0) return pools
  const nodes = networkObjects(cluster, 'CiliumNode', 'cilium.io')
  const cidrs = nodes.flatMap((node) => textsAt(node, 'spec', 'ipam', 'podCIDRs'))
  const [first] = nodes
  return first === undefined
    ? []
    : stated('pods', cidrs, fieldEvidence('object', objectOf(first.meta), 'spec.ipam.podCIDRs', cidrs[0] ?? ''))
}

function nodePods(cluster: Cluster): readonly ClusterRange[] {
  const nodes = [...cluster.nodes.values()].filter(({ podCidrs }) => podCidrs.length > 0)
  const [first] = nodes
  if (first === undefined) return []
  const object = { kind: 'Node', namespace: null, name: first.name }
  const text = `${nodes.length === 1 ? 'Node' : `${nodes.length} machines, such as`} ${first.name}: spec.podCIDRs ${first.podCidrs.join(', ')}.`
  return stated(
    'pods',
    nodes.flatMap(({ podCidrs }) => podCidrs),
    evidenceOf('object', object, text),
  )
}

function serviceRanges(cluster: Cluster): readonly ClusterRange[] {
  const objects = networkObjects(cluster, 'ServiceCIDR', 'networking.k8s.io').flatMap((raw) => {
    const cidrs = textsAt(raw, 'spec', 'cidrs')
    return stated('services', cidrs, fieldEvidence('object', objectOf(raw.meta), 'spec.cidrs', cidrs.join(', ')))
  })
  const openShift = networkObjects(cluster, 'Network', 'config.openshift.io').flatMap((network) => {
    const cidrs = textsAt(network, 'status', 'serviceNetwork')
    return stated('services', cidrs, fieldEvidence('object', objectOf(network.meta), 'status.serviceNetwork', cidrs.join(', ')))
  })
  return [
    ...objects,
    ...openShift,
    ...ofFact('services', flagFact(cluster, 'kube-apiserver', 'service-cluster-ip-range')),
    ...ofFact('services', settingOf(cluster, 'kube-system/kubeadm-config', 'ClusterConfiguration networking.serviceSubnet')),
    ...ofFact('services', k3sOption(cluster, 'service-cidr')),
  ]
}

/** The smallest range over the addresses that Services have, one for each family. */
function guessedServices(cluster: Cluster): readonly ClusterRange[] {
  const services = [...cluster.services.values()].filter(({ clusterIps }) => clusterIps.length > 0)
  const [first] = services
  if (first === undefined) return []
  return ([4, 6] as const).flatMap((family) => {
    const addresses = services
      .flatMap(({ clusterIps }) => clusterIps.flatMap((text) => parseAddress(text) ?? []))
      .filter((address) => address.family === family)
    const cidr = smallestRange(addresses)
    if (cidr === null) return []
    const object = { kind: 'Service', namespace: first.namespace, name: first.name }
    const text = `Nothing states the range; ${addresses.length} addresses of Services lie in it.`
    return [{ of: 'services', cidrs: [cidr], from: evidenceOf('object', object, text), isGuess: true } as const]
  })
}

function smallestRange(addresses: readonly Address[]): string | null {
  const [first] = addresses
  if (first === undefined) return null
  const bits = first.family === 4 ? 32 : 128
  const differing = addresses.reduce((all, { value }) => all | (value ^ first.value), 0n)
  return formatCidr(cidrOf(first, bits - (differing === 0n ? 0 : differing.toString(2).length)))
}

/** Machines have no range that an object states: their addresses themselves. */
function machines(cluster: Cluster): readonly ClusterRange[] {
  const nodes = [...cluster.nodes.values()]
  const internal = nodes.flatMap(({ addresses }) =>
    addresses.flatMap(({ type, address }) => (type === 'InternalIP' ? (parseAddress(address) ?? []) : [])),
  )
  const [first] = nodes
  if (first === undefined) return []
  return ([4, 6] as const).flatMap((family) => {
    const own = internal.filter((address) => address.family === family)
    const cidr = smallestRange(own)
    if (cidr === null) return []
    const object = { kind: 'Node', namespace: null, name: first.name }
    const text = own.length === 1 ? 'The address of one machine.' : `The addresses of ${own.length} machines lie in it.`
    return [{ of: 'machines', cidrs: [cidr], from: evidenceOf('object', object, text), isGuess: true } as const]
  })
}

/** An option of a program of the control plane, of which each machine runs a pod of its own. */
function flagFact(cluster: Cluster, program: string, flag: string): Fact | null {
  for (const pod of controlPlanePods(cluster)) {
    const value = pod.containers.find(({ name }) => name === program)?.flags.get(flag)
    if (value === undefined) continue
    const object = { kind: 'Pod', namespace: pod.namespace, name: pod.name }
    return { value, from: fieldEvidence('setting', object, `--${flag}`, value) }
  }
  return null
}

function controlPlanePods(cluster: Cluster) {
  return [...cluster.pods.values()].filter(({ namespace, labels }) => namespace === 'kube-system' && labels.get('tier') === 'control-plane')
}

function ofFact(of: ClusterRange['of'], fact: Fact | null): readonly ClusterRange[] {
  return fact === null ? [] : stated(of, fact.value.split(/[\s,]+/), fact.from)
}

function stated(of: ClusterRange['of'], texts: readonly (string | null)[], from: Evidence): readonly ClusterRange[] {
  const cidrs = texts.flatMap((text) => (text === null ? [] : (parseCidr(text) ?? []))).map(formatCidr)
  return cidrs.length === 0 ? [] : [{ of, cidrs: [...new Set(cidrs)], from, isGuess: false }]
}
