import type { Cluster } from '../../model/cluster'
import { containerOf, daemonEvidence, hasContainer } from '../daemon'
import type { Fact } from '../evidence'
import { markedNodes } from '../node-marks'
import { configMapEvidence, firstSetting } from '../settings'
import type { Sight, Sighting } from './sighting'

const CONFIG_MAPS = [
  'kube-flannel/kube-flannel-cfg',
  'kube-system/kube-flannel-cfg',
  'kube-system/canal-config',
  'kube-system/rke2-canal-config',
] as const
const BACKEND = 'flannel.alpha.coreos.com/backend-type'

/** Flannel in DaemonSets of its own; in the program of k3s and beside Calico it is seen elsewhere. */
export function findFlannel({ cluster, daemons }: Sight): readonly Sighting[] {
  const own = daemons.filter(
    (daemon) =>
      !hasContainer(daemon, 'calico-node') &&
      (containerOf(daemon, 'kube-flannel') !== null || ['kube-flannel-ds', 'kube-flannel'].includes(daemon.workload.name)),
  )
  const marks = markedNodes(cluster, 'annotation', BACKEND)
  const evidence = [
    ...own.map((daemon) => daemonEvidence(daemon, 'Flannel', cluster)),
    ...(marks === null ? [] : [marks]),
    ...configMapEvidence(cluster, ...CONFIG_MAPS.slice(0, 2)),
  ]
  if (evidence.length === 0) return []
  const guard = own.find((daemon) => hasContainer(daemon, 'kube-network-policies'))
  return [
    {
      name: 'Flannel',
      state: own.some(({ state }) => state === 'running') ? 'running' : own.length > 0 ? 'stopped' : 'remains',
      daemons: own,
      evidence,
      network: { plugin: 'Flannel', transport: flannelTransport(cluster), encryption: flannelEncryption(cluster), yields: false },
      policy:
        guard === undefined
          ? { plugin: 'Flannel', enforces: 'no', reason: 'Flannel does not enforce NetworkPolicy', groups: [], profile: 'kubernetes' }
          : {
              plugin: 'kube-network-policies',
              enforces: 'yes',
              reason: 'kube-network-policies runs in the pods of Flannel',
              groups: [],
              profile: 'kubernetes',
            },
    },
  ]
}

const TRANSPORTS: ReadonlyMap<string, string> = new Map([
  ['vxlan', 'VXLAN'],
  ['host-gw', 'plain routes (host-gw)'],
  ['wireguard', 'WireGuard'],
  ['udp', 'UDP packets'],
  ['ipip', 'IP in IP'],
])

export function flannelTransport(cluster: Cluster): Fact | null {
  const backend = flannelBackend(cluster)
  return backend === null ? null : { value: TRANSPORTS.get(backend.value.toLowerCase()) ?? backend.value, from: backend.from }
}

export function flannelEncryption(cluster: Cluster): Fact | null {
  const backend = flannelBackend(cluster)
  return backend?.value.toLowerCase().startsWith('wireguard') ? { value: 'WireGuard', from: backend.from } : null
}

function flannelBackend(cluster: Cluster): Fact | null {
  const stated = firstSetting(cluster, CONFIG_MAPS, 'net-conf.json Backend.Type')
  if (stated !== null) return stated
  const marks = markedNodes(cluster, 'annotation', BACKEND)
  return marks?.field == null ? null : { value: marks.field.value, from: marks }
}
