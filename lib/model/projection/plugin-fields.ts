import { fields, type Reduce } from './field-tree'
import { CONDITIONS, object, SPEC_AS_WRITTEN } from './object-fields'

/** Kinds of Calico beside its policies. */
export const CALICO_FIELDS: Readonly<Record<string, Reduce>> = {
  IPPool: SPEC_AS_WRITTEN,
  FelixConfiguration: SPEC_AS_WRITTEN,
  BGPConfiguration: object({
    spec: fields(['asNumber', 'nodeToNodeMeshEnabled', 'serviceClusterIPs', 'serviceExternalIPs', 'serviceLoadBalancerIPs']),
  }),
  ClusterInformation: object({ spec: fields(['calicoVersion', 'clusterType', 'datastoreReady']) }),
  EgressGatewayPolicy: SPEC_AS_WRITTEN,
}

export const TIGERA_FIELDS: Readonly<Record<string, Reduce>> = {
  Installation: object({ spec: fields(['cni', 'calicoNetwork', 'variant', 'kubernetesProvider']) }),
}

/** Kinds of Cilium beside its policies. */
export const CILIUM_FIELDS: Readonly<Record<string, Reduce>> = {
  CiliumEgressGatewayPolicy: SPEC_AS_WRITTEN,
  CiliumLoadBalancerIPPool: SPEC_AS_WRITTEN,
  CiliumLocalRedirectPolicy: SPEC_AS_WRITTEN,
  CiliumNode: object({ spec: fields(['addresses', 'health', 'ingress'], { ipam: fields(['podCIDRs', 'pools']) }) }),
}

/** Kinds of Antrea beside its policies. */
export const ANTREA_FIELDS: Readonly<Record<string, Reduce>> = {
  Egress: object({
    spec: fields(['appliedTo', 'egressIP', 'egressIPs', 'externalIPPool', 'externalIPPools']),
    status: fields(['egressNode', 'egressIP']),
  }),
  ExternalIPPool: object({ spec: fields(['ipRanges', 'nodeSelector']) }),
}

/** OVN-Kubernetes. */
export const OVN_FIELDS: Readonly<Record<string, Reduce>> = {
  EgressIP: object({ spec: fields(['egressIPs', 'namespaceSelector', 'podSelector']), status: fields(['items']) }),
  EgressFirewall: SPEC_AS_WRITTEN,
  EgressQoS: SPEC_AS_WRITTEN,
  EgressService: SPEC_AS_WRITTEN,
  AdminPolicyBasedExternalRoute: SPEC_AS_WRITTEN,
}

export const OPENSHIFT_NETWORK: Reduce = object({
  spec: fields(['networkType', 'clusterNetwork', 'serviceNetwork']),
  status: fields(['networkType', 'clusterNetwork', 'serviceNetwork', 'clusterNetworkMTU']),
})

export const POLICY_ENDPOINT: Reduce = object({
  spec: fields(['podSelector', 'policyRef', 'podIsolation']),
  status: fields([], { conditions: CONDITIONS }),
})
