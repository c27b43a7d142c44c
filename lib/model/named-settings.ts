import type { Settings } from './cluster'
import { type Fields, isRecord } from './fields'

/** How an entry of a ConfigMap is written, and which of its fields are read. */
type Entry =
  | { readonly format: 'text' }
  | { readonly format: 'yaml' | 'json'; readonly fields: readonly string[] }
  /** CoreDNS: the zones and options of its `kubernetes` plugin. */
  | { readonly format: 'corefile' }

type Entries = Readonly<Record<string, Entry>>

const TEXT: Entry = { format: 'text' }
const PROXY: Entry = { format: 'yaml', fields: ['mode', 'ipvs.scheduler', 'clusterCIDR', 'nodePortAddresses'] }
const FLANNEL: Entries = {
  'net-conf.json': { format: 'json', fields: ['Network', 'IPv6Network', 'EnableIPv4', 'EnableIPv6', 'Backend.Type', 'Backend.Port'] },
}
const COREDNS: Entries = { Corefile: { format: 'corefile' } }

function texts(...names: readonly string[]): Entries {
  return Object.fromEntries(names.map((name) => [name, TEXT]))
}

/**
 * The ConfigMaps of which something is read, as `NS/NAME`: they say how the network of a cluster is set up. Of every other
 * ConfigMap only the name is known, and of these nothing but the fields that stand here.
 */
export const NAMED_SETTINGS: ReadonlyMap<string, Entries> = new Map<string, Entries>([
  ['kube-system/kube-proxy', { 'config.conf': PROXY }],
  ['kube-system/kube-proxy-config', { config: PROXY }],
  [
    'kube-system/kubeadm-config',
    { ClusterConfiguration: { format: 'yaml', fields: ['networking.dnsDomain', 'networking.podSubnet', 'networking.serviceSubnet'] } },
  ],
  ['kube-system/coredns', COREDNS],
  ['kube-system/rke2-coredns-rke2-coredns', COREDNS],
  ['kube-system/node-local-dns', COREDNS],
  ['openshift-dns/dns-default', COREDNS],
  ['kube-system/calico-config', texts('calico_backend')],
  ['kube-system/canal-config', FLANNEL],
  ['kube-system/rke2-canal-config', FLANNEL],
  ['kube-flannel/kube-flannel-cfg', FLANNEL],
  ['kube-system/kube-flannel-cfg', FLANNEL],
  [
    'kube-system/cilium-config',
    {
      ...texts('routing-mode', 'tunnel', 'tunnel-protocol', 'enable-policy', 'cni-chaining-mode', 'kube-proxy-replacement'),
      ...texts(
        'bpf-lb-algorithm',
        'bpf-lb-algorithm-annotation',
        'bpf-lb-mode',
        'enable-service-topology',
        'enable-wireguard',
        'enable-ipsec',
        'enable-ipv4',
        'enable-ipv6',
      ),
      ...texts('ipam', 'cluster-pool-ipv4-cidr', 'cluster-pool-ipv6-cidr', 'ipv4-native-routing-cidr', 'enable-ipv4-masquerade'),
      ...texts('enable-egress-gateway', 'enable-ipv4-egress-gateway', 'enable-host-firewall', 'cluster-name', 'enable-l7-proxy'),
      ...texts('enable-hubble', 'hubble-listen-address', 'hubble-disable-tls', 'enable-gateway-api', 'enable-ingress-controller'),
    },
  ],
  [
    'kube-system/antrea-config',
    {
      'antrea-agent.conf': {
        format: 'yaml',
        fields: ['trafficEncapMode', 'tunnelType', 'trafficEncryptionMode', 'antreaProxy.proxyAll', 'serviceCIDR'],
      },
    },
  ],
  ['kube-system/kube-router-cfg', {}],
  ['kube-system/amazon-vpc-cni', texts('enable-network-policy-controller')],
  ['kube-system/ip-masq-agent', texts('config')],
  ['kube-system/azure-ip-masq-agent-config', texts('ip-masq-agent')],
  [
    'istio-system/istio',
    { mesh: { format: 'yaml', fields: ['trustDomain', 'rootNamespace', 'enableAutoMtls', 'outboundTrafficPolicy.mode'] } },
  ],
  [
    'ingress-nginx/ingress-nginx-controller',
    texts('load-balance', 'upstream-hash-by', 'use-forwarded-headers', 'use-proxy-protocol', 'compute-full-forwarded-for'),
  ],
])

/** Longer entries are left out: none of these is long in a real cluster. */
const MAX_LENGTH = 64 * 1024

/**
 * The fields of a ConfigMap that are of use, by entry and field (`config.conf ipvs.scheduler`), or by entry alone where the
 * entry is the value; null for a ConfigMap that nobody reads.
 */
export function readSettings(place: string, configMap: Fields): Settings | null {
  const entries = NAMED_SETTINGS.get(place)
  if (entries === undefined) return null
  const data = configMap.object('data')
  const settings = new Map<string, string>()
  for (const [name, entry] of Object.entries(entries)) {
    const text = data.text(name)
    if (text === null || text.length > MAX_LENGTH) continue
    if (entry.format === 'text') {
      settings.set(name, text)
      continue
    }
    const written = entry.format === 'corefile' ? corefileFields(text) : (jsonFields(text) ?? yamlFields(text))
    for (const field of entry.format === 'corefile' ? written.keys() : entry.fields) {
      const value = written.get(field)
      if (value !== undefined) settings.set(`${name} ${field}`, value)
    }
  }
  return settings
}

/** Values of a JSON object by their path; null when it is none. Lists are left out. */
function jsonFields(text: string): Settings | null {
  if (!/^\s*\{/.test(text)) return null
  const fields = new Map<string, string>()
  const collect = (value: Readonly<Record<string, unknown>>, path: string, depth: number): void => {
    for (const [key, field] of Object.entries(value)) {
      if (isRecord(field) && depth > 0) collect(field, `${path}${key}.`, depth - 1)
      else if (['string', 'number', 'boolean'].includes(typeof field)) fields.set(path + key, String(field))
    }
  }
  try {
    const value: unknown = JSON.parse(text)
    if (isRecord(value)) collect(value, '', 4)
    return fields
  } catch {
    return null
  }
}

/**
 * Scalars of a YAML document by their path, as far as keys stand on lines of their own, which they do in every file that
 * tools write. A whole YAML reader would have to be guarded against what people put into ConfigMaps.
 */
function yamlFields(text: string): Settings {
  const fields = new Map<string, string>()
  const above: { readonly indent: number; readonly key: string }[] = []
  for (const line of text.split('\n')) {
    const [, spaces = '', key, value = ''] = /^( *)([A-Za-z][\w.-]*):(?:\s+(.*))?$/.exec(line.trimEnd()) ?? []
    if (key === undefined) continue
    while ((above.at(-1)?.indent ?? -1) >= spaces.length) above.pop()
    const plain = unquoted(value)
    if (plain === '' && value === '') above.push({ indent: spaces.length, key })
    else fields.set([...above.map((one) => one.key), key].join('.'), plain)
  }
  return fields
}

function unquoted(value: string): string {
  const quoted = /^"([^"]*)"|^'([^']*)'/.exec(value)
  return quoted === null ? value.replace(/(^|\s)#.*$/, '').trim() : (quoted[1] ?? quoted[2] ?? '')
}

/** `kubernetes cluster.local in-addr.arpa { pods insecure }`: zones as one text, and the mode of pod names. */
function corefileFields(text: string): Settings {
  const fields = new Map<string, string>()
  let isInside = false
  for (const line of text.split('\n')) {
    const words = line.replace(/#.*$/, '').trim().split(/\s+/)
    if (words[0] === 'kubernetes') {
      isInside = words.at(-1) === '{'
      const zones = words.slice(1).filter((word) => word !== '{')
      if (!fields.has('kubernetes')) fields.set('kubernetes', zones.join(' '))
    } else if (words[0] === '}') isInside = false
    else if (isInside && (words[0] === 'pods' || words[0] === 'ttl')) fields.set(words[0], words[1] ?? '')
  }
  return fields
}
