import { ALLOWED, bothSides, ladder, naiveNamespaced, type ScopedPolicy, scopedTier } from './naive-kubernetes'
import { allMatch, anyMatch, inCidr, type Match, type Outcomes, portIs, type WorldPacket } from './naive-matching'
import type { NaivePolicy, NaiveSelector } from './naive-network-policy'
import { addressIn, isSubject, machineOf, type World, type WorldEnd, type WorldPod, worldName } from './random-world'

/**
 * A second evaluator of Cilium, for tests only: every end becomes an identity, which is a list of labels with their
 * sources, and rules are matched on identities. What cannot be known is tried both ways.
 */

export type CiliumPort = { readonly port?: string; readonly endPort?: number; readonly protocol?: string }

export type CiliumRule = {
  readonly fromEndpoints?: readonly NaiveSelector[]
  readonly toEndpoints?: readonly NaiveSelector[]
  readonly fromEntities?: readonly string[]
  readonly toEntities?: readonly string[]
  readonly fromCIDR?: readonly string[]
  readonly toCIDR?: readonly string[]
  readonly fromCIDRSet?: readonly { readonly cidr: string; readonly except?: readonly string[] }[]
  readonly toCIDRSet?: readonly { readonly cidr: string; readonly except?: readonly string[] }[]
  readonly toFQDNs?: readonly object[]
  readonly toServices?: readonly { readonly k8sService: { readonly serviceName: string; readonly namespace: string } }[]
  readonly toNodes?: readonly NaiveSelector[]
  readonly toPorts?: readonly { readonly ports: readonly CiliumPort[]; readonly rules?: object }[]
  readonly authentication?: { readonly mode: string }
}

export type CiliumSpec = {
  readonly endpointSelector: NaiveSelector
  readonly ingress?: readonly CiliumRule[]
  readonly ingressDeny?: readonly CiliumRule[]
  readonly egress?: readonly CiliumRule[]
  readonly egressDeny?: readonly CiliumRule[]
  readonly enableDefaultDeny?: { readonly ingress?: boolean; readonly egress?: boolean }
}

/** `namespace` null for clusterwide policies. */
export type CiliumPolicy = { readonly namespace: string | null; readonly specs: readonly CiliumSpec[] }

export type CiliumWorld = {
  readonly world: World
  readonly policies: readonly CiliumPolicy[]
  readonly namespaced: readonly NaivePolicy[]
  readonly scoped: readonly ScopedPolicy[]
  /** Services by `NS/NAME`: the labels of their pods. */
  readonly services: ReadonlyMap<string, Readonly<Record<string, string>>>
  readonly apiServer: string
  readonly cluster: string
  readonly matchMode: string
  readonly enablePolicy: string
  readonly allowLocalhost: string
  readonly baselineBeforeIsolation: boolean
  /** What was found of peers; starts empty. */
  readonly remembered: Map<CiliumRule, Map<string, Match | null>>
}

export function naiveCilium(world: CiliumWorld, packet: WorldPacket): Outcomes {
  const { from, to } = packet
  if (world.enablePolicy === 'never') return ALLOWED
  const egress = isSubject(from) ? side(world, from, to, 'egress', packet) : ALLOWED
  const ingress = isSubject(to) && !isLetIn(world, from, to) ? side(world, to, from, 'ingress', packet) : ALLOWED
  return bothSides(egress, ingress)
}

/** The own machine comes in, unless policies are asked about it too, or nothing but the mode isolates the pod. */
function isLetIn(world: CiliumWorld, from: WorldEnd, to: WorldPod): boolean {
  if (machineOf(world.world, from)?.name !== to.machine || world.allowLocalhost === 'policy') return false
  if (world.enablePolicy !== 'always') return true
  return isSelectedByAnything(world, to)
}

function isSelectedByAnything(world: CiliumWorld, pod: WorldPod): boolean {
  const { scoped } = world
  const anybody = { kind: 'outside', ips: [] } as const
  const packet: WorldPacket = { from: anybody, to: pod, family: null, protocol: 'TCP', port: 1 }
  const isScoped = scoped.some((policy) => {
    // Asked with a rule that matches everybody, a tier answers with its action when it selects the pod.
    const rules = [{ action: 'Deny', from: [{ domainNames: ['x'] }] }]
    const asked = { ...policy, spec: { ...policy.spec, ingress: rules } }
    const hasRules = (policy.spec.ingress ?? []).length > 0
    const tier = policy.spec.tier === 'Baseline' ? 'Baseline' : 'Admin'
    return hasRules && scopedTier(world.world, [asked], tier, pod, anybody, 'ingress', packet, { pods: false, machines: false }).has('deny')
  })
  const isNamespaced = naiveNamespaced(world.world, world.namespaced, pod, anybody, 'ingress', packet, { pods: false, machines: false })
  return isScoped || isNamespaced !== 'not isolated' || selecting(world, pod, 'ingress').length > 0
}

type Direction = 'ingress' | 'egress'
const DENY = { ingress: 'ingressDeny', egress: 'egressDeny' } as const

function side(world: CiliumWorld, subject: WorldPod, peer: WorldEnd, direction: Direction, packet: WorldPacket): Outcomes {
  const cidr = { pods: world.matchMode.includes('pods'), machines: world.matchMode.includes('nodes') }
  const tier = (name: 'Admin' | 'Baseline') => scopedTier(world.world, world.scoped, name, subject, peer, direction, packet, cidr)
  return ladder(tier('Admin'), () => {
    const specs = selecting(world, subject, direction)
    const match = (rule: CiliumRule, { namespace }: Selecting): Match =>
      ruleMatches(world, rule, namespace, subject, peer, direction, packet)
    const denies = anyMatch(specs.flatMap((one) => (one.spec[DENY[direction]] ?? []).map((rule) => match(rule, one))))
    // A rule whose authentication always fails lets nothing through.
    const opening = (rule: CiliumRule): boolean => rule.authentication?.mode !== 'test-always-fail'
    const plain = anyMatch(specs.flatMap((one) => (one.spec[direction] ?? []).filter(opening).map((rule) => match(rule, one))))
    const named = naiveNamespaced(world.world, world.namespaced, subject, peer, direction, packet, cidr)
    const authentication = specs.flatMap((one) =>
      (one.spec[direction] ?? []).flatMap((rule) => {
        const matches = match(rule, one)
        return matches === 'no' || rule.authentication === undefined ? [] : [{ mode: rule.authentication.mode, match: matches }]
      }),
    )
    const isolated = specs.some(({ spec }) => spec.enableDefaultDeny?.[direction] !== false) || world.enablePolicy === 'always'
    const outcomes = new Set<'allowed' | 'denied'>()
    for (const isDenied of waysOf(denies)) {
      for (const isAllowedByRule of waysOf(plain)) {
        for (const isRefused of waysOfAuthentication(authentication)) {
          if (isDenied || isRefused) outcomes.add('denied')
          else if (isAllowedByRule || named === 'allowed') outcomes.add('allowed')
          else if (named === 'denied' && !world.baselineBeforeIsolation) outcomes.add('denied')
          else {
            const rest = isolated || named === 'denied' ? DENIED : ALLOWED
            for (const outcome of ladder(tier('Baseline'), () => rest)) outcomes.add(outcome)
          }
        }
      }
    }
    return outcomes
  })
}

const DENIED: Outcomes = new Set(['denied'])

function waysOf(match: Match): readonly boolean[] {
  return match === 'perhaps' ? [true, false] : [match === 'yes']
}

/** Whether mutual authentication stands in the way. */
function waysOfAuthentication(asked: readonly { readonly mode: string; readonly match: Match }[]): readonly boolean[] {
  if (asked.some(({ mode, match }) => mode === 'test-always-fail' && match === 'yes')) return [true]
  return asked.length === 0 ? [false] : [true, false]
}

type Selecting = { readonly namespace: string | null; readonly spec: CiliumSpec }

function selecting({ world, policies, cluster }: CiliumWorld, pod: WorldPod, direction: Direction): readonly Selecting[] {
  const identity = identityOf(world, pod, pod, cluster, '')
  return policies
    .flatMap(({ namespace, specs }) => specs.map((spec) => ({ namespace, spec })))
    .filter(({ namespace, spec }) => {
      // The subject of a namespaced policy is always in its namespace, whatever the selector says with the full label.
      const { 'k8s:io.kubernetes.pod.namespace': _ignored, ...matchLabels } = spec.endpointSelector.matchLabels ?? {}
      const subject = namespace === null ? spec.endpointSelector : { ...spec.endpointSelector, matchLabels }
      const speaks = (spec[direction] ?? []).length + (spec[DENY[direction]] ?? []).length > 0
      return speaks && (namespace === null || namespace === pod.namespace) && selects(subject, identity)
    })
}

/** Labels as `source:key=value`. */
type Identity = ReadonlyMap<string, string>

function identityOf(world: World, end: WorldEnd, subject: WorldPod, cluster: string, apiServer: string): Identity {
  const machine = machineOf(world, end)
  if (machine !== null) return new Map([[machine.name === subject.machine ? 'reserved:host' : 'reserved:remote-node', '']])
  if (end.kind !== 'pod') {
    const family = end.ips[0]?.includes(':') === true ? 'reserved:world-ipv6' : 'reserved:world-ipv4'
    const reserved = end.ips[0] === apiServer ? ['reserved:kube-apiserver'] : []
    return new Map(['reserved:world', family, ...reserved].map((label) => [label, '']))
  }
  return new Map([
    ...Object.entries(end.labels).map(([key, value]) => [`k8s:${key}`, value] as const),
    ...Object.entries(world.namespaces[end.namespace] ?? {}).map(
      ([key, value]) => [`k8s:io.cilium.k8s.namespace.labels.${key}`, value] as const,
    ),
    ['k8s:io.kubernetes.pod.namespace', end.namespace],
    ['k8s:io.cilium.k8s.policy.serviceaccount', end.serviceAccount],
    ['k8s:io.cilium.k8s.policy.cluster', cluster],
  ])
}

/** A key without source, or with `any:`, is looked for under every source. */
function labelValue(key: string, identity: Identity): string | undefined {
  const plain = key.startsWith('any:') ? key.slice(4) : key
  return identity.get(key) ?? identity.get(`k8s:${plain}`)
}

function selects({ matchLabels = {}, matchExpressions = [] }: NaiveSelector, identity: Identity): boolean {
  if (Object.entries(matchLabels).some(([key, value]) => labelValue(key, identity) !== value)) return false
  return matchExpressions.every(({ key, operator, values = [] }) => {
    const value = labelValue(key, identity)
    if (operator === 'Exists') return value !== undefined
    if (operator === 'DoesNotExist') return value === undefined
    return (value !== undefined && values.includes(value)) === (operator === 'In')
  })
}

/** `fromEndpoints` of a namespaced policy stays in the namespace, of a clusterwide one among pods, unless it says otherwise. */
function endpointSelects(selector: NaiveSelector, namespace: string | null, identity: Identity): boolean {
  const keys = [...Object.keys(selector.matchLabels ?? {}), ...(selector.matchExpressions ?? []).map(({ key }) => key)]
  const isReserved = keys.some((key) => key.startsWith('reserved:'))
  const speaksOfNamespaces = keys.some(
    (key) => key.includes('io.kubernetes.pod.namespace') || key.includes('io.cilium.k8s.namespace.labels'),
  )
  const own = identity.get('k8s:io.kubernetes.pod.namespace')
  if (!isReserved && !speaksOfNamespaces && (namespace === null ? own === undefined : own !== namespace)) return false
  if (!isReserved && own === undefined) return false
  return selects(selector, identity)
}

function ruleMatches(
  world: CiliumWorld,
  rule: CiliumRule,
  namespace: string | null,
  subject: WorldPod,
  peer: WorldEnd,
  direction: Direction,
  packet: WorldPacket,
): Match {
  const peers = rememberedPeers(world, rule, namespace, subject, peer, direction, packet)
  if (peers === null && rule.toPorts === undefined) return 'no'
  return allMatch([peers ?? 'yes', portsMatch(rule, packet)])
}

/** Peers do not depend on ports, and are asked for many of them. */
function rememberedPeers(
  world: CiliumWorld,
  rule: CiliumRule,
  namespace: string | null,
  subject: WorldPod,
  peer: WorldEnd,
  direction: Direction,
  packet: WorldPacket,
): Match | null {
  const ofRule = world.remembered.get(rule) ?? new Map<string, Match | null>()
  world.remembered.set(rule, ofRule)
  const key = `${direction} ${worldName(subject)} ${worldName(peer)} ${packet.family}`
  const known = ofRule.get(key)
  if (known !== undefined) return known
  const match = peersMatch(world, rule, namespace, subject, peer, direction, packet)
  ofRule.set(key, match)
  return match
}

function portsMatch({ toPorts }: CiliumRule, packet: WorldPacket): Match {
  if (toPorts === undefined) return 'yes'
  return anyMatch(
    toPorts.map(({ ports, rules }) => {
      const isPort = ports.some(({ port = '0', endPort, protocol }) => {
        const wanted = { protocol: protocol === undefined || protocol === 'ANY' ? null : protocol }
        if (/[a-z]/.test(port)) return portIs({ ...wanted, port }, packet)
        const number = Number(port)
        return portIs(number === 0 ? wanted : { ...wanted, port: number, endPort: endPort ?? number }, packet)
      })
      return isPort ? (rules === undefined ? 'yes' : 'perhaps') : 'no'
    }),
  )
}

/** null when the rule names no peers. */
function peersMatch(
  { world, services, apiServer, cluster, matchMode }: CiliumWorld,
  rule: CiliumRule,
  namespace: string | null,
  subject: WorldPod,
  peer: WorldEnd,
  direction: Direction,
  { family }: WorldPacket,
): Match | null {
  const identity = identityOf(world, peer, subject, cluster, apiServer)
  const yes = (matches: boolean): Match => (matches ? 'yes' : 'no')
  const endpoints = rule.fromEndpoints ?? rule.toEndpoints
  if (endpoints !== undefined) return yes(endpoints.some((selector) => endpointSelects(selector, namespace, identity)))
  const entities = rule.fromEntities ?? rule.toEntities
  if (entities !== undefined) return yes(entities.some((entity) => isEntity(entity, identity, subject, cluster)))
  const scope = { pods: matchMode.includes('pods'), machines: matchMode.includes('nodes') }
  const inside = (cidr: string): boolean => inCidr(world, peer, family, cidr, scope)
  const cidrs = rule.fromCIDR ?? rule.toCIDR
  if (cidrs !== undefined) return yes(cidrs.some(inside))
  const cidrSet = rule.fromCIDRSet ?? rule.toCIDRSet
  if (cidrSet !== undefined) return yes(cidrSet.some(({ cidr, except = [] }) => inside(cidr) && !except.some(inside)))
  if (direction === 'ingress') return null
  if (rule.toFQDNs !== undefined) return identity.has('reserved:world') && addressIn(peer, family) !== null ? 'perhaps' : 'no'
  if (rule.toServices !== undefined) {
    return yes(
      rule.toServices.some(({ k8sService: { serviceName, namespace } }) => {
        const labels = services.get(`${namespace}/${serviceName}`)
        return labels !== undefined && selects({ matchLabels: { ...labels, 'io.kubernetes.pod.namespace': namespace } }, identity)
      }),
    )
  }
  if (rule.toNodes === undefined) return null
  const machine = machineOf(world, peer)
  const labels = new Map(Object.entries(machine?.labels ?? {}).map(([key, value]) => [`k8s:${key}`, value]))
  return yes(machine !== null && rule.toNodes.some((selector) => selects(selector, labels)))
}

function isEntity(entity: string, identity: Identity, subject: WorldPod, cluster: string): boolean {
  const reserved = (name: string): boolean => identity.has(`reserved:${name}`)
  switch (entity) {
    case 'all':
      return true
    case 'cluster':
    case 'cluster-mesh':
      return (
        reserved('host') ||
        reserved('remote-node') ||
        reserved('kube-apiserver') ||
        identity.get('k8s:io.cilium.k8s.policy.cluster') === cluster
      )
    case 'namespace':
      return identity.get('k8s:io.kubernetes.pod.namespace') === subject.namespace
    default:
      return reserved(entity)
  }
}
