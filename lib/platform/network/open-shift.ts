import { containerOf, daemonEvidence } from '../daemon'
import { type Evidence, type Fact, fieldEvidence } from '../evidence'
import { markedNodes } from '../node-marks'
import { networkObjects, textAt } from '../raw-value'
import type { PolicyPart, Sight, Sighting } from './sighting'

const OVN = 'OVN-Kubernetes'

/** OVN-Kubernetes, on OpenShift, MicroShift or alone, and what OpenShift says of its network. */
export function findOvn({ cluster, daemons }: Sight): readonly Sighting[] {
  const own = daemons.filter((daemon) => daemon.workload.name === 'ovnkube-node' || containerOf(daemon, 'ovnkube-controller') !== null)
  const stated = networkType(networkObjects(cluster, 'Network', 'config.openshift.io'))
  const marks = markedNodes(cluster, 'annotation', 'k8s.ovn.org/node-subnets')
  const running = own.some(({ state }) => state === 'running')
  const isOvn = stated === null ? own.length > 0 || marks !== null : stated.value === OVN_TYPE
  const found: Sighting[] = []
  if (isOvn) {
    const evidence: Evidence[] = [
      ...own.map((daemon) => daemonEvidence(daemon, OVN, cluster)),
      ...(stated === null ? [] : [stated.from]),
      ...(marks === null ? [] : [marks]),
    ]
    const [first] = evidence
    found.push({
      name: OVN,
      state: running || (stated !== null && own.length === 0) ? 'running' : own.length > 0 ? 'stopped' : 'remains',
      daemons: own,
      evidence,
      network: { plugin: OVN, transport: first === undefined ? null : { value: 'Geneve', from: first }, encryption: null, yields: false },
      policy: policyOf(OVN, 'yes', `${OVN} enforces NetworkPolicy`, ['k8s.ovn.org']),
    })
  } else if (stated?.value === 'OpenShiftSDN') {
    found.push({
      name: 'OpenShift SDN',
      state: 'running',
      daemons: [],
      evidence: [stated.from],
      network: { plugin: 'OpenShift SDN', transport: { value: 'VXLAN', from: stated.from }, encryption: null, yields: false },
      policy: policyOf(
        'OpenShift SDN',
        'unknown',
        'OpenShift SDN enforces NetworkPolicy only in the mode of that name, which is not in sight',
        [],
      ),
    })
  }
  return found
}

const OVN_TYPE = 'OVNKubernetes'

function networkType(networks: ReturnType<typeof networkObjects>): Fact | null {
  for (const network of networks) {
    for (const part of ['status', 'spec'] as const) {
      const value = textAt(network, part, 'networkType')
      if (value !== null) return { value, from: fieldEvidence('object', network.meta, `${part}.networkType`, value) }
    }
  }
  return null
}

function policyOf(plugin: string, enforces: PolicyPart['enforces'], reason: string, groups: readonly string[]): PolicyPart {
  return { plugin, enforces, reason, groups, profile: 'kubernetes' }
}
