import { parseCidr } from '../model/address'
import type { Result } from '../model/problem'
import { PROTOCOLS, type Protocol } from '../model/protocol'
import type { ProfileName } from './types'

/** Linkerd's names for what it does with a port that no object speaks of. */
export const DEFAULT_INBOUND_POLICIES = [
  'all-unauthenticated',
  'all-authenticated',
  'cluster-unauthenticated',
  'cluster-authenticated',
  'deny',
  'audit',
] as const
export type DefaultInboundPolicy = (typeof DEFAULT_INBOUND_POLICIES)[number]

/**
 * What a cluster's network plugin, or its service mesh, does where the policy kinds leave it open. Each is a switch by name
 * (`--assume NAME=VALUE`); docs/verdicts.md says what each one changes.
 */
export type Assumptions = {
  /** NetworkPolicy `ipBlock` also matches pods, by pod address. */
  readonly ipBlockMatchesPodIPs: boolean
  /** `networks` peers of the cluster-scoped kinds also match pods, by pod address. */
  readonly networksMatchPodIPs: boolean
  /** CIDR rules also match machines of the cluster, by their addresses. */
  readonly ipBlockMatchesNodes: boolean
  /** CIDR rules are compared with addresses after a Service's address is translated; false when that is not known. */
  readonly cidrAfterTranslation: boolean
  /** The node that a pod runs on may always reach it. */
  readonly nodeLocalTrafficExempt: boolean
  /** The protocols that make up "all". */
  readonly protocols: readonly Protocol[]
  /** Cilium `policy-cidr-match-mode`: what CIDR rules match besides outside addresses. */
  readonly policyCIDRMatchMode: '' | 'nodes' | 'pods' | 'nodes,pods'
  /** Cilium `allow-localhost`: `policy` asks the policies also for what the pod's own node sends. */
  readonly allowLocalhost: 'auto' | 'always' | 'policy'
  /** Cilium `enable-policy`: `always` isolates every pod, `never` enforces nothing. */
  readonly enablePolicy: 'default' | 'always' | 'never'
  /** Cilium's host firewall: clusterwide policies with a node selector decide what machines send and get. */
  readonly hostFirewall: boolean
  /** Cilium `enable-node-selector-labels`: rules may name machines by label; otherwise Cilium refuses such policies. */
  readonly nodeSelectorLabels: boolean
  /** Cilium: an Accept of the Baseline tier also admits what an isolating NetworkPolicy does not allow. */
  readonly baselineBeforeIsolation: boolean
  /** Cilium: name of this cluster in a mesh. */
  readonly cluster: string
  /** Istio: the namespace of which the policies hold for the whole mesh. */
  readonly istioRootNamespace: string
  /** Istio: the first part of every identity. */
  readonly istioTrustDomain: string
  /** Linkerd: what holds for ports without a Server where no annotation says otherwise. */
  readonly linkerdDefaultInboundPolicy: DefaultInboundPolicy
  /** Linkerd: what `cluster-authenticated` and `cluster-unauthenticated` take for the cluster. */
  readonly linkerdClusterNetworks: readonly string[]
  /** Linkerd: the last part of every identity, with the namespace of the control plane. */
  readonly linkerdIdentityDomain: string
}

const KUBERNETES: Assumptions = {
  ipBlockMatchesPodIPs: true,
  networksMatchPodIPs: true,
  ipBlockMatchesNodes: true,
  cidrAfterTranslation: false,
  nodeLocalTrafficExempt: true,
  protocols: PROTOCOLS,
  policyCIDRMatchMode: '',
  allowLocalhost: 'auto',
  enablePolicy: 'default',
  hostFirewall: false,
  nodeSelectorLabels: true,
  baselineBeforeIsolation: false,
  cluster: 'default',
  istioRootNamespace: 'istio-system',
  istioTrustDomain: 'cluster.local',
  linkerdDefaultInboundPolicy: 'all-unauthenticated',
  linkerdClusterNetworks: ['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16', 'fd00::/8'],
  linkerdIdentityDomain: 'linkerd.cluster.local',
}

const DEFAULTS: Readonly<Record<ProfileName, Assumptions>> = {
  kubernetes: KUBERNETES,
  calico: { ...KUBERNETES, cidrAfterTranslation: true },
  cilium: {
    ...KUBERNETES,
    cidrAfterTranslation: true,
    ipBlockMatchesPodIPs: false,
    networksMatchPodIPs: false,
    ipBlockMatchesNodes: false,
  },
}

export function assumptionsOf(profile: ProfileName, overrides: Partial<Assumptions> = {}): Assumptions {
  const mode = profile === 'cilium' ? (overrides.policyCIDRMatchMode ?? '').split(',') : []
  const pods = mode.includes('pods') ? { ipBlockMatchesPodIPs: true, networksMatchPodIPs: true } : {}
  const nodes = mode.includes('nodes') ? { ipBlockMatchesNodes: true } : {}
  return { ...DEFAULTS[profile], ...pods, ...nodes, ...overrides }
}

const SWITCHES = [
  ...(['ipBlockMatchesPodIPs', 'networksMatchPodIPs', 'ipBlockMatchesNodes', 'nodeLocalTrafficExempt'] as const),
  ...(['cidrAfterTranslation', 'hostFirewall', 'nodeSelectorLabels', 'baselineBeforeIsolation'] as const),
] as const

const TEXTS = ['cluster', 'istioRootNamespace', 'istioTrustDomain', 'linkerdIdentityDomain'] as const

/** Settings with a fixed set of values. */
const CHOICES: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ['policyCIDRMatchMode', ['', 'nodes', 'pods', 'nodes,pods']],
  ['allowLocalhost', ['auto', 'always', 'policy']],
  ['enablePolicy', ['default', 'always', 'never']],
  ['linkerdDefaultInboundPolicy', DEFAULT_INBOUND_POLICIES],
])

/** Reads `NAME=VALUE` as a person writes it after `--assume`. */
export function parseAssumption(text: string): Result<Partial<Assumptions>, string> {
  const equals = text.indexOf('=')
  const name = text.slice(0, equals)
  const value = text.slice(equals + 1)
  const known = SWITCHES.find((candidate) => candidate === name)
  if (known !== undefined) {
    const truth = value.toLowerCase()
    if (truth === 'true' || truth === 'false') return { ok: true, value: { [known]: truth === 'true' } }
    return { ok: false, error: `${known} must be true or false, not "${value}"` }
  }
  if (name === 'protocols') {
    const names = listOf(value)
    const protocols = PROTOCOLS.filter((protocol) => names.includes(protocol))
    if (protocols.length === names.length) return { ok: true, value: { protocols } }
    return { ok: false, error: `protocols must be a comma list of ${PROTOCOLS.join(', ')}, not "${value}"` }
  }
  const choices = CHOICES.get(name)
  if (choices !== undefined) {
    if (choices.includes(value)) return { ok: true, value: { [name]: value } }
    return { ok: false, error: `${name} must be one of ${choices.map((choice) => `"${choice}"`).join(', ')}, not "${value}"` }
  }
  const free = TEXTS.find((candidate) => candidate === name)
  if (free !== undefined) return { ok: true, value: { [free]: value } }
  if (name === 'linkerdClusterNetworks') {
    const networks = listOf(value)
    if (networks.every((network) => parseCidr(network) !== null)) return { ok: true, value: { linkerdClusterNetworks: networks } }
    return { ok: false, error: `linkerdClusterNetworks must be a comma list of CIDRs, not "${value}"` }
  }
  if (name === 'profiles') {
    if (value === 'allow' || value.startsWith('kns.<ns> allow')) return { ok: true, value: {} }
    return { ok: false, error: `profiles must be "allow" (write a Profile object for anything else), not "${value}"` }
  }
  const names = [...SWITCHES, 'protocols', ...CHOICES.keys(), ...TEXTS, 'linkerdClusterNetworks', 'profiles']
  return { ok: false, error: `"${name}" is no assumption; there are ${names.join(', ')}` }
}

/** `TCP,UDP`, also as a JSON list. */
function listOf(text: string): readonly string[] {
  const inner = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text
  return inner.split(',').map((word) => word.trim().replaceAll('"', '').replaceAll("'", ''))
}
