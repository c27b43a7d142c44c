import {
  hasLabels,
  isInBlock,
  type NaiveMeshClient,
  type NaiveMeshPod,
  type NaiveVerdict,
  naiveIdentities,
  naiveVerdict,
} from './naive-mesh'

/**
 * A second evaluator of Istio's policies, for tests only: one request at a time, straight from the documents. Whatever
 * nobody can know (what is in a request, what another program says, who is in the mesh) is tried both ways.
 */

type Lists = Readonly<Record<string, readonly string[]>>

export type NaiveIstioPolicy = {
  readonly metadata: { readonly namespace: string; readonly annotations?: Readonly<Record<string, string>> }
  readonly spec: {
    readonly action?: string
    readonly selector?: { readonly matchLabels: Readonly<Record<string, string>> }
    readonly rules?: readonly {
      readonly from?: readonly { readonly source: Lists }[]
      readonly to?: readonly { readonly operation: Lists }[]
      readonly when?: readonly { readonly key: string; readonly values?: readonly string[]; readonly notValues?: readonly string[] }[]
    }[]
  }
}

type Mode = 'STRICT' | 'PERMISSIVE' | 'DISABLE' | 'UNSET'

export type NaivePeerAuthentication = {
  readonly metadata: { readonly namespace: string; readonly creationTimestamp?: string }
  readonly spec: {
    readonly selector?: { readonly matchLabels: Readonly<Record<string, string>> }
    readonly mtls?: { readonly mode: Mode }
    readonly portLevelMtls?: Readonly<Record<number, { readonly mode: Mode }>>
  }
}

export type NaiveIstio = {
  readonly policies: readonly NaiveIstioPolicy[]
  readonly authentications: readonly NaivePeerAuthentication[]
  /** What the Services of every namespace say of a port. */
  readonly protocols: Readonly<Record<number, 'http' | 'tcp'>>
}

const ROOT = 'istio-system'

export function naiveIstio(istio: NaiveIstio, from: NaiveMeshClient, to: NaiveMeshPod, port: number): NaiveVerdict {
  return naiveVerdict(answers(istio, from, to, port))
}

function* answers(istio: NaiveIstio, from: NaiveMeshClient, to: NaiveMeshPod, port: number): Iterable<boolean> {
  if (to.member === 'no' || to.member === 'perhaps') yield true
  if (to.member === 'no') return
  if (to.member !== 'ambient' && goesAround(to, port)) {
    yield true
    return
  }
  const protocol = istio.protocols[port]
  const views = to.member === 'ambient' ? ['ztunnel'] : protocol === undefined ? ['http', 'tcp'] : [protocol]
  for (const identity of naiveIdentities(from)) {
    for (const mode of modes(istio.authentications, to, port)) {
      if (mode === 'STRICT' && identity === null) {
        yield false
        continue
      }
      const shown = mode === 'DISABLE' && to.member !== 'ambient' ? null : identity
      for (const view of views) {
        for (const isLucky of [true, false]) yield decide(istio.policies, { ip: from.ip, identity: shown, to, port, view, isLucky })
      }
    }
  }
}

function goesAround(to: NaiveMeshPod, port: number): boolean {
  const excluded = (to.annotations['traffic.sidecar.istio.io/excludeInboundPorts'] ?? '').split(',')
  return [15020, 15021, 15090].includes(port) || excluded.includes(String(port))
}

function modes(all: readonly NaivePeerAuthentication[], to: NaiveMeshPod, port: number): readonly Mode[] {
  const levels = [
    all.filter(({ metadata, spec }) => metadata.namespace === ROOT && spec.selector === undefined),
    all.filter(({ metadata, spec }) => metadata.namespace === to.namespace && spec.selector === undefined),
    all.filter(
      ({ metadata, spec }) =>
        metadata.namespace === to.namespace && spec.selector !== undefined && hasLabels(spec.selector.matchLabels, to.labels),
    ),
  ]
  let current: readonly Mode[] = ['PERMISSIVE']
  for (const level of levels) {
    const isAged = level.every(({ metadata }) => metadata.creationTimestamp !== undefined)
    const age = ({ metadata }: NaivePeerAuthentication): string => metadata.creationTimestamp ?? ''
    const counting = isAged ? [...level].sort((a, b) => (age(a) < age(b) ? -1 : 1)).slice(0, 1) : level
    if (counting.length === 0) continue
    const inherited = current
    current = counting.flatMap(({ spec }) => {
      const own = spec.mtls?.mode ?? 'UNSET'
      const onPort = spec.portLevelMtls?.[port]?.mode ?? 'UNSET'
      const stated = onPort === 'UNSET' ? own : onPort
      return stated === 'UNSET' ? inherited : [stated]
    })
  }
  return current
}

type Request = {
  readonly ip: string
  readonly identity: NaiveMeshPod | null
  readonly to: NaiveMeshPod
  readonly port: number
  readonly view: string
  /** What nobody can know turns out well for the client. */
  readonly isLucky: boolean
}

function decide(policies: readonly NaiveIstioPolicy[], request: Request): boolean {
  const applying = policies.filter(
    ({ metadata, spec }) =>
      metadata.annotations?.['istio.io/dry-run'] !== 'true' &&
      (metadata.namespace === ROOT || metadata.namespace === request.to.namespace) &&
      hasLabels(spec.selector?.matchLabels ?? {}, request.to.labels),
  )
  const ofAction = (action: string) => applying.filter(({ spec }) => (spec.action ?? 'ALLOW') === action)
  const matches = (policy: NaiveIstioPolicy): boolean => (policy.spec.rules ?? []).some((rule) => ruleMatches(policy, rule, request))
  if (request.view !== 'ztunnel' && ofAction('CUSTOM').some(matches) && !request.isLucky) return false
  if (ofAction('DENY').some(matches)) return false
  const allowing = ofAction('ALLOW')
  return allowing.length === 0 || allowing.some(matches)
}

type Clause = { readonly key: string; readonly values: readonly string[]; readonly notValues: readonly string[] }

const HTTP_ONLY = ['hosts', 'methods', 'paths', 'requestPrincipals']
const FOR_ZTUNNEL = [
  ...['principals', 'namespaces', 'serviceAccounts', 'ipBlocks', 'ports'],
  ...['source.ip', 'source.namespace', 'source.principal', 'destination.ip', 'destination.port'],
]

function isVisible(key: string, view: string): boolean {
  if (view === 'http') return true
  if (view === 'tcp') return !HTTP_ONLY.includes(key) && !key.startsWith('request.')
  return FOR_ZTUNNEL.includes(key)
}

function ruleMatches(
  { spec, metadata }: NaiveIstioPolicy,
  { from = [], to = [], when = [] }: NonNullable<NaiveIstioPolicy['spec']['rules']>[number],
  request: Request,
): boolean {
  const isAllow = (spec.action ?? 'ALLOW') === 'ALLOW'
  const sources = from.map(({ source }) => clausesOf(source))
  const operations = to.map(({ operation }) => clausesOf(operation))
  const conditions = when.map(({ key, values = [], notValues = [] }) => [{ key, values, notValues }])
  const isSeen = ({ key }: Clause): boolean => isVisible(key, request.view)
  if (isAllow && ![...sources, ...operations, ...conditions].flat().every(isSeen)) return false
  const group = (clauses: readonly Clause[]): boolean => {
    const seen = clauses.filter(isSeen)
    if (seen.length === 0) return request.view !== 'ztunnel'
    // Good luck for the client is that it is allowed, so that a rule that refuses misses.
    return seen.every((clause) => clauseHolds(clause, request, isAllow === request.isLucky, metadata.namespace))
  }
  return (sources.length === 0 || sources.some(group)) && (operations.length === 0 || operations.some(group)) && conditions.every(group)
}

function clausesOf(lists: Lists): readonly Clause[] {
  const keys = new Set(Object.keys(lists).map((key) => (key.startsWith('not') ? key.charAt(3).toLowerCase() + key.slice(4) : key)))
  return [...keys].map((key) => ({
    key,
    values: lists[key] ?? [],
    notValues: lists[`not${key.charAt(0).toUpperCase()}${key.slice(1)}`] ?? [],
  }))
}

function clauseHolds({ key, values, notValues }: Clause, request: Request, luck: boolean, namespace: string): boolean {
  const isWanted = values.length === 0 || values.some((value) => valueHolds(key, value, request, luck, namespace))
  return isWanted && !notValues.some((value) => valueHolds(key, value, request, !luck, namespace))
}

function valueHolds(key: string, value: string, { ip, identity, to, port, view }: Request, luck: boolean, namespace: string): boolean {
  switch (key) {
    case 'principals':
    case 'source.principal':
      return identity !== null && fits(value, `cluster.local/ns/${identity.namespace}/sa/${identity.serviceAccount}`)
    case 'namespaces':
    case 'source.namespace':
      return identity !== null && fits(value, identity.namespace)
    case 'serviceAccounts':
      return (
        identity !== null && `${identity.namespace}/${identity.serviceAccount}` === (value.includes('/') ? value : `${namespace}/${value}`)
      )
    case 'ipBlocks':
    case 'source.ip':
      return isInBlock(value, ip)
    case 'remoteIpBlocks':
    case 'remote.ip':
      return view === 'http' ? luck : isInBlock(value, ip)
    case 'destination.ip':
      return isInBlock(value, to.ip)
    case 'ports':
    case 'destination.port':
      return Number(value) === port
    case 'hosts':
    case 'methods':
    case 'paths':
      return value === '*' || luck
    default:
      return luck
  }
}

function fits(pattern: string, text: string): boolean {
  const [before = '', after] = pattern.split('*')
  return after === undefined ? text === before : text.startsWith(before) && text.endsWith(after)
}
