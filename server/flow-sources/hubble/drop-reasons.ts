/** What one of Cilium's drop reasons means. */
export type DropReason = {
  readonly number: number
  /** Name of the enum value in `flow.proto`, as JSON prints it. */
  readonly name: string
  /** Our reason code: class and name. */
  readonly code: string
  /** True when a policy, or configuration that acts like one, refused the packet; false when it was lost for another reason. */
  readonly isRefusal: boolean
  /** For a reader. */
  readonly words: string
}

/**
 * Every drop reason of Cilium 1.20. Numbers below 130 are not drops. Source: cilium/cilium:api/v1/flow/flow.proto,
 * `DropReason`, and the texts of pkg/monitor/api/drop.go. Some enum names are leftovers of older meanings; code and
 * words say what Cilium means today.
 */
const TABLE: readonly (readonly [number: number, name: string, code: string, isRefusal: boolean, words: string])[] = [
  [130, 'INVALID_SOURCE_MAC', 'kernel/invalid-source-mac', false, "source MAC is not the pod's"],
  [131, 'INVALID_DESTINATION_MAC', 'kernel/invalid-destination-mac', false, 'destination MAC unknown'],
  [132, 'INVALID_SOURCE_IP', 'kernel/invalid-source-ip', false, "source address is not the pod's own (spoofing guard)"],
  [133, 'POLICY_DENIED', 'policy/default-deny', true, 'default deny: a policy selects the pod and no rule allows this'],
  [134, 'INVALID_PACKET_DROPPED', 'kernel/invalid-packet-dropped', false, 'header cannot be parsed'],
  [135, 'CT_TRUNCATED_OR_INVALID_HEADER', 'kernel/ct-truncated-or-invalid-header', false, 'header cut short for conntrack'],
  [136, 'CT_MISSING_TCP_ACK_FLAG', 'kernel/fragmentation-needed', false, 'packet larger than the MTU and may not be fragmented'],
  [137, 'CT_UNKNOWN_L4_PROTOCOL', 'config/ct-unknown-l4-protocol', false, 'conntrack does not know this transport protocol'],
  [138, 'CT_CANNOT_CREATE_ENTRY_FROM_PACKET', 'kernel/ct-cannot-create-entry-from-packet', false, 'conntrack entry could not be made'],
  [139, 'UNSUPPORTED_L3_PROTOCOL', 'config/unsupported-l3-protocol', false, 'not IPv4/IPv6'],
  [140, 'MISSED_TAIL_CALL', 'kernel/missed-tail-call', false, 'datapath program missing for a moment (upgrade, endpoint regenerating)'],
  [141, 'ERROR_WRITING_TO_PACKET', 'kernel/error-writing-to-packet', false, 'kernel refused to write the packet'],
  [142, 'UNKNOWN_L4_PROTOCOL', 'config/unknown-l4-protocol', false, 'transport protocol not supported'],
  [143, 'UNKNOWN_ICMPV4_CODE', 'kernel/unknown-icmpv4-code', false, 'ICMP code unknown'],
  [144, 'UNKNOWN_ICMPV4_TYPE', 'kernel/unknown-icmpv4-type', false, 'ICMP type unknown'],
  [145, 'UNKNOWN_ICMPV6_CODE', 'kernel/unknown-icmpv6-code', false, 'ICMPv6 code unknown'],
  [146, 'UNKNOWN_ICMPV6_TYPE', 'kernel/unknown-icmpv6-type', false, 'ICMPv6 type unknown'],
  [147, 'ERROR_RETRIEVING_TUNNEL_KEY', 'kernel/error-retrieving-tunnel-key', false, 'tunnel key unreadable'],
  [148, 'ERROR_RETRIEVING_TUNNEL_OPTIONS', 'kernel/error-retrieving-tunnel-options', false, 'tunnel options unreadable'],
  [149, 'INVALID_GENEVE_OPTION', 'kernel/invalid-geneve-option', false, 'bad Geneve option'],
  [150, 'UNKNOWN_L3_TARGET_ADDRESS', 'kernel/unknown-l3-target-address', false, 'no next hop known for the address'],
  [151, 'STALE_OR_UNROUTABLE_IP', 'kernel/stale-address', false, 'pod address gone (just deleted) or not routable'],
  [152, 'NO_MATCHING_LOCAL_CONTAINER_FOUND', 'kernel/no-matching-local-container-found', false, 'no local pod with that address'],
  [153, 'ERROR_WHILE_CORRECTING_L3_CHECKSUM', 'kernel/error-while-correcting-l3-checksum', false, 'checksum repair failed (L3)'],
  [154, 'ERROR_WHILE_CORRECTING_L4_CHECKSUM', 'kernel/error-while-correcting-l4-checksum', false, 'checksum repair failed (L4)'],
  [155, 'CT_MAP_INSERTION_FAILED', 'kernel/ct-map-insertion-failed', false, 'conntrack table full'],
  [156, 'INVALID_IPV6_EXTENSION_HEADER', 'kernel/invalid-ipv6-extension-header', false, 'IPv6 extension header not understood'],
  [157, 'IP_FRAGMENTATION_NOT_SUPPORTED', 'config/ip-fragmentation-not-supported', false, 'fragments not supported in this configuration'],
  [158, 'SERVICE_BACKEND_NOT_FOUND', 'kernel/no-backend', false, 'Service has no ready backend'],
  [160, 'NO_TUNNEL_OR_ENCAPSULATION_ENDPOINT', 'kernel/no-tunnel-or-encapsulation-endpoint', false, 'no tunnel end for the remote node'],
  [161, 'FAILED_TO_INSERT_INTO_PROXYMAP', 'config/nat46x64-disabled', false, 'NAT46/64 not switched on'],
  [
    162,
    'REACHED_EDT_RATE_LIMITING_DROP_HORIZON',
    'kernel/reached-edt-rate-limiting-drop-horizon',
    false,
    'bandwidth manager: queued too far ahead',
  ],
  [163, 'UNKNOWN_CONNECTION_TRACKING_STATE', 'kernel/unknown-connection-tracking-state', false, 'conntrack state unknown'],
  [164, 'LOCAL_HOST_IS_UNREACHABLE', 'kernel/local-host-is-unreachable', false, 'local host unreachable'],
  [
    165,
    'NO_CONFIGURATION_AVAILABLE_TO_PERFORM_POLICY_DECISION',
    'kernel/no-configuration-available-to-perform-policy-decision',
    false,
    'policy program not loaded yet for the pod',
  ],
  [166, 'UNSUPPORTED_L2_PROTOCOL', 'config/unsupported-l2-protocol', false, 'not Ethernet/IP'],
  [
    167,
    'NO_MAPPING_FOR_NAT_MASQUERADE',
    'kernel/no-mapping-for-nat-masquerade',
    false,
    'masquerade found no mapping (SNAT ports used up or reply too late)',
  ],
  [
    168,
    'UNSUPPORTED_PROTOCOL_FOR_NAT_MASQUERADE',
    'config/unsupported-protocol-for-nat-masquerade',
    false,
    'protocol cannot be masqueraded',
  ],
  [169, 'FIB_LOOKUP_FAILED', 'kernel/no-route', false, 'no route (FIB lookup failed)'],
  [170, 'ENCAPSULATION_TRAFFIC_IS_PROHIBITED', 'config/encapsulation-traffic-is-prohibited', false, 'pod sent encapsulated traffic itself'],
  [171, 'INVALID_IDENTITY', 'kernel/invalid-identity', false, 'identity unknown'],
  [172, 'UNKNOWN_SENDER', 'kernel/unknown-sender', false, "sender's identity unknown"],
  [173, 'NAT_NOT_NEEDED', 'other/nat-not-needed', false, 'no NAT needed'],
  [174, 'IS_A_CLUSTERIP', 'other/is-a-clusterip', false, 'ClusterIP addressed in a way that cannot be load-balanced (e.g. ping)'],
  [175, 'FIRST_LOGICAL_DATAGRAM_FRAGMENT_NOT_FOUND', 'kernel/first-logical-datagram-fragment-not-found', false, 'first fragment missing'],
  [
    176,
    'FORBIDDEN_ICMPV6_MESSAGE',
    'config/forbidden-icmpv6',
    true,
    'ICMPv6 message type a pod may not send (spoofed neighbour/router messages)',
  ],
  [177, 'DENIED_BY_LB_SRC_RANGE_CHECK', 'config/lb-source-range', true, 'client not in loadBalancerSourceRanges'],
  [178, 'SOCKET_LOOKUP_FAILED', 'kernel/no-socket', false, 'local socket lookup failed'],
  [179, 'SOCKET_ASSIGN_FAILED', 'kernel/socket-assign-failed', false, 'could not hand the packet to the proxy socket'],
  [
    180,
    'PROXY_REDIRECTION_NOT_SUPPORTED_FOR_PROTOCOL',
    'config/proxy-redirection-not-supported-for-protocol',
    false,
    'this protocol cannot go through the L7 proxy',
  ],
  [181, 'POLICY_DENY', 'policy/rule-deny', true, 'explicit deny rule (ingressDeny/egressDeny); policy named in *_denied_by'],
  [182, 'VLAN_FILTERED', 'config/vlan-filtered', true, 'VLAN tag not on the allowed list'],
  [183, 'INVALID_VNI', 'config/invalid-vni', false, 'VTEP VNI wrong'],
  [184, 'INVALID_TC_BUFFER', 'kernel/invalid-tc-buffer', false, 'TC buffer update failed'],
  [185, 'NO_SID', 'config/no-sid', false, 'SRv6: no segment id'],
  [186, 'MISSING_SRV6_STATE', 'kernel/missing-srv6-state', false, 'SRv6 state lost'],
  [187, 'NAT46', 'config/nat46', false, 'NAT46 failed'],
  [188, 'NAT64', 'config/nat64', false, 'NAT64 failed'],
  [
    189,
    'AUTH_REQUIRED',
    'policy/auth-required',
    true,
    'mutual authentication needed and not yet done (first packets of a new pair are normal; lasting = SPIRE trouble)',
  ],
  [190, 'CT_NO_MAP_FOUND', 'kernel/ct-no-map-found', false, 'conntrack map missing'],
  [191, 'SNAT_NO_MAP_FOUND', 'kernel/snat-no-map-found', false, 'SNAT map missing'],
  [192, 'INVALID_CLUSTER_ID', 'config/invalid-cluster-id', false, 'ClusterMesh cluster id invalid'],
  [193, 'UNSUPPORTED_PROTOCOL_FOR_DSR_ENCAP', 'config/unsupported-protocol-for-dsr-encap', false, 'DSR cannot carry this protocol'],
  [194, 'NO_EGRESS_GATEWAY', 'config/no-egress-gateway', false, 'egress gateway policy matches but no gateway node'],
  [195, 'UNENCRYPTED_TRAFFIC', 'config/unencrypted-traffic', true, 'encryption strict mode: plain traffic refused'],
  [196, 'TTL_EXCEEDED', 'kernel/ttl-exceeded', false, 'TTL ran out (routing loop)'],
  [197, 'NO_NODE_ID', 'kernel/no-node-id', false, 'no node id for the peer node'],
  [198, 'DROP_RATE_LIMITED', 'kernel/rate-limited', false, 'rate limited'],
  [199, 'IGMP_HANDLED', 'other/igmp-handled', false, 'IGMP taken by Cilium'],
  [200, 'IGMP_SUBSCRIBED', 'other/igmp-subscribed', false, 'IGMP subscribed'],
  [201, 'MULTICAST_HANDLED', 'other/multicast-handled', false, 'multicast replicated'],
  [202, 'DROP_HOST_NOT_READY', 'kernel/host-not-ready', false, 'host datapath not loaded yet'],
  [203, 'DROP_EP_NOT_READY', 'kernel/endpoint-not-ready', false, "pod's policy program not available (starting, regenerating)"],
  [204, 'DROP_NO_EGRESS_IP', 'config/no-egress-ip', false, 'egress gateway has no egress IP'],
  [205, 'DROP_PUNT_PROXY', 'other/punt-proxy', false, 'sent up to the proxy'],
]

const REASONS: readonly DropReason[] = TABLE.map(([number, name, code, isRefusal, words]) => ({ number, name, code, isRefusal, words }))
const BY_NUMBER: ReadonlyMap<number, DropReason> = new Map(REASONS.map((reason) => [reason.number, reason]))
const BY_NAME: ReadonlyMap<string, DropReason> = new Map(REASONS.map((reason) => [reason.name, reason]))

/**
 * Looks a drop reason up by its number or enum name. A number or name from a newer Cilium is kept as
 * `other/drop-N` or `other/NAME`: it is a loss that we cannot explain, never a refusal by policy.
 */
export function dropReason(reason: number | string): DropReason {
  const known = typeof reason === 'number' ? BY_NUMBER.get(reason) : BY_NAME.get(reason)
  if (known !== undefined) return known
  if (typeof reason === 'number') {
    return { number: reason, name: `reason ${reason}`, code: `other/drop-${reason}`, isRefusal: false, words: `dropped: reason ${reason}` }
  }
  const name = reason.slice(0, 80)
  const code = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
  return { number: 0, name, code: `other/${code}`, isRefusal: false, words: `dropped: reason ${name}` }
}
