import { isRecord } from '../fields'
import { fields, type Reduce } from './field-tree'
import { METADATA_ONLY, object } from './object-fields'

/**
 * ConfigMaps that say how the network of a cluster works, with the keys that are read. Of all other ConfigMaps nothing but
 * name and labels is kept, and a live cluster is not asked for them.
 */
export const KNOWN_CONFIG_MAPS: ReadonlyMap<string, readonly string[]> = new Map([
  ['kube-system/coredns', ['Corefile']],
  ['openshift-dns/dns-default', ['Corefile']],
  ['kube-system/node-local-dns', ['Corefile']],
  ['kube-system/kube-dns', ['stubDomains', 'upstreamNameservers']],
  ['kube-system/kube-proxy', ['config.conf']],
  ['kube-system/kubeadm-config', ['ClusterConfiguration']],
  ['kube-system/calico-config', ['calico_backend', 'cni_network_config', 'typha_service_name', 'veth_mtu']],
  ['kube-system/canal-config', ['canal_iface', 'cni_network_config', 'masquerade', 'net-conf.json', 'typha_service_name']],
  ['kube-flannel/kube-flannel-cfg', ['cni-conf.json', 'net-conf.json']],
  ['kube-system/kube-flannel-cfg', ['cni-conf.json', 'net-conf.json']],
  ['kube-system/kube-router-cfg', ['cni-conf.json']],
  ['kube-system/antrea-config', ['antrea-agent.conf', 'antrea-cni.conflist', 'antrea-controller.conf']],
  ['kube-system/amazon-vpc-cni', ['enable-network-policy-controller', 'enable-windows-ipam', 'enable-windows-prefix-delegation']],
  [
    'kube-system/cilium-config',
    [
      ...['enable-policy', 'policy-enforcement', 'routing-mode', 'tunnel', 'tunnel-protocol', 'kube-proxy-replacement', 'bpf-lb-algorithm'],
      ...['bpf-lb-mode', 'bpf-lb-acceleration', 'ipam', 'enable-wireguard', 'enable-ipsec', 'enable-egress-gateway', 'enable-ipv4'],
      ...['enable-ipv4-egress-gateway', 'enable-ipv6', 'cluster-pool-ipv4-cidr', 'cluster-pool-ipv6-cidr', 'cluster-pool-ipv4-mask-size'],
      ...[
        'enable-hubble',
        'hubble-listen-address',
        'hubble-disable-tls',
        'cluster-name',
        'cluster-id',
        'cni-chaining-mode',
        'enable-host-firewall',
      ],
      ...['ipv4-native-routing-cidr', 'enable-ipv4-masquerade', 'enable-l7-proxy', 'enable-gateway-api', 'enable-ingress-controller'],
    ],
  ],
  ['kube-system/ip-masq-agent', ['config']],
  ['kube-system/azure-ip-masq-agent-config', ['ip-masq-agent']],
  ['istio-system/istio', ['mesh']],
  ['linkerd/linkerd-config', ['values']],
  ['ingress-nginx/ingress-nginx-controller', ['load-balance', 'use-forwarded-headers', 'use-proxy-protocol', 'compute-full-forwarded-for']],
])

export const configMap: Reduce = (value, pool) => {
  const metadata = isRecord(value) && isRecord(value.metadata) ? value.metadata : {}
  const keys = KNOWN_CONFIG_MAPS.get(`${String(metadata.namespace)}/${String(metadata.name)}`)
  return keys === undefined ? METADATA_ONLY(value, pool) : object({ data: fields(keys) })(value, pool)
}
