import type { Cluster, ClusterNode } from '../model/cluster'
import { compareText } from '../model/compare-text'
import { type ClusterDns, detectDns } from '../platform/dns/detect-dns'
import { detectMeshes, type Mesh } from '../platform/mesh/detect-meshes'
import { detectNetwork, type NetworkPlugins } from '../platform/network/detect-network'
import { type ClusterRange, detectRanges } from '../platform/ranges'
import { detectServiceProxy, type ServiceProxy } from '../platform/services/service-proxy'
import { type Bounded, bounded } from './bounded'

/** What the network of a cluster is made of; everything with the evidence for it. Part of `GET /api/v1/status`. */
export type PlatformDocument = {
  /** As people call the whole: `Canal`; null when nothing was seen. */
  readonly name: NetworkPlugins['name']
  readonly network: NetworkPlugins['network']
  readonly policy: Omit<NetworkPlugins['policy'], 'missingOn'> & { readonly missingOn: Bounded<string> }
  readonly leftovers: NetworkPlugins['leftovers']
  readonly proxy: ServiceProxy
  readonly dns: ClusterDns
  readonly meshes: readonly Mesh[]
  readonly ranges: Bounded<Omit<ClusterRange, 'cidrs'> & { readonly cidrs: Bounded<string> }>
  readonly machines: Bounded<MachineSummary>
  /** What could not be looked at, so that more may be there than is said here. */
  readonly unread: readonly string[]
}

export type MachineSummary = Pick<ClusterNode, 'name' | 'ready' | 'zone' | 'podCidrs' | 'kubeletVersion'> & {
  readonly addresses: readonly string[]
  /** Nobody of the plugin that enforces policies is ready there. */
  readonly isUnguarded: boolean
}

/** A range of pods may be that of every machine. */
const MAX_CIDRS = 8
const MAX_RANGES = 40
const MAX_MACHINES = 20

export function platformDocument(cluster: Cluster): PlatformDocument {
  const { name, network, policy, leftovers } = detectNetwork(cluster)
  return {
    name,
    network,
    policy: { ...policy, missingOn: bounded(policy.missingOn, MAX_MACHINES) },
    leftovers,
    proxy: detectServiceProxy(cluster),
    dns: detectDns(cluster),
    meshes: detectMeshes(cluster),
    ranges: bounded(
      detectRanges(cluster).map((range) => ({ ...range, cidrs: bounded(range.cidrs, MAX_CIDRS) })),
      MAX_RANGES,
    ),
    machines: machines(cluster, policy.missingOn),
    unread: UNREAD.filter((kind) => !isReadFor(cluster.unread.get(kind))),
  }
}

function machines(cluster: Cluster, unguarded: readonly string[]): PlatformDocument['machines'] {
  const missing = new Set(unguarded)
  const rows = [...cluster.nodes.values()].map(({ name, ready, zone, podCidrs, kubeletVersion, addresses }) => {
    const own = addresses.filter(({ type }) => type === 'InternalIP' || type === 'ExternalIP').map(({ address }) => address)
    return { name, ready, zone, podCidrs, kubeletVersion, addresses: own, isUnguarded: missing.has(name) }
  })
  // What needs a look comes first: a list of thousands is cut.
  const order = (row: MachineSummary): number => (row.isUnguarded || row.ready === false ? 0 : 1)
  return bounded(
    rows.sort((a, b) => order(a) - order(b) || compareText(a.name, b.name)),
    MAX_MACHINES,
  )
}

/** The conclusions ask for ConfigMaps by name: where those are read, the others do not matter. */
function isReadFor(held: ReadonlySet<string> | undefined): boolean {
  return held === undefined || [...held].some((name) => name.includes('/'))
}

/** Kinds that the conclusions rest on. */
const UNREAD = ['apps/DaemonSet', 'apps/Deployment', '/Pod', '/Node', '/ConfigMap', '/Service'] as const
