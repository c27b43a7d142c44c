/** A kind of object that is watched wherever a server serves it. */
export type WantedKind = {
  readonly group: string
  readonly resource: string
  readonly kind: string
  /** What every server of today serves, for one that does not say what it serves. null for custom kinds. */
  readonly usualVersion: string | null
  readonly isNamespaced: boolean
  /** `GROUP/RESOURCE` of the same objects under another name: when that is served, this one is not watched. */
  readonly unless: string | null
}

function builtIn(group: string, version: string, isNamespaced: boolean, kinds: Readonly<Record<string, string>>): readonly WantedKind[] {
  return Object.entries(kinds).map(([resource, kind]) => ({ group, resource, kind, usualVersion: version, isNamespaced, unless: null }))
}

function custom(
  group: string,
  isNamespaced: boolean,
  kinds: Readonly<Record<string, string>>,
  insteadOf: string | null = null,
): readonly WantedKind[] {
  return Object.entries(kinds).map(([resource, kind]) => ({
    group,
    resource,
    kind,
    usualVersion: null,
    isNamespaced,
    unless: insteadOf === null ? null : `${insteadOf}/${resource}`,
  }))
}

const CALICO_NAMESPACED = {
  networkpolicies: 'NetworkPolicy',
  stagednetworkpolicies: 'StagedNetworkPolicy',
  stagedkubernetesnetworkpolicies: 'StagedKubernetesNetworkPolicy',
  networksets: 'NetworkSet',
}
const CALICO_GLOBAL = {
  globalnetworkpolicies: 'GlobalNetworkPolicy',
  stagedglobalnetworkpolicies: 'StagedGlobalNetworkPolicy',
  globalnetworksets: 'GlobalNetworkSet',
  tiers: 'Tier',
  hostendpoints: 'HostEndpoint',
  profiles: 'Profile',
  ippools: 'IPPool',
  felixconfigurations: 'FelixConfiguration',
  bgpconfigurations: 'BGPConfiguration',
  clusterinformations: 'ClusterInformation',
}
const TRAEFIK = {
  ingressroutes: 'IngressRoute',
  ingressroutetcps: 'IngressRouteTCP',
  ingressrouteudps: 'IngressRouteUDP',
  traefikservices: 'TraefikService',
  middlewares: 'Middleware',
  middlewaretcps: 'MiddlewareTCP',
  tlsoptions: 'TLSOption',
  tlsstores: 'TLSStore',
  serverstransports: 'ServersTransport',
  serverstransporttcps: 'ServersTransportTCP',
}

/** Every kind that is looked for, in the order in which people see them. */
export const WANTED_KINDS: readonly WantedKind[] = [
  ...builtIn('', 'v1', false, { namespaces: 'Namespace', nodes: 'Node' }),
  ...builtIn('', 'v1', true, { pods: 'Pod', services: 'Service' }),
  ...builtIn('discovery.k8s.io', 'v1', true, { endpointslices: 'EndpointSlice' }),
  {
    group: '',
    resource: 'endpoints',
    kind: 'Endpoints',
    usualVersion: null,
    isNamespaced: true,
    unless: 'discovery.k8s.io/endpointslices',
  },
  ...builtIn('networking.k8s.io', 'v1', true, { networkpolicies: 'NetworkPolicy', ingresses: 'Ingress' }),
  ...builtIn('networking.k8s.io', 'v1', false, { ingressclasses: 'IngressClass' }),
  ...custom('networking.k8s.io', false, { servicecidrs: 'ServiceCIDR' }),
  ...builtIn('apps', 'v1', true, {
    deployments: 'Deployment',
    statefulsets: 'StatefulSet',
    daemonsets: 'DaemonSet',
    replicasets: 'ReplicaSet',
  }),
  ...builtIn('batch', 'v1', true, { jobs: 'Job', cronjobs: 'CronJob' }),
  ...builtIn('', 'v1', true, {
    replicationcontrollers: 'ReplicationController',
    serviceaccounts: 'ServiceAccount',
    configmaps: 'ConfigMap',
  }),
  ...custom('policy.networking.k8s.io', false, {
    clusternetworkpolicies: 'ClusterNetworkPolicy',
    adminnetworkpolicies: 'AdminNetworkPolicy',
    baselineadminnetworkpolicies: 'BaselineAdminNetworkPolicy',
  }),
  ...custom('gateway.networking.k8s.io', false, { gatewayclasses: 'GatewayClass' }),
  ...custom('gateway.networking.k8s.io', true, {
    gateways: 'Gateway',
    listenersets: 'ListenerSet',
    httproutes: 'HTTPRoute',
    grpcroutes: 'GRPCRoute',
    tlsroutes: 'TLSRoute',
    tcproutes: 'TCPRoute',
    udproutes: 'UDPRoute',
    referencegrants: 'ReferenceGrant',
    backendtlspolicies: 'BackendTLSPolicy',
  }),
  ...custom('projectcalico.org', true, CALICO_NAMESPACED),
  ...custom('projectcalico.org', false, CALICO_GLOBAL),
  ...custom('crd.projectcalico.org', true, CALICO_NAMESPACED, 'projectcalico.org'),
  ...custom('crd.projectcalico.org', false, CALICO_GLOBAL, 'projectcalico.org'),
  ...custom('operator.tigera.io', false, { installations: 'Installation' }),
  ...custom('cilium.io', true, {
    ciliumnetworkpolicies: 'CiliumNetworkPolicy',
    ciliumlocalredirectpolicies: 'CiliumLocalRedirectPolicy',
  }),
  ...custom('cilium.io', false, {
    ciliumclusterwidenetworkpolicies: 'CiliumClusterwideNetworkPolicy',
    ciliumcidrgroups: 'CiliumCIDRGroup',
    ciliumegressgatewaypolicies: 'CiliumEgressGatewayPolicy',
    ciliumloadbalancerippools: 'CiliumLoadBalancerIPPool',
    ciliumnodes: 'CiliumNode',
  }),
  ...custom('crd.antrea.io', true, { networkpolicies: 'NetworkPolicy', groups: 'Group' }),
  ...custom('crd.antrea.io', false, {
    clusternetworkpolicies: 'ClusterNetworkPolicy',
    tiers: 'Tier',
    clustergroups: 'ClusterGroup',
    egresses: 'Egress',
    externalippools: 'ExternalIPPool',
  }),
  ...custom('security.istio.io', true, {
    authorizationpolicies: 'AuthorizationPolicy',
    peerauthentications: 'PeerAuthentication',
    requestauthentications: 'RequestAuthentication',
  }),
  ...custom('networking.istio.io', true, {
    gateways: 'Gateway',
    virtualservices: 'VirtualService',
    destinationrules: 'DestinationRule',
    serviceentries: 'ServiceEntry',
    workloadentries: 'WorkloadEntry',
    sidecars: 'Sidecar',
  }),
  ...custom('policy.linkerd.io', true, {
    servers: 'Server',
    serverauthorizations: 'ServerAuthorization',
    authorizationpolicies: 'AuthorizationPolicy',
    meshtlsauthentications: 'MeshTLSAuthentication',
    networkauthentications: 'NetworkAuthentication',
    httproutes: 'HTTPRoute',
    egressnetworks: 'EgressNetwork',
  }),
  ...custom('linkerd.io', true, { serviceprofiles: 'ServiceProfile' }),
  ...custom('split.smi-spec.io', true, { trafficsplits: 'TrafficSplit' }),
  ...custom('traefik.io', true, TRAEFIK),
  ...custom('traefik.containo.us', true, TRAEFIK, 'traefik.io'),
  ...custom('k8s.nginx.org', true, {
    virtualservers: 'VirtualServer',
    virtualserverroutes: 'VirtualServerRoute',
    transportservers: 'TransportServer',
  }),
  ...custom('projectcontour.io', true, { httpproxies: 'HTTPProxy' }),
  ...custom('route.openshift.io', true, { routes: 'Route' }),
  ...custom('config.openshift.io', false, { networks: 'Network' }),
  ...custom('k8s.ovn.org', true, { egressfirewalls: 'EgressFirewall', egressqoses: 'EgressQoS', egressservices: 'EgressService' }),
  ...custom('k8s.ovn.org', false, { egressips: 'EgressIP', adminpolicybasedexternalroutes: 'AdminPolicyBasedExternalRoute' }),
  ...custom('networking.k8s.aws', true, { policyendpoints: 'PolicyEndpoint' }),
  ...custom('cert-manager.io', true, { certificates: 'Certificate' }),
  ...custom('monitoring.coreos.com', true, {
    servicemonitors: 'ServiceMonitor',
    podmonitors: 'PodMonitor',
    prometheuses: 'Prometheus',
    prometheusagents: 'PrometheusAgent',
    alertmanagers: 'Alertmanager',
    thanosrulers: 'ThanosRuler',
  }),
]

export const WANTED_GROUPS: ReadonlySet<string> = new Set(WANTED_KINDS.map(({ group }) => group))

/** `GROUP/RESOURCE`. */
export function resourceKey({ group, resource }: { readonly group: string; readonly resource: string }): string {
  return `${group}/${resource}`
}
