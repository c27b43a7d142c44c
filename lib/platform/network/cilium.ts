import type { Cluster } from '../../model/cluster'
import { containerOf, type Daemon, daemonEvidence } from '../daemon'
import { evidenceOf, type Fact, objectOf } from '../evidence'
import { markedNodes } from '../node-marks'
import { networkObjects } from '../raw-value'
import { configMapEvidence, settingOf } from '../settings'
import type { PolicyPart, Sight, Sighting } from './sighting'

const CONFIG = 'kube-system/cilium-config'

/** Cilium under its own name, and as Dataplane V2 of GKE. */
export function findCilium({ cluster, daemons }: Sight): readonly Sighting[] {
  const own = daemons.filter(isCilium)
  const isDataplaneV2 = own.some(({ workload }) => workload.name === 'anetd')
  const title = isDataplaneV2 ? 'GKE Dataplane V2 (Cilium)' : 'Cilium'
  const marks = markedNodes(cluster, 'annotation', 'network.cilium.io/ipv4-pod-cidr')
  const [node] = networkObjects(cluster, 'CiliumNode', 'cilium.io')
  const evidence = [
    ...own.map((daemon) => daemonEvidence(daemon, title, cluster)),
    ...(node === undefined ? [] : [evidenceOf('object', objectOf(node.meta), `There is a CiliumNode ${node.meta.name}.`)]),
    ...(marks === null ? [] : [marks]),
    ...configMapEvidence(cluster, CONFIG),
  ]
  if (evidence.length === 0) return []
  const chained = settingOf(cluster, CONFIG, 'cni-chaining-mode')
  const leavesNetwork = chained !== null && !['', 'none', 'portmap'].includes(chained.value)
  return [
    {
      name: title,
      state: own.some(({ state }) => state === 'running') ? 'running' : own.length > 0 ? 'stopped' : 'remains',
      daemons: own,
      evidence: leavesNetwork ? [...evidence, chained.from] : evidence,
      network: leavesNetwork
        ? null
        : { plugin: title, transport: transportOf(cluster), encryption: encryptionOf(cluster), yields: chained === null && !isDataplaneV2 },
      policy: policyOf(cluster, title),
    },
  ]
}

function isCilium(daemon: Daemon): boolean {
  const { workload } = daemon
  if (workload.name === 'cilium' || containerOf(daemon, 'cilium-agent') !== null) return true
  return workload.name === 'anetd' && workload.namespace === 'kube-system'
}

function policyOf(cluster: Cluster, title: string): PolicyPart {
  const mode = settingOf(cluster, CONFIG, 'enable-policy')
  const groups = ['cilium.io']
  const isOff = mode?.value.toLowerCase() === 'never'
  const isOpen = title === 'Cilium' && !cluster.settings.has(CONFIG) && cluster.unread.get('/ConfigMap')?.has(CONFIG) === false
  const unless = isOpen ? ` unless ConfigMap ${CONFIG} says enable-policy: never, which could not be read` : ''
  const reason = isOff ? 'Cilium is set to enforce nothing (enable-policy: never)' : `${title} enforces NetworkPolicy${unless}`
  return { plugin: title, enforces: isOff ? 'no' : 'yes', reason, groups, profile: 'cilium' }
}

function transportOf(cluster: Cluster): Fact | null {
  const mode = settingOf(cluster, CONFIG, 'routing-mode')
  if (mode?.value === 'native') return { value: 'plain routes', from: mode.from }
  // One key for both before Cilium 1.14.
  const old = settingOf(cluster, CONFIG, 'tunnel')
  if (old?.value === 'disabled') return { value: 'plain routes', from: old.from }
  const protocol = settingOf(cluster, CONFIG, 'tunnel-protocol') ?? old ?? mode
  if (protocol === null) return null
  return { value: protocol.value === 'geneve' ? 'Geneve' : 'VXLAN', from: protocol.from }
}

function encryptionOf(cluster: Cluster): Fact | null {
  const keys = [
    ['enable-wireguard', 'WireGuard'],
    ['enable-ipsec', 'IPsec'],
  ] as const
  for (const [key, value] of keys) {
    const set = settingOf(cluster, CONFIG, key)
    if (set?.value === 'true') return { value, from: set.from }
  }
  return null
}
