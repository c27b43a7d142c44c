/** Names of the kinds of lines that are read: what `?format=` and a `#FORMAT` in `--flows` may say. */
export const LINE_FORMAT_IDS = [
  'hubble',
  'flow-line',
  'calico',
  'felix-syslog',
  'gke',
  'aws',
  'ovn',
  'antrea',
  'netobserv',
  'ulogd',
  'kube-router',
  'conntrack',
  'kernel-log',
  'envoy',
  'ztunnel',
  'linkerd',
  'linkerd-tap',
  'ingress-nginx',
  'traefik',
  'coredns',
] as const
export type LineFormatId = (typeof LINE_FORMAT_IDS)[number]
