import { containerOf, type Daemon, daemonEvidence } from '../daemon'
import { evidenceOf, type Fact, fieldEvidence, objectOf } from '../evidence'
import { markedNodes } from '../node-marks'
import { networkObjects } from '../raw-value'
import { settingOf } from '../settings'
import type { PolicyPart, Sight, Sighting } from './sighting'

const KUBERNETES_ONLY = { groups: [], profile: 'kubernetes' } as const
const CONTROLLER = 'enable-network-policy-controller'

/** The VPC CNI of AWS. Its policy agent is a container that is there also when it is off. */
export function findAws({ cluster, daemons }: Sight): readonly Sighting[] {
  const own = daemons.find(({ workload, containers }) => workload.name === 'aws-node' || containers.some(({ name }) => name === 'aws-node'))
  const controller = settingOf(cluster, 'kube-system/amazon-vpc-cni', CONTROLLER)
  if (own === undefined) {
    const evidence = controller === null ? [] : [controller.from]
    return evidence.length === 0 ? [] : [{ name: 'AWS VPC CNI', state: 'remains', daemons: [], evidence, network: null, policy: null }]
  }
  const agent = agentFlag(own)
  const endpoint = networkObjects(cluster, 'PolicyEndpoint', 'networking.k8s.aws')[0]
  return [
    {
      name: 'AWS VPC CNI',
      state: own.state,
      daemons: [own],
      evidence: [
        daemonEvidence(own, 'AWS VPC CNI', cluster),
        ...(agent === null ? [] : [agent.from]),
        ...(controller === null ? [] : [controller.from]),
        ...(endpoint === undefined
          ? []
          : [evidenceOf('object', objectOf(endpoint.meta), `The policy controller keeps PolicyEndpoint ${endpoint.meta.name}.`)]),
      ],
      network: {
        plugin: 'AWS VPC CNI',
        transport: { value: 'addresses of the VPC, no encapsulation', from: daemonEvidence(own, 'AWS VPC CNI', cluster) },
        encryption: null,
        yields: false,
      },
      policy: { ...KUBERNETES_ONLY, plugin: 'AWS VPC CNI', ...awsPolicy(own, agent, controller) },
    },
  ]
}

function awsPolicy(daemon: Daemon, agent: Fact | null, controller: Fact | null): Pick<PolicyPart, 'enforces' | 'reason'> {
  const hasAgent = containerOf(daemon, 'aws-eks-nodeagent') !== null
  if (daemon.containers.some(({ name }) => name === 'aws-node') && !hasAgent)
    return { enforces: 'no', reason: 'the AWS VPC CNI runs without its policy agent' }
  if (agent?.value === 'false')
    return { enforces: 'no', reason: 'the policy agent of the AWS VPC CNI is off (--enable-network-policy=false)' }
  if (controller?.value === 'false')
    return { enforces: 'no', reason: `the policy controller of the AWS VPC CNI is off (${CONTROLLER}: false)` }
  if (agent?.value === 'true' || controller?.value === 'true')
    return { enforces: 'yes', reason: 'the policy agent of the AWS VPC CNI is on' }
  return {
    enforces: 'unknown',
    reason: 'the AWS VPC CNI enforces NetworkPolicy only when that is turned on, and nothing says whether it is',
  }
}

function agentFlag(daemon: Daemon): Fact | null {
  const value = containerOf(daemon, 'aws-eks-nodeagent')?.flags.get('enable-network-policy')
  return value === undefined ? null : { value, from: fieldEvidence('setting', daemon.workload, '--enable-network-policy', value) }
}

/**
 * GKE without Dataplane V2 and AKS: the network is the cloud's. That nobody enforces policies is said only where the DaemonSets
 * of the system can be seen.
 */
export function findManaged({ cluster, daemons }: Sight): readonly Sighting[] {
  const clouds = [
    ['GKE', 'cloud.google.com/gke-nodepool'],
    ['AKS', 'kubernetes.azure.com/cluster'],
  ] as const
  const azure = daemons.filter(({ workload }) => workload.name === 'azure-cns' || workload.name === 'azure-npm')
  return clouds.flatMap(([cloud, label]): readonly Sighting[] => {
    const marks = markedNodes(cluster, 'label', label)
    const own = cloud === 'AKS' ? azure : []
    if (marks === null && own.length === 0) return []
    const plugin = cloud === 'GKE' ? 'GKE alias addresses' : 'Azure CNI'
    const isSeen = daemons.some(({ workload }) => workload.namespace === 'kube-system')
    const evidence = [...own.map((daemon) => daemonEvidence(daemon, titleOf(daemon), cluster)), ...(marks === null ? [] : [marks])]
    return [
      {
        name: cloud,
        state: own.length === 0 || own.some(({ state }) => state === 'running') ? 'running' : 'stopped',
        daemons: own,
        evidence,
        network: { plugin, transport: null, encryption: null, yields: false },
        policy: { ...KUBERNETES_ONLY, ...managedPolicy(cloud, own, isSeen) },
      },
    ]
  })
}

function managedPolicy(cloud: 'GKE' | 'AKS', own: readonly Daemon[], isSeen: boolean): Pick<PolicyPart, 'plugin' | 'enforces' | 'reason'> {
  const npm = own.find(({ workload }) => workload.name === 'azure-npm')
  if (npm !== undefined) return { plugin: 'Azure NPM', enforces: 'yes', reason: 'the Azure Network Policy Manager enforces NetworkPolicy' }
  const reason =
    cloud === 'GKE'
      ? 'this GKE cluster runs neither Dataplane V2 nor Calico'
      : 'this AKS cluster runs no policy engine (Azure NPM, Cilium or Calico)'
  if (isSeen) return { plugin: cloud, enforces: 'no', reason }
  return { plugin: cloud, enforces: 'unknown', reason: `the DaemonSets of this ${cloud} cluster are not in sight` }
}

function titleOf({ workload }: Daemon): string {
  return workload.name === 'azure-npm' ? 'Azure Network Policy Manager' : 'Azure CNI'
}
