/** What everybody writes: values that Kubernetes and its plugins define, and names of their own parts. They say nothing of a cluster, and it is recognised by them. */
export const PUBLIC_WORDS: ReadonlySet<string> = words(`
  namespace test-always-fail required mesh prom docker.io quay.io ghcr.io gcr.io registry.k8s.io ReferenceGrant AdminNetworkPolicy AdminPolicyBasedExternalRoute BackendTLSPolicy BaselineAdminNetworkPolicy CiliumEgressGatewayPolicy ClusterNetworkPolicy CronJob CustomResourceDefinition DaemonSet Deployment DestinationRule Egress EgressFirewall EgressIP EgressNetwork EgressService EndpointSlice ExternalIPPool Gateway GatewayClass HTTPProxy HTTPRoute Ingress IngressClass Job ListenerSet NetworkPolicy ReferenceGrant ReplicaSet Route ServiceCIDR ServiceEntry Sidecar StatefulSet TLSOption TraefikService TrafficSplit TransportServer VirtualServer VirtualServerRoute VirtualService WireguardPublicKey WorkloadEntry gRPC eBPF hostSubnet noEncap leastRequest Nftables BPF Iptables
  Log ANY Any Skip GET HEAD POST PUT PATCH DELETE OPTIONS CONNECT TRACE Mutual Permissive MUTUAL Static DNS_ROUND_ROBIN MESH_EXTERNAL UNIX
  1 2 AAAA ALLOW APIServer APIService AUDIT AUTOMATIC Accept Accepted AddressNotAssigned Admin AdminNetworkPolicy
  AdminPolicyBasedExternalRoute Admitted Alertmanager All Allow Allowed Always Antrea AnyNamespace Audit AuthorizationPolicy
  Available BGPConfiguration BGPFilter BGPPeer BPF Backend.Port Backend.Type BackendTLSPolicy Baseline
  BaselineAdminNetworkPolicy BlockAffinity CIDR CNAME CSIDriver CSINode CUSTOM Calico CalicoEgress CalicoNodeStatus Canal Canary
  Certificate CertificateSigningRequest Cilium CiliumCIDRGroup CiliumClusterwideEnvoyConfig CiliumClusterwideNetworkPolicy
  CiliumConfig CiliumEgressGatewayPolicy CiliumIdentity CiliumInternalIP CiliumL2AnnouncementPolicy CiliumLoadBalancerIPPool
  CiliumNetworkPolicy CiliumNode CiliumPodIPPool ClientIP Cluster ClusterAdmin ClusterFirst ClusterFirstWithHostNet ClusterGroup
  ClusterIP ClusterInformation ClusterIssuer ClusterNetworkPolicy ClusterRole ClusterRoleBinding Completed ComponentStatus
  ConfigMap Conflicted ContainerCreating ContainersReady Contour CrashLoopBackOff CreateContainerConfigError CronJob CrossSubnet
  CustomResourceDefinition DENY DISABLE DNS DaemonSet Default Delete Denied Deny Deployment DestinationRule DiskPressure
  DoesNotExist Drop Egress EgressIP EgressNetwork EnableIPv4 EnableIPv6 EndpointSlice Endpoints Equal ErrImagePull Established
  Evicted Exact Exists ExternalDNS ExternalIP ExternalIPPool ExternalName ExternalSecret ExternalTrafficPolicy FQDN Failed
  Failure False FelixConfiguration Flannel FlowSchema Forwarded GRE GRPCRoute Gateway GatewayClass Geneve GlobalNetworkPolicy
  GlobalNetworkSet Goldmane Group HAProxy HBONE HTTP HTTP1 HTTPProxy HTTPRoute HTTPS Host HostEndpoint HostHeader HostNetwork
  HostPort HostSNI Hostname ICMP ICMPV6 ICMPv6 IGMP IPAMBlock IPAMConfig IPAMHandle IPAddress IPIP IPPool IPReservation IPsec
  IPv4 IPv6 IPv6Network ISTIO_MUTUAL Ignore ImagePullBackOff ImplementationSpecific In Ingress IngressClass IngressRoute
  IngressRouteTCP IngressRouteUDP Initialized Installation InternalDNS InternalIP Invalid InvalidKind Istio IstioGateway
  IstioSidecar Job Kafka Kube-OVN KubeControllersConfiguration LEAST_CONN LEAST_REQUEST Linkerd List ListenerSet LoadBalancer
  LoadBalancerIP Local MESH_INTERNAL MemoryPressure Mesh MeshTLSAuthentication Middleware MiddlewareTCP
  MutatingWebhookConfiguration NGINX NOERROR NONE NXDOMAIN Namespace Namespaced Network NetworkAuthentication NetworkPolicy
  NetworkSet NetworkUnavailable Never NoMatchingListenerHostname Node NodeLost NodePort None Normal NotIn OTHER OVN-Kubernetes
  OVNKubernetes OnFailure Opaque OpenShift OpenShiftRoute OpenShiftSDN PASSTHROUGH PERMISSIVE PIDPressure Pass Path PathPrefix
  PathRegexp PeerAuthentication Pending PersistentVolume Pod PodInitializing PodMonitor PodScheduled PodSecurityPolicy
  PolicyEndpoint PreferClose PreferDualStack PreferSameNode PreferSameZone Prefix PriorityClass PriorityLevelConfiguration
  Profile Programmed Progressing Prometheus PrometheusAgent Proxy RANDOM REGISTRY_ONLY ROUND_ROBIN Ready Recreate
  RefNotPermitted RegularExpression Reject ReplicaFailure ReplicaSet Replicated ReplicationController RequestRedirect
  RequireDualStack ResolvedRefs RollingUpdate RoundRobin Route Rule Running RuntimeClass SCTP SIMPLE SRV STRICT STT Same
  SealedSecret Secret Selector Server ServerAuthorization ServersTransport ServersTransportTCP Service ServiceAccount
  ServiceCIDR ServiceEntry ServiceMonitor SingleStack StagedGlobalNetworkPolicy StagedKubernetesNetworkPolicy
  StagedNetworkPolicy StatefulSet StorageClass Subdomain Succeeded Success TCP TCPRoute TLS TLSOption TLSRoute TLSStore
  TLS_PASSTHROUGH TRUE Terminate ThanosRuler Tier Traefik TraefikService TrafficSplit TransportServer True UDP UDPRoute UNSET
  Unknown Unschedulable UnsupportedProtocol VRRP VXLAN Valid ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding
  ValidatingWebhookConfiguration VirtualServer VirtualServerRoute VirtualService VolumeAttachment Whisker WireGuard
  WorkloadEntry admin-network-policy advertise-address advertise-cluster-ip advertise-external-ip advertise-loadbalancer-ip
  alertmanager all all-authenticated all-unauthenticated allocate-node-cidrs allow always
  amazon-network-policy-controller-agent amazon-vpc-cni ambient amd64 antrea antrea-agent antrea-agent.conf antrea-config
  antrea.io antreaProxy.proxyAll any arm64 audit auth-url authentication-required auto aws aws-eks-nodeagent
  aws-network-policy-agent aws-node azure azure-cns azure-ip-masq-agent-config azure-npm azure.com backend-protocol
  baseline-admin-network-policy bitnami.com bpf-lb-algorithm bpf-lb-algorithm-annotation bpf-lb-mode calico calico-config
  calico-node calico-service calico-system calico_backend canal canal-config canary-by-cookie canary-by-header
  canary-by-header-value canary-weight canary-weight-total cert-manager cert-manager.io cilium cilium-agent cilium-config
  cilium.io cloud-sql-proxy cloud.google.com cluster cluster-authenticated cluster-cidr cluster-dns cluster-domain
  cluster-ip cluster-mesh cluster-name cluster-pool-ipv4-cidr cluster-pool-ipv6-cidr cluster-subnets cluster-unauthenticated
  cluster.local cni-chaining-mode cni-server cni.cncf.io compute-full-forwarded-for config-dir config.conf config.openshift.io
  connection.sni contour control-plane controller controller-class coredns crd.antrea.io crd.projectcalico.org default
  deny destination destination.ip destination.port dh disable disable-kube-proxy disable-network-policy disabled dns
  dns-default dns-tcp dsr ebpf egress-selector-mode egressgateway enable enable-cloudwatch-logs enable-cni
  enable-egress-firewall enable-egress-gateway enable-egress-ip enable-gateway-api enable-host-firewall enable-hubble
  enable-ibgp enable-ingress-controller enable-ipsec enable-ipv4 enable-ipv4-egress-gateway enable-ipv4-masquerade enable-ipv6
  enable-l7-proxy enable-network-policy enable-network-policy-controller enable-overlay enable-pod-egress enable-policy
  enable-policy-event-logs enable-service-topology enable-wireguard enabled encap endpoint endpointslice-controller.k8s.io
  endpointslicemirroring-controller.k8s.io envoy envoy-gateway envoyproxy.io etcd ewma external-ip
  external-secrets.io false flannel flannel-backend flannel.alpha.coreos.com flanneld fqdn-rule gateway.networking.k8s.io gce
  gce-internal geneve gke.io grpc grpc-web h2c hairpin-mode haproxy haproxy-ingress haproxy-ingress-controller haproxy.org
  health health-check host host-endpoint host-gw host-network host-port http http2 http_proxy https hubble-disable-tls
  hubble-listen-address hubble-relay hybrid icmp icmpv6 iface-regex ingress ingress-class ingress-class-by-name ingress-kong
  ingress-nginx ingress-nginx-controller ingressgateway init instance-metadata internet-facing
  io.cilium.k8s.policy.cluster io.cilium.k8s.policy.serviceaccount io.kubernetes.pod.namespace identity ip ip-masq ip-masq-agent ip_hash
  ipip ipsec iptables ipv4-native-routing-cidr ipvs ipvs-scheduler ipvs.scheduler istio istio-cni-node istio-gateway
  istio-ingressgateway istio-injection istio-proxy istio-system istio-waypoint istio.io istiod job-name k3s k3s.io k8s k8s-app
  k8s-dns-node-cache k8s-service-cidr k8s.aws k8s.io k8s.nginx.org k8s.ovn.org kafka kernelspace kind kindnet kindnet-cni kong
  kube-admin kube-apiserver kube-baseline kube-controller-manager kube-dns kube-flannel kube-flannel-cfg kube-flannel-ds
  kube-network-policies kube-node-lease kube-ovn-cni kube-proxy kube-proxy-arg kube-proxy-config kube-proxy-replacement
  kube-public kube-rbac-proxy kube-router kube-router-cfg kube-router.io kube-scheduler kube-subnet-mgr kube-system
  kubeadm-config kubelet kubernetes kubernetes-ingress kubernetes.io l7-rule lb-method lb-node lblc lblcr lc least_conn
  link-local linkerd linkerd-destination linkerd-egress linkerd-proxy linkerd.cluster.local linkerd.io linux load-balance
  load-balancer maglev masquerade-all max-conns mesh-waypoint metallb.io metallb.universe.tf mongo
  monitoring.coreos.com mysql named-port native net-conf.json network-policy networkPolicyOnly networking.dnsDomain
  networking.istio.io networking.k8s.aws networking.k8s.io networking.podSubnet networking.serviceSubnet never nftables nginx
  nginx-gateway nginx-gateway-fabric nginx-ingress nginx-ingress-controller nginx.com nginx.ingress.kubernetes.io nginx.org no
  noEncap node-cache node-cidr-mask-size node-exporter node-local-dns node-port nodeport-addresses none nq ns oauth2-proxy
  opaque openshift-dns openshift.io operator.tigera.io outboundTrafficPolicy.mode overlay-encap overlay-type ovnkube-controller
  ovnkube-node partial permissive pod-template-hash policy.linkerd.io policy.networking.k8s.io
  projectcalico-default-allow projectcalico.org projectcontour.io prometheus prometheus-agent prometheus-operator prometheus.io
  providers.kubernetescrd providers.kubernetescrd.allowcrossnamespace providers.kubernetescrd.allowexternalnameservices
  providers.kubernetescrd.ingressclass providers.kubernetescrd.namespaces providers.kubernetesgateway
  providers.kubernetesingress providers.kubernetesingress.ingressclass providers.kubernetesingress.namespaces proxy-mode
  public-ip redis release-track remote-node remote.ip request.auth.audiences request.auth.presenter
  request.auth.principal request.headers request.auth.claims request.regex destination.labels source.labels reserved rke2-canal rke2-canal-config rke2-coredns-rke2-coredns rke2.io round_robin route.openshift.io
  routing-mode rr run-firewall run-loadbalancer run-router run-service-proxy sa sctp secure-port security.istio.io sed
  service-cidr service-cluster-ip-range service-node-port-range service-upstream serviceaccount sh sha256 sidecar snat
  source source-port source.ip source.namespace source.principal source.serviceAccount source.trustDomain spiffe
  split.smi-spec.io ssl-passthrough strict svc tcp thanos-ruler tls traefik traefik.containo.us traefik.io true
  tunnel tunnel-protocol udp udplite unknown unmanaged unresolved-named-port upstream-hash-by use-cluster-ip
  use-forwarded-headers use-proxy-protocol userspace v1 v1alpha1 v1alpha2 v1alpha3 v1beta1 v1beta2 v1beta3 v2 v2alpha1 v3 vxlan
  watch-ingress-without-class watch-namespace waypoint weave weave-net weave-npc whitelist-source-range windows wireguard wlc
  world world-ipv4 world-ipv6 wrr ws wss x-k8s.io yes ztunnel
`)

/** Labels and annotations that Kubernetes, its plugins and common tools define. */
export const PUBLIC_KEYS: ReadonlySet<string> = words(`
  addonmanager.kubernetes.io/mode alb.ingress.kubernetes.io/certificate-arn alb.ingress.kubernetes.io/group.name
  alb.ingress.kubernetes.io/listen-ports alb.ingress.kubernetes.io/scheme ambient.istio.io/redirection app
  app.kubernetes.io/component app.kubernetes.io/created-by app.kubernetes.io/instance app.kubernetes.io/managed-by
  app.kubernetes.io/name app.kubernetes.io/part-of app.kubernetes.io/version appgw.ingress.kubernetes.io/appgw-ssl-certificate
  apps.kubernetes.io/pod-index batch.kubernetes.io/controller-uid batch.kubernetes.io/cronjob-scheduled-timestamp
  batch.kubernetes.io/job-completion-index batch.kubernetes.io/job-name beta.kubernetes.io/arch beta.kubernetes.io/os chart
  cilium.io/ingress-controller cloud.google.com/gke-nodepool component config.linkerd.io/default-inbound-policy
  config.linkerd.io/proxy-require-identity-inbound-ports config.linkerd.io/skip-inbound-ports
  config.linkerd.io/skip-outbound-ports controller-revision-hash controller-uid egress.projectcalico.org/namespaceSelector
  egress.projectcalico.org/selector endpoints.kubernetes.io/last-change-trigger-time endpointslice.kubernetes.io/managed-by
  failure-domain.beta.kubernetes.io/region failure-domain.beta.kubernetes.io/zone flannel.alpha.coreos.com/backend-type
  gateway.envoyproxy.io/owning-gateway-name gateway.istio.io/managed gateway.networking.k8s.io/gateway-name haproxy.org/set-host
  haproxy.router.openshift.io/balance helm.sh/chart heritage ingress.gcp.kubernetes.io/pre-shared-cert ingress.k8s.aws/alb
  ingress.kubernetes.io/upstream-vhost ingressclass.kubernetes.io/is-default-class instance
  io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name io.cilium/app istio istio-injection istio-locality
  istio.io/dataplane-mode istio.io/dry-run istio.io/gateway-name istio.io/ingress-controller istio.io/rev istio.io/use-waypoint
  istio.io/use-waypoint-namespace job-name k3s.io/node-args k8s-app k8s.io/cluster-service k8s.io/ingress-nginx
  k8s.ovn.org/node-subnets k8s.ovn.org/pod-networks k8s.v1.cni.cncf.io/network-status k8s.v1.cni.cncf.io/networks-status
  kube-router.io/service.scheduler kubectl.kubernetes.io/last-applied-configuration kubernetes.azure.com/cluster
  kubernetes.io/arch kubernetes.io/bootstrapping kubernetes.io/cluster-service kubernetes.io/config. kubernetes.io/h2c
  kubernetes.io/hostname kubernetes.io/ingress.class kubernetes.io/metadata.name kubernetes.io/name kubernetes.io/os
  kubernetes.io/service-name kubernetes.io/tls kubernetes.io/tls-acme kubernetes.io/ws kubernetes.io/wss
  linkerd.io/control-plane-component linkerd.io/control-plane-ns linkerd.io/extension linkerd.io/inject
  linkerd.io/is-control-plane linkerd.io/proxy-deployment linkerd.io/workload-ns name net.beta.kubernetes.io/network-policy
  network.cilium.io/ipv4-pod-cidr networking.gke.io/managed-certificates nginx.ingress.kubernetes.io/backend-protocol
  nginx.ingress.kubernetes.io/canary nginx.ingress.kubernetes.io/ssl-passthrough nginx.ingress.kubernetes.io/upstream-vhost
  nginx.org/ingress-controller nginx.org/mergeable-ingress-type node-role.kubernetes.io/control-plane
  node-role.kubernetes.io/master node-role.kubernetes.io/worker node.kubernetes.io/exclude-from-external-load-balancers
  node.kubernetes.io/instance-type openshift.io/ingress-to-route operator.prometheus.io/name pcns.projectcalico.org/name
  pcsa.projectcalico.org/name pod-security.kubernetes.io/enforce pod-template-generation pod-template-hash
  projectcalico.org/labels projectcalico.org/name projectcalico.org/namespace projectcalico.org/orchestrator
  projectcalico.org/serviceaccount projectcontour.io/ingress.class prometheus.io/port prometheus.io/scrape release role
  security.istio.io/tlsMode service.alpha.kubernetes.io/tolerate-unready-endpoints service.cilium.io/lb-algorithm
  service.istio.io/canonical-name service.istio.io/canonical-revision service.kubernetes.io/headless
  service.kubernetes.io/topology-aware-hints service.kubernetes.io/topology-mode sidecar.istio.io/inject
  statefulset.kubernetes.io/pod-name tier topology.kubernetes.io/region topology.kubernetes.io/zone
  traefik.ingress.kubernetes.io/router.tls traefik.ingress.kubernetes.io/router.tls.certresolver
  traefik.ingress.kubernetes.io/service.nativelb traefik.ingress.kubernetes.io/service.passhostheader
  traefik.ingress.kubernetes.io/service.sticky.cookie traefik.io/ingress-controller traffic.sidecar.istio.io/excludeInboundPorts
  traffic.sidecar.istio.io/excludeOutboundPorts traffic.sidecar.istio.io/includeInboundPorts version
`)

/** Domains of API groups and of label keys that are not one of the above. */
export const PUBLIC_DOMAINS: ReadonlySet<string> = words(`
  acme.cert-manager.io alb.ingress.kubernetes.io ambient.istio.io apiextensions.k8s.io app.kubernetes.io
  appgw.ingress.kubernetes.io apps apps.kubernetes.io autoscaling autoscaling.k8s.io batch batch.kubernetes.io cert-manager.io
  cilium.io cloud.google.com config.linkerd.io config.openshift.io crd.antrea.io crd.projectcalico.org discovery.k8s.io
  egress.projectcalico.org endpoints.kubernetes.io endpointslice.kubernetes.io extensions extensions.istio.io
  failure-domain.beta.kubernetes.io flannel.alpha.coreos.com gateway.envoyproxy.io gateway.networking.k8s.io haproxy.org
  haproxy.router.openshift.io ingress.gcp.kubernetes.io ingress.k8s.aws ingress.kubernetes.io ingressclass.kubernetes.io
  install.istio.io io.cilium.k8s.namespace.labels.kubernetes.io istio.io k3s.io k8s.io k8s.nginx.org k8s.ovn.org
  k8s.v1.cni.cncf.io kube-router.io kubectl.kubernetes.io kubernetes.azure.com kubernetes.io linkerd.io monitoring.coreos.com
  multicluster.linkerd.io net.beta.kubernetes.io network.cilium.io networking.gke.io networking.istio.io networking.k8s.aws
  networking.k8s.io nginx.ingress.kubernetes.io nginx.org node-role.kubernetes.io node.kubernetes.io openshift.io
  operator.prometheus.io operator.tigera.io pcns.projectcalico.org pcsa.projectcalico.org policy policy.linkerd.io
  policy.networking.k8s.io projectcalico.org projectcontour.io prometheus.io rbac.authorization.k8s.io route.openshift.io
  security.istio.io service.alpha.kubernetes.io service.cilium.io service.kubernetes.io sidecar.istio.io split.smi-spec.io
  statefulset.kubernetes.io telemetry.istio.io topology.kubernetes.io traefik.containo.us traefik.ingress.kubernetes.io
  traefik.io traffic.sidecar.istio.io
`)

/** Parts of names in DNS that are the same in every cluster. */
export const DNS_LABELS: ReadonlySet<string> = words(`
  arpa cluster in-addr ip6 kns ksa local pod svc
`)

/** Words of a text, separated by blanks and line ends. */
function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/).filter((word) => word !== ''))
}
