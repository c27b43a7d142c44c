/** Fields of objects that are read, as the APIs name them. A field of another name is taken for the word of a person. */
export const FIELD_NAMES: ReadonlySet<string> = words(`
  podMetadata podMetricsEndpoints
  a about absent accepted accessPolicy action actions active addTo added address addressMatcher addressType addresses
  adminnetworkpolicy admitted affinity after agent alb alertmanager all allocateLoadBalancerNodePorts allow allowLocalhost
  allowed allowedListeners allowedRoutes allowedUses allows alternateBackends always ambient ancestorRef and anetd annotation
  annotations answer anyone anything anywhere apart apiGroup apiKey apiServer apiVersion app appProtocol appears appliedTo
  applyOnForward apps architecture are args argument asNumber at attachedRoutes audiences audit authentication auto
  availableReplicas aws backend backendRef backendRefs backends backup backupPort balancing baselineBeforeIsolation
  baselineadminnetworkpolicy batch before bgp blockSize blocks boolean bpfEnabled bundle by caCertificateRefs calico
  calicoNetwork calicoVersion call canal canary capacity cause certResolver certain certainty certificateRefs certificates chain
  changed childGroups cidr cidrAfterTranslation cidrGroupRef cidrGroupSelector cidrSelector cidrs cilium class client
  clientAuthType clientID clientIP cluster clusterCIDR clusterIP clusterIPs clusterNetwork clusterNetworkMTU clusterType cni
  code color command commonName completions component conditions conf config configMaps conns consistentHash container
  containerPort containerStatuses containers contains contour controller controllerName cookie coredns corefile
  creationTimestamp credentialName currentNumberScheduled currentStatus data datastoreReady decides default defaultAction
  defaultBackend defaultCertificate delegate deletionTimestamp demo denied deny description desiredNumberScheduled destination
  destinationCIDRs destinationNamedPort destinationPort detect dh differs directResponse directResponsePolicy direction disable
  disabled disappears dns dnsConfig dnsName dnsNames dnsPolicy doNotTrack domainNames domains eBPF edge effect egress egressDeny
  egressGateway egressGateways egressGroups egressIP egressIPs egressNode elsewhere empty enableAutoMtls enableDefaultDeny
  enableLogging enablePolicy enableWebsockets enabled encap encapsulation encryption end endPort endpoint endpointSelector
  endpoints ends enforced enforcement enforces entities entity entry entryPoints env envoy equals error errors etcd everybody
  everything evidence ewma exact except excludedCIDRs expected expectedIPs exportTo expression extensionRef extensions external
  externalCIDRs externalCertificate externalClients externalEndpoints externalEntitySelector externalIPPool externalIPPools
  externalIPs externalName externalTrafficPolicy externalWorkloadSelector facts failed failover failsafe
  failsafeInboundHostPorts failsafeOutboundHostPorts fallback false family fault fields filters fix flannel flanneld forNodes
  forZones form forwarded found fqdn from fromCIDR fromCIDRSet fromEndpoints fromEntities fromGroups fromHeaders fromNodes
  fromRequires full gRPC gateway gatewayClassName gateways gce generateName generation geneve get gets give gives global
  goldmane group groups grpc gunzip haproxy has hash have header headerMatches headers health healthCheckNodePort
  highestRandomWeight hints host hostFirewall hostIP hostIPs hostNetwork hostPort hostname hostnames hosts hrw http http2
  httpCookie httpGet httpHeaderName httpQueryParameterName https httpsRedirect hybrid icmp icmpCode icmpType icmps icmpv6
  identities identityRefs iface image in include includes index info ingress ingressClassName ingressDeny ingressgateway init
  initContainerStatuses initContainers insecureEdgeTerminationPolicy insecureSkipVerify interface interfaceName
  internalTrafficPolicy invalid ip ipBlock ipBlockMatchesNodes ipBlockMatchesPodIPs ipBlocks ipFamilies ipFamilyPolicy ipMode
  ipPools ipRanges ipVersion ipam ipip ipipMode ipsec iptables ipvs is isForZtunnel isHttpOnly isRead isolates issuer istio
  istioRootNamespace istioTrustDomain istiod items jobTemplate json jwksUri jwtRules k3s k8s k8sService k8sServiceSelector kafka
  kernelVersion kernelspace key kind kindnet kinds known kns kong ksa kubeProxyVersion kubelet kubeletVersion kubernetes
  kubernetesProvider l7 l7Protocols l7proto label labels labelsToApply lastScheduleTime lastSuccessfulTime lc leasttime
  leftovers linkerd linkerdClusterNetworks linkerdDefaultInboundPolicy linkerdIdentityDomain linux linuxDataplane list listed
  listener listeners live liveness loadBalancer loadBalancerClass loadBalancerIP loadBalancerPolicy loadBalancerSourceRanges
  local localEndpointSelector localip locality locate location log logLabel loop loopback m machine machines maglev manifests
  match matchExpressions matchLabels matchName matchNodes matchPattern matches maxVersion mesh meshTLS message meta metadata
  method methods mh middlewares minVersion minimumProtocolVersion mirror mirrorPercentage mirroring mirrors missing mode mongo
  mountPath mtls multicast mysql name namedPort names nameservers namespace namespaceLabels namespaceSelector namespaceSelectors
  namespaces natOutgoing native nativeLB ndots near net nets network networkType networks networksMatchPodIPs never nextHops
  nftables nginx no node nodeInfo nodeLocalTrafficExempt nodeName nodePort nodePortAddresses nodePortLB nodePorts nodeSelector
  nodeSelectorLabels nodeToNodeMeshEnabled nodes nodesCIDRs none not notAfter notHosts notICMP notIpBlocks notMethods
  notNamespaces notNets notPaths notPorts notPrincipals notProtocol notReadyAddresses notRemoteIpBlocks notRequestPrincipals
  notSameLabels notSelector notServiceAccounts notValues nothing nq number numberAvailable numberMisscheduled numberReady object
  objects observedGeneration of oldest opaque opaquePorts operand operands operated operatingSystem operation operator options
  or order ordered origin originatingTLS osImage other others outboundTrafficPolicy outputPayloadToHeader outside overlap own
  ownerReferences p2c parallelism parameters parametersRef parentRef parentRefs parents part partial parts pass passHostHeader
  passthrough path pathRewritePolicy pathType paths peer percent performanceHints perhaps permitInsecure phase plugin plural pod
  podCIDR podCIDRs podIP podIPs podIsolation podMetricsEndpoints podSelector podSelectors pods policies policy
  policyCIDRMatchMode policyRef policyTypes pools port portLevelMtls portNumber portRange ports portsIn possible preDNAT
  prediction prefix prefixes principals priority private problems profiles programmed prometheus protocol protocols provider
  providerID proxies proxy proxyProtocol public publishNotReadyAddresses queryParams random range raw readiness ready
  readyReplicas reason record redirect redirectBackend redirectFrontend redis reencrypt ref referencedBy refuses regex regular
  remains remote remoteIpBlocks removed renewalTime replicas request requestMirror requestPrincipals requestRedirect
  requestRedirectPolicy required requiredAuthenticationRefs resolution resource response restartCount restartPolicy restarts
  retries retryBudget return rewrite rewritePath role rootNamespace route routerCanonicalHostname routerName routes rr rule
  rules run running runs sameLabels schedule scheme scope sctp search searches secret secretName section sectionName
  securityGroups sed seen selector selectors self served server serverName serverNames servers serversTransport service
  serviceAccount serviceAccountName serviceAccountSelector serviceAccounts serviceCIDR serviceClusterIPs serviceExternalIPs
  serviceLoadBalancerIPs serviceMatcher serviceName serviceNetwork servicePort serviceReferences serviceSelector services
  serving sessionAffinity sessionAffinityConfig sessionPersistence set setting settings severity sh shareProcessNamespace
  sidecar simple slices slot sniHosts sniStrict some source source.ip sourceEndPort sourceIPBy sourceNodes sourcePort
  sourcePorts spec special specs splits spread srcEndPort srcPort ssh staged stagedAction stale start startTime starts startup
  state static status statusCode sticky stop stopped strategy strength strict string subdomain subject subjectAltNames subroutes
  subselector subset subsets succeeded supportedKinds suspend svc syncing syntax t targetPod targetPort targetRef targetRefs
  targets tcp tcpSocket tcpproxy template terminating terminatingTLS termination terminationDelay text they tier timeout
  timeoutSeconds timeouts tls to toCIDR toCIDRSet toEndpoints toEntities toFQDNs toGroups toNodes toPorts toRequires toServices
  topic track traefik trafficDistribution trafficEncapMode trafficEncryptionMode trafficPolicy translation transport true
  trustDomain trustDomains ttl tunnel tunnelType type typed types udp udplite uid unauthenticated unauthenticatedTLS uncertain
  undecided undeclared undefined union unknown unmanaged unread unreadable unschedulable unspecified unsupported upstream
  upstreams uri url urlRewrite useSourceIp v1 valid validation value values variable variant verdict version virtualhost vxlan
  vxlanMode waiting warning was watch weave web webhook websecure weight weighted were when why wildcard wildcardPolicy
  wireGuard wireguard wireguardEnabled with wlc workload workloadSelector world wrr yaml yes z zone ztunnel
`)

/** Words of a text, separated by blanks and line ends. */
function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/).filter((word) => word !== ''))
}
