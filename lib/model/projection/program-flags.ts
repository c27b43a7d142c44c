/**
 * Flags of system programs that say how the network works. Of all other programs, and of all other flags, nothing is
 * kept: people put passwords into arguments.
 */
const FLAGS: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    'kube-apiserver': ['service-cluster-ip-range', 'service-node-port-range', 'advertise-address', 'secure-port'],
    'kube-controller-manager': ['cluster-cidr', 'service-cluster-ip-range', 'allocate-node-cidrs', 'node-cidr-mask-size'],
    'kube-proxy': ['proxy-mode', 'ipvs-scheduler', 'cluster-cidr', 'config', 'nodeport-addresses', 'masquerade-all'],
    flanneld: ['ip-masq', 'kube-subnet-mgr', 'iface', 'iface-regex', 'public-ip'],
    'kube-network-policies': ['admin-network-policy', 'baseline-admin-network-policy', 'network-policy'],
    'kube-router': [
      ...['run-firewall', 'run-router', 'run-service-proxy', 'run-loadbalancer', 'enable-overlay', 'overlay-type', 'overlay-encap'],
      ...[
        'enable-cni',
        'enable-ibgp',
        'advertise-cluster-ip',
        'advertise-external-ip',
        'advertise-loadbalancer-ip',
        'service-cluster-ip-range',
      ],
      ...['service-node-port-range', 'enable-pod-egress', 'hairpin-mode'],
    ],
    k3s: [
      ...['flannel-backend', 'disable-network-policy', 'disable', 'disable-kube-proxy', 'cluster-cidr', 'service-cidr', 'cluster-dns'],
      ...['cluster-domain', 'egress-selector-mode', 'kube-proxy-arg', 'server', 'agent'],
    ],
    'cilium-agent': ['config-dir', 'enable-policy', 'kube-proxy-replacement', 'tunnel', 'routing-mode'],
    'antrea-agent': ['config'],
    'aws-eks-nodeagent': ['enable-network-policy', 'enable-ipv6', 'enable-cloudwatch-logs', 'enable-policy-event-logs'],
    'ovnkube-node': ['cluster-subnets', 'k8s-service-cidr', 'enable-egress-ip', 'enable-egress-firewall'],
    'node-cache': ['localip', 'conf'],
    coredns: ['conf'],
    'nginx-ingress-controller': [
      'controller-class',
      'ingress-class',
      'ingress-class-by-name',
      'watch-ingress-without-class',
      'watch-namespace',
    ],
    'nginx-ingress': ['ingress-class', 'watch-namespace'],
    traefik: [
      ...['providers.kubernetescrd', 'providers.kubernetescrd.allowcrossnamespace', 'providers.kubernetescrd.allowexternalnameservices'],
      ...['providers.kubernetescrd.ingressclass', 'providers.kubernetesingress', 'providers.kubernetesingress.ingressclass'],
      ...['providers.kubernetesgateway', 'providers.kubernetescrd.namespaces', 'providers.kubernetesingress.namespaces'],
    ],
  }).map(([program, flags]) => [program, new Set(flags)]),
)

/** Programs that go by another name in their image. */
const IMAGES: ReadonlyMap<string, string> = new Map([
  ['controller', 'nginx-ingress-controller'],
  ['amazon-network-policy-controller-agent', 'aws-eks-nodeagent'],
  ['aws-network-policy-agent', 'aws-eks-nodeagent'],
  ['flannel', 'flanneld'],
  ['k8s-dns-node-cache', 'node-cache'],
])

/** The system program that a container runs, by its command or image; null for every other container. */
export function systemProgram(image: unknown, command: unknown): string | null {
  const first = Array.isArray(command) ? command[0] : undefined
  if (typeof first === 'string') {
    const name = first.slice(first.lastIndexOf('/') + 1)
    if (FLAGS.has(name)) return name
  }
  if (typeof image !== 'string') return null
  const name = image.slice(image.lastIndexOf('/') + 1).replace(/[:@].*$/, '')
  return FLAGS.has(name) ? name : (IMAGES.get(name) ?? null)
}

/** Those arguments that are known flags of the program, with their values, as they were written. */
export function keptFlags(program: string, words: readonly unknown[]): readonly string[] {
  const flags = FLAGS.get(program)
  if (flags === undefined) return []
  const kept: string[] = []
  for (const [index, word] of words.entries()) {
    const flag = typeof word === 'string' ? flagOf(word) : null
    if (typeof word !== 'string' || flag === null || !flags.has(flag.toLowerCase())) continue
    kept.push(word)
    const next = words[index + 1]
    if (!word.includes('=') && typeof next === 'string' && flagOf(next) === null) kept.push(next)
  }
  return kept
}

/** `run-firewall` of `--run-firewall=false` and of `-run-firewall`; a first word such as `server` counts as one. */
export function flagOf(word: string): string | null {
  const match = /^-{1,2}([A-Za-z][\w.-]*)(?:=|$)/.exec(word)
  return match?.[1] ?? null
}
