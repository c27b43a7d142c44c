import { isRecord } from './fields'

/** API groups whose objects moved: old manifests still name the former group. */
const MOVED_GROUPS: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  [
    'extensions',
    new Map([
      ['Deployment', 'apps'],
      ['DaemonSet', 'apps'],
      ['ReplicaSet', 'apps'],
      ['Ingress', 'networking.k8s.io'],
      ['NetworkPolicy', 'networking.k8s.io'],
    ]),
  ],
])

/** `apps` for `apps/v1`, and the empty string for `v1`. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/')
  return slash < 0 ? '' : apiVersion.slice(0, slash)
}

/** The group that serves a kind today. */
export function currentGroup(apiVersion: string, kind: string): string {
  const group = groupOf(apiVersion)
  return MOVED_GROUPS.get(group)?.get(kind) ?? group
}

const CLUSTER_SCOPED: ReadonlySet<string> = new Set([
  ...['Namespace', 'Node', 'PersistentVolume', 'ComponentStatus'],
  ...['ClusterRole', 'ClusterRoleBinding', 'CustomResourceDefinition', 'APIService', 'CertificateSigningRequest'],
  ...[
    'StorageClass',
    'CSIDriver',
    'CSINode',
    'VolumeAttachment',
    'PriorityClass',
    'RuntimeClass',
    'FlowSchema',
    'PriorityLevelConfiguration',
  ],
  ...['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration', 'ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'],
  ...['IngressClass', 'GatewayClass', 'ServiceCIDR', 'IPAddress', 'PodSecurityPolicy', 'ClusterIssuer'],
  ...['ClusterNetworkPolicy', 'AdminNetworkPolicy', 'BaselineAdminNetworkPolicy'],
  ...['GlobalNetworkPolicy', 'StagedGlobalNetworkPolicy', 'GlobalNetworkSet', 'Tier', 'HostEndpoint', 'Profile'],
  ...[
    'IPPool',
    'IPReservation',
    'BGPConfiguration',
    'BGPPeer',
    'BGPFilter',
    'FelixConfiguration',
    'ClusterInformation',
    'KubeControllersConfiguration',
  ],
  ...['IPAMBlock', 'IPAMHandle', 'IPAMConfig', 'BlockAffinity', 'CalicoNodeStatus', 'Installation', 'APIServer', 'Goldmane', 'Whisker'],
  ...['CiliumClusterwideNetworkPolicy', 'CiliumCIDRGroup', 'CiliumEgressGatewayPolicy', 'CiliumNode', 'CiliumIdentity'],
  ...['CiliumLoadBalancerIPPool', 'CiliumL2AnnouncementPolicy', 'CiliumPodIPPool', 'CiliumClusterwideEnvoyConfig'],
  ...['ClusterGroup', 'Egress', 'ExternalIPPool', 'EgressIP', 'AdminPolicyBasedExternalRoute'],
])

/** True for kinds that live in no namespace. Kinds that nobody here knows count as namespaced. */
export function isClusterScoped(apiVersion: string, kind: string): boolean {
  return CLUSTER_SCOPED.has(kind) || (kind === 'Network' && groupOf(apiVersion) === 'config.openshift.io')
}

/** `GROUP/KIND` of the kinds that CustomResourceDefinitions among the documents declare as cluster-scoped. */
export function declaredClusterScoped(bodies: Iterable<unknown>): ReadonlySet<string> {
  const declared = new Set<string>()
  for (const body of bodies) {
    if (!isRecord(body) || body.kind !== 'CustomResourceDefinition' || !isRecord(body.spec) || body.spec.scope !== 'Cluster') continue
    const { group, names } = body.spec
    if (typeof group === 'string' && isRecord(names) && typeof names.kind === 'string') declared.add(`${group}/${names.kind}`)
  }
  return declared
}

/** Kinds of each policy family that `lib/policy` reads, with the objects they refer to. `*` is every kind of the group. */
const POLICY_KINDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['networking.k8s.io', ['NetworkPolicy']],
  ['policy.networking.k8s.io', ['*']],
  ['projectcalico.org', calicoKinds()],
  ['crd.projectcalico.org', calicoKinds()],
  ['cilium.io', ['CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy', 'CiliumCIDRGroup']],
  ['crd.antrea.io', ['NetworkPolicy', 'ClusterNetworkPolicy', 'Tier', 'Group', 'ClusterGroup']],
  ['security.istio.io', ['*']],
  ['policy.linkerd.io', ['*']],
])

function calicoKinds(): readonly string[] {
  return [
    ...['NetworkPolicy', 'GlobalNetworkPolicy', 'StagedNetworkPolicy', 'StagedGlobalNetworkPolicy', 'StagedKubernetesNetworkPolicy'],
    ...['NetworkSet', 'GlobalNetworkSet', 'Tier', 'HostEndpoint', 'Profile'],
  ]
}

/** Kinds that configure or describe the network itself, by group. */
const NETWORK_KINDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['networking.k8s.io', ['ServiceCIDR']],
  ['projectcalico.org', ['IPPool', 'FelixConfiguration']],
  ['crd.projectcalico.org', ['IPPool', 'FelixConfiguration']],
  ['operator.tigera.io', ['Installation']],
  ['config.openshift.io', ['Network']],
  ['cilium.io', ['CiliumNode']],
  ['networking.k8s.aws', ['PolicyEndpoint']],
])

export function isNetworkKind(apiVersion: string, kind: string): boolean {
  return NETWORK_KINDS.get(groupOf(apiVersion))?.includes(kind) ?? false
}

export function isPolicyKind(apiVersion: string, kind: string): boolean {
  const kinds = POLICY_KINDS.get(currentGroup(apiVersion, kind))
  return kinds !== undefined && (kinds.includes('*') || kinds.includes(kind))
}
