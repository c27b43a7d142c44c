import { ANTREA_POLICY_LOG } from './cni/antrea-policy-log'
import { AWS_POLICY_LOG } from './cni/aws-policy-log'
import { CALICO_FLOW_LOG } from './cni/calico-flow-log'
import { FELIX_SYSLOG } from './cni/felix-syslog'
import { GKE_POLICY_LOG } from './cni/gke-policy-log'
import { NETOBSERV } from './cni/netobserv'
import { OVN_ACL_LOG } from './cni/ovn-acl-log'
import { CONNTRACK } from './kernel/conntrack'
import { KERNEL_LOG } from './kernel/kernel-log'
import { KUBE_ROUTER, ULOGD } from './kernel/ulogd'
import type { LineFormat } from './line-format'

/** What network plugins, their agents and the kernel write of connections, in the order in which a line is tried. */
export const NETWORK_FORMATS: readonly LineFormat[] = [
  GKE_POLICY_LOG,
  AWS_POLICY_LOG,
  CALICO_FLOW_LOG,
  NETOBSERV,
  ULOGD,
  KUBE_ROUTER,
  OVN_ACL_LOG,
  ANTREA_POLICY_LOG,
  FELIX_SYSLOG,
  CONNTRACK,
  KERNEL_LOG,
]
