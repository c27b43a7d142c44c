import type { Cluster } from '../../model/cluster'
import { containerOf, type Daemon, daemonEvidence, hasContainer } from '../daemon'
import { type Evidence, evidenceOf, type Fact, fieldEvidence, objectOf } from '../evidence'
import { markedNodes } from '../node-marks'
import { networkObjects, textAt, valueAt } from '../raw-value'
import { configMapEvidence, settingOf } from '../settings'
import { flannelTransport } from './flannel'
import type { NetworkPart, PolicyPart, Sight, Sighting } from './sighting'

const GROUPS = ['projectcalico.org', 'crd.projectcalico.org'] as const

const POLICY: PolicyPart = {
  plugin: 'Calico',
  enforces: 'yes',
  reason: 'Calico enforces NetworkPolicy',
  groups: GROUPS,
  profile: 'calico',
}

/** Both daemons in one pod; a name alone counts where the containers are not known. */
export function isCanal(daemon: Daemon): boolean {
  if (hasContainer(daemon, 'calico-node') && hasContainer(daemon, 'kube-flannel')) return true
  return isNamed(daemon, 'canal', 'rke2-canal') && !hasContainer(daemon, 'calico-node') && !hasContainer(daemon, 'kube-flannel')
}

function isCalico(daemon: Daemon): boolean {
  return !isCanal(daemon) && (containerOf(daemon, 'calico-node') !== null || isNamed(daemon, 'calico-node'))
}

export function isNamed({ workload }: Daemon, ...names: readonly string[]): boolean {
  return names.includes(workload.name)
}

/** Canal: Calico's policies and Flannel's network in one pod. */
export function findCanal({ cluster, daemons }: Sight): readonly Sighting[] {
  return daemons.filter(isCanal).map((daemon) => {
    const stands = hasContainer(daemon, 'kube-flannel') ? ', with Calico and Flannel in one pod,' : ''
    return {
      name: 'Canal',
      state: daemon.state,
      daemons: [daemon],
      evidence: [
        daemonEvidence(daemon, `Canal${stands}`, cluster),
        ...configMapEvidence(cluster, 'kube-system/canal-config', 'kube-system/rke2-canal-config'),
        ...traces(cluster),
      ],
      network: { plugin: 'Flannel', transport: flannelTransport(cluster), encryption: null, yields: false },
      policy: POLICY,
    }
  })
}

export function findCalico({ cluster, daemons }: Sight): readonly Sighting[] {
  const own = daemons.filter(isCalico)
  const evidence = [
    ...own.map((daemon) => daemonEvidence(daemon, 'Calico', cluster)),
    ...objects(cluster),
    ...traces(cluster),
    ...configMapEvidence(cluster, 'kube-system/calico-config'),
  ]
  if (evidence.length === 0 || (own.length === 0 && daemons.some(isCanal))) return []
  const state = own.some((daemon) => daemon.state === 'running') ? 'running' : own.length > 0 ? 'stopped' : 'remains'
  return [{ name: 'Calico', state, daemons: own, evidence, network: networkOf(cluster), policy: POLICY }]
}

/** null when Calico is set up for policies alone. */
function networkOf(cluster: Cluster): NetworkPart | null {
  const cni = installations(cluster).map((raw) => textAt(raw, 'spec', 'cni', 'type'))[0] ?? null
  if (cni !== null && cni !== 'Calico') return null
  if (settingOf(cluster, 'kube-system/calico-config', 'calico_backend')?.value === 'none') return null
  return { plugin: 'Calico', transport: transportOf(cluster), encryption: encryptionOf(cluster), yields: cni === null }
}

function installations(cluster: Cluster) {
  return networkObjects(cluster, 'Installation', 'operator.tigera.io')
}

function objects(cluster: Cluster): readonly Evidence[] {
  const found = [...networkObjects(cluster, 'IPPool', ...GROUPS), ...installations(cluster)]
  return found.slice(0, 3).map(({ meta }) => evidenceOf('object', objectOf(meta), `There is an ${meta.kind} ${meta.name} of Calico.`))
}

function traces(cluster: Cluster): readonly Evidence[] {
  return [markedNodes(cluster, 'annotation', 'projectcalico.org/IPv4Address')].flatMap((one) => one ?? [])
}

function transportOf(cluster: Cluster): Fact | null {
  for (const pool of networkObjects(cluster, 'IPPool', ...GROUPS)) {
    const modes = [
      ['ipipMode', 'IP in IP'],
      ['vxlanMode', 'VXLAN'],
    ] as const
    if (valueAt(pool, 'spec', 'disabled') === true) continue
    for (const [field, title] of modes) {
      const mode = textAt(pool, 'spec', field)
      if (mode === null || mode === 'Never') continue
      return { value: wrapped(title, mode === 'CrossSubnet'), from: fieldEvidence('object', pool.meta, `spec.${field}`, mode) }
    }
    const stated = modes.find(([field]) => textAt(pool, 'spec', field) !== null)
    if (stated !== undefined) return { value: 'plain routes (BGP)', from: fieldEvidence('object', pool.meta, `spec.${stated[0]}`, 'Never') }
  }
  for (const installation of installations(cluster)) {
    const pools = valueAt(installation, 'spec', 'calicoNetwork', 'ipPools')
    const written = Array.isArray(pools) ? (pools[0] as unknown) : null
    const encapsulation = typeof written === 'object' && written !== null && 'encapsulation' in written ? written.encapsulation : null
    if (typeof encapsulation !== 'string') continue
    const from = fieldEvidence('object', installation.meta, 'spec.calicoNetwork.ipPools[0].encapsulation', encapsulation)
    if (encapsulation === 'None') return { value: 'plain routes', from }
    return { value: wrapped(encapsulation.startsWith('IPIP') ? 'IP in IP' : 'VXLAN', encapsulation.endsWith('CrossSubnet')), from }
  }
  const backend = settingOf(cluster, 'kube-system/calico-config', 'calico_backend')
  if (backend?.value === 'vxlan') return { value: 'VXLAN', from: backend.from }
  const tunnels = [
    ['projectcalico.org/IPv4VXLANTunnelAddr', 'VXLAN'],
    ['projectcalico.org/IPv4IPIPTunnelAddr', 'IP in IP'],
  ] as const
  for (const [annotation, value] of tunnels) {
    const from = markedNodes(cluster, 'annotation', annotation)
    if (from !== null) return { value, from }
  }
  return null
}

function wrapped(title: string, isBetweenSubnets: boolean): string {
  return isBetweenSubnets ? `${title} between subnets, plain routes within one` : title
}

function encryptionOf(cluster: Cluster): Fact | null {
  for (const felix of networkObjects(cluster, 'FelixConfiguration', ...GROUPS)) {
    const isOn = valueAt(felix, 'spec', 'wireguardEnabled') === true
    if (isOn) return { value: 'WireGuard', from: fieldEvidence('object', felix.meta, 'spec.wireguardEnabled', 'true') }
  }
  const key = markedNodes(cluster, 'annotation', 'projectcalico.org/WireguardPublicKey')
  return key === null ? null : { value: 'WireGuard', from: key }
}
