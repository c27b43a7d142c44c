import type { Cluster } from '../../model/cluster'
import { containerOf, type Daemon, daemonEvidence } from '../daemon'
import type { Fact } from '../evidence'
import { configMapEvidence, settingOf } from '../settings'
import type { NetworkPart, PolicyPart, Sight, Sighting } from './sighting'

/** A plugin that shows as one DaemonSet and nothing else. */
type SimplePlugin = {
  readonly title: string
  readonly daemonSets: readonly string[]
  readonly container: string
  readonly network: ((cluster: Cluster, daemon: Daemon) => NetworkPart) | null
  readonly policy: (daemon: Daemon) => PolicyPart
}

const PLUGINS: readonly SimplePlugin[] = [
  {
    title: 'Antrea',
    daemonSets: ['antrea-agent'],
    container: 'antrea-agent',
    network: (cluster) => ({ plugin: 'Antrea', ...antreaTransport(cluster), yields: false }),
    policy: () => enforcing('Antrea', ['crd.antrea.io']),
  },
  {
    title: 'Kube-OVN',
    daemonSets: ['kube-ovn-cni'],
    container: 'cni-server',
    network: () => ({ plugin: 'Kube-OVN', transport: null, encryption: null, yields: false }),
    policy: () => enforcing('Kube-OVN', []),
  },
  {
    title: 'kindnet',
    daemonSets: ['kindnet'],
    container: 'kindnet-cni',
    network: (cluster, daemon) => ({
      plugin: 'kindnet',
      transport: { value: 'plain routes', from: daemonEvidence(daemon, 'kindnet', cluster) },
      encryption: null,
      yields: false,
    }),
    policy: kindnetPolicy,
  },
  {
    title: 'Weave Net',
    daemonSets: ['weave-net'],
    container: 'weave',
    network: () => ({ plugin: 'Weave Net', transport: null, encryption: null, yields: false }),
    policy: (daemon) =>
      containerOf(daemon, 'weave') !== null && containerOf(daemon, 'weave-npc') === null
        ? { ...enforcing('Weave Net', []), enforces: 'no', reason: 'Weave Net runs without its policy controller (weave-npc)' }
        : enforcing('Weave Net', []),
  },
  {
    title: 'kube-network-policies',
    daemonSets: ['kube-network-policies'],
    container: 'kube-network-policies',
    network: null,
    policy: () => enforcing('kube-network-policies', []),
  },
]

/** The plugins that need no more than a look at their DaemonSet. */
export function findOtherPlugins({ cluster, daemons }: Sight): readonly Sighting[] {
  return [
    ...PLUGINS.flatMap((plugin) => daemons.filter((daemon) => isOf(daemon, plugin)).map((daemon) => sightingOf(plugin, daemon, cluster))),
    ...antreaRemains(cluster, daemons),
  ]
}

/** Flannel runs the last one as a container of its own pods. */
function isOf(daemon: Daemon, { daemonSets, container }: SimplePlugin): boolean {
  if (daemonSets.includes(daemon.workload.name)) return true
  return containerOf(daemon, container) !== null && containerOf(daemon, 'kube-flannel') === null
}

function sightingOf({ title, network, policy }: SimplePlugin, daemon: Daemon, cluster: Cluster): Sighting {
  return {
    name: title,
    state: daemon.state,
    daemons: [daemon],
    evidence: [daemonEvidence(daemon, title, cluster)],
    network: network === null ? null : network(cluster, daemon),
    policy: policy(daemon),
  }
}

function enforcing(plugin: string, groups: readonly string[]): PolicyPart {
  return { plugin, enforces: 'yes', reason: `${plugin} enforces NetworkPolicy`, groups, profile: 'kubernetes' }
}

const KINDNET_SINCE = 20_240_813

/** Since kind v0.24, whose image is of that day. Source: release notes of kind v0.24. */
function kindnetPolicy(daemon: Daemon): PolicyPart {
  const image = containerOf(daemon, 'kindnet-cni')?.image ?? null
  const day = /:v?(\d{8})-/.exec(image ?? '')?.[1]
  const policy = enforcing('kindnet', [])
  if (day === undefined)
    return {
      ...policy,
      enforces: 'unknown',
      reason: 'kindnet enforces NetworkPolicy since kind v0.24, and its image does not tell its age',
    }
  if (Number(day) >= KINDNET_SINCE) return policy
  return { ...policy, enforces: 'no', reason: 'kindnet enforces NetworkPolicy only since kind v0.24, and this one is older' }
}

const ANTREA_CONFIG = 'kube-system/antrea-config'

function antreaTransport(cluster: Cluster): Pick<NetworkPart, 'transport' | 'encryption'> {
  const mode = settingOf(cluster, ANTREA_CONFIG, 'antrea-agent.conf trafficEncapMode')
  const tunnel = settingOf(cluster, ANTREA_CONFIG, 'antrea-agent.conf tunnelType')
  const encrypted = settingOf(cluster, ANTREA_CONFIG, 'antrea-agent.conf trafficEncryptionMode')
  return { transport: transportOf(mode, tunnel), encryption: encryptionOf(encrypted) }
}

function transportOf(mode: Fact | null, tunnel: Fact | null): Fact | null {
  if (mode !== null && mode.value !== 'encap' && mode.value !== 'hybrid') return { value: 'plain routes', from: mode.from }
  const from = tunnel?.from ?? mode?.from
  if (from === undefined) return null
  const title = { vxlan: 'VXLAN', gre: 'GRE', stt: 'STT', geneve: 'Geneve' }[tunnel?.value ?? 'geneve'] ?? 'Geneve'
  return { value: mode?.value === 'hybrid' ? `${title} between subnets, plain routes within one` : title, from }
}

function encryptionOf(mode: Fact | null): Fact | null {
  const titles: ReadonlyMap<string, string> = new Map([
    ['wireGuard', 'WireGuard'],
    ['ipsec', 'IPsec'],
  ])
  const title = titles.get(mode?.value ?? '')
  return mode === null || title === undefined ? null : { value: title, from: mode.from }
}

function antreaRemains(cluster: Cluster, daemons: readonly Daemon[]): readonly Sighting[] {
  const evidence = configMapEvidence(cluster, ANTREA_CONFIG)
  if (evidence.length === 0 || daemons.some((daemon) => daemon.workload.name === 'antrea-agent' || containerOf(daemon, 'antrea-agent')))
    return []
  return [{ name: 'Antrea', state: 'remains', daemons: [], evidence, network: null, policy: null }]
}
