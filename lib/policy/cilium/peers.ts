import { type Cidr, formatCidr } from '../../model/address'
import type { Service } from '../../model/cluster'
import type { Fields } from '../../model/fields'
import { labelsSelector, matchesSelector, SELECT_EVERYTHING } from '../../model/selector'
import { serviceEndpoints } from '../../model/service-endpoints'
import { type AddressSet, addressSetOf, addressSetOfTexts, subtractAddresses } from '../address-set'
import { EVERYBODY } from '../compiled-policy'
import { matchesDomain } from '../domain-names'
import { addressesTerm, type Condition, domainsTerm, type EndTerm, nodesTerm, podsTerm } from '../end-term'
import { allowOnly, readSelector, readSelectors } from '../policy-fields'
import type { Truth } from '../truth'
import type { Direction } from '../types'
import { type CiliumContext, cidrsOfGroups, readNet } from './cilium-context'
import { entityPeers, type SelectorScope, selectorPeers } from './endpoint-selector'
import { matchesFqdnPattern } from './fqdn-pattern'

/** The other end of a rule: one of these conditions, whether that can be known, and what a person must know besides. */
export type CiliumPeers = {
  readonly peers: readonly Condition[]
  readonly certainty: Truth
  /** The rule also means pods of the subject's own namespace, whichever that is. */
  readonly ownNamespace: boolean
  /** What must also be so, in words; null when nothing. */
  readonly restriction: string | null
}

/** Where a rule stands, for what its peers mean. */
export type PeerScope = SelectorScope & { readonly direction: Direction; readonly action: 'allow' | 'deny' }

const KINDS = ['Endpoints', 'Entities', 'CIDR', 'CIDRSet', 'FQDNs', 'Services', 'Nodes', 'Groups', 'Requires'] as const

/** The fields that name peers in one direction. Names of DNS stand in rules that allow only. */
export function peerFields({ direction, action }: Pick<PeerScope, 'direction' | 'action'>): readonly string[] {
  const prefix = direction === 'ingress' ? 'from' : 'to'
  const kinds = KINDS.filter((kind) => direction === 'egress' || (kind !== 'FQDNs' && kind !== 'Services'))
  return kinds.filter((kind) => kind !== 'FQDNs' || action === 'allow').map((kind) => `${prefix}${kind}`)
}

/** Reads the peers of a rule; null when it names none, so that ports alone decide. */
export function readPeers(rule: Fields, scope: PeerScope, context: CiliumContext): CiliumPeers | null {
  const given = peerFields(scope).filter((field) => rule.has(field))
  // An empty list names nobody; beside a list with entries it adds nothing.
  const filled = given.filter((field) => !isEmptyList(rule.get(field)))
  const [field, second] = filled.length === 0 ? given.slice(0, 1) : filled
  if (field === undefined) return null
  if (second !== undefined) rule.problem(second, `a rule has peers of one kind, and ${field} is there already`)
  switch (field.replace(/^(from|to)/, '')) {
    case 'Endpoints':
      return sure(readSelectors(rule, field).flatMap((selector) => selectorPeers(selector, scope)))
    case 'Entities':
      return readEntities(rule, field, scope)
    case 'CIDR':
      return sure([readCidrs(rule, field, context)])
    case 'CIDRSet':
      return sure(rule.list(field).map((item) => readCidrSet(item, context)))
    case 'FQDNs':
      return readFqdns(rule, field)
    case 'Services':
      return sure(rule.list(field).flatMap((item) => readService(item, context)))
    case 'Nodes':
      return readNodes(rule, field, context)
    case 'Groups':
      return { ...sure(EVERYBODY), certainty: 'cloud-group', restriction: 'the address belongs to a group of the cloud provider' }
    default:
      rule.problem(field, 'requirements were removed from Cilium in version 1.19; older ones add them to every rule for the same pods')
      return sure([])
  }
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}

function sure(peers: readonly Condition[]): CiliumPeers {
  return { peers, certainty: 'yes', ownNamespace: false, restriction: null }
}

const ENTITIES: ReadonlySet<string> = new Set([
  ...['all', 'world', 'world-ipv4', 'world-ipv6', 'cluster', 'cluster-mesh', 'host', 'remote-node', 'kube-apiserver'],
  ...['ingress', 'init', 'health', 'unmanaged', 'none', 'namespace'],
])

/** `namespace` means the pods of the subject's own namespace. */
function readEntities(rule: Fields, field: string, scope: PeerScope): CiliumPeers {
  const entities = rule.strings(field)
  entities.forEach((entity, index) => {
    if (!ENTITIES.has(entity)) rule.problemAt([field, index], `"${entity}" is no entity`)
  })
  const named = entities.filter((entity) => entity !== 'namespace')
  const peers = entityPeers(named, scope)
  if (named.length === entities.length) return sure(peers)
  return scope.namespace === null ? { ...sure(peers), ownNamespace: true } : sure([...peers, [podsTerm(scope.namespace, null, null)]])
}

function readCidrs(rule: Fields, field: string, context: CiliumContext): Condition {
  const texts = rule.strings(field)
  const cidrs = texts.flatMap((text, index) => readNet(rule, [field, index], text))
  return [cidrTerm(addressSetOf(cidrs), `${field} ${texts.join(', ')}`, context)]
}

const CIDR_SOURCES = ['cidr', 'cidrGroupRef', 'cidrGroupSelector'] as const

function readCidrSet(item: Fields, context: CiliumContext): Condition {
  allowOnly(item, [...CIDR_SOURCES, 'except'])
  const [source, second] = CIDR_SOURCES.filter((field) => item.has(field))
  if (source === undefined || second !== undefined) {
    item.problem(second ?? 'cidr', `exactly one of ${CIDR_SOURCES.join(', ')} is needed`)
  }
  const text = item.string('cidr')
  const cidrs = text === null ? cidrsOfGroups(item, context) : readNet(item, ['cidr'], text)
  const holes = item.strings('except').flatMap((hole, index) => readHole(item, index, hole, text === null ? null : (cidrs[0] ?? null)))
  const name = text ?? item.string('cidrGroupRef') ?? 'group'
  return [cidrTerm(subtractAddresses(addressSetOf(cidrs), addressSetOf(holes)), `CIDR ${name}`, context)]
}

/** `whole` null: the hole is cut out of every CIDR of a group. */
function readHole(item: Fields, index: number, text: string, whole: Cidr | null): readonly Cidr[] {
  const [hole] = readNet(item, ['except', index], text)
  if (hole === undefined) return []
  if (whole !== null && (hole.family !== whole.family || hole.first < whole.first || hole.last > whole.last)) {
    item.problemAt(['except', index], `${text} does not lie inside ${formatCidr(whole)}`)
  }
  return [hole]
}

/** CIDRs mean what is outside the cluster, unless the match mode widens them. */
function cidrTerm(addresses: AddressSet, text: string, { assumptions }: CiliumContext): EndTerm {
  const mode = assumptions.policyCIDRMatchMode.split(',')
  return addressesTerm(addresses, mode.includes('pods'), text, mode.includes('nodes'))
}

function readFqdns(rule: Fields, field: string): CiliumPeers {
  const items = rule.list(field).map(readFqdn)
  const names = items.flatMap((item) => item.names)
  return { ...sure(items.map((item) => [item.term])), restriction: `the address was resolved from ${names.join(' or ')}` }
}

function readFqdn(item: Fields): { readonly names: readonly string[]; readonly term: EndTerm } {
  allowOnly(item, ['matchName', 'matchPattern'])
  const name = item.string('matchName')
  const pattern = item.string('matchPattern')
  if (name === null && pattern === null) item.problem('matchName', 'matchName or matchPattern is required')
  const names = [...(name === null ? [] : [name]), ...(pattern === null ? [] : [pattern])]
  const matches = (domain: string): boolean =>
    (name !== null && matchesDomain([name], domain)) || (pattern !== null && matchesFqdnPattern(pattern, domain))
  return { names, term: domainsTerm(names, matches) }
}

/** The pods behind a Service; the addresses behind one without a selector. */
function readService(item: Fields, context: CiliumContext): readonly Condition[] {
  allowOnly(item, ['k8sService', 'k8sServiceSelector'])
  return servicesOf(item, context).flatMap((service): readonly Condition[] => {
    if (service.selector !== null && service.selector.size > 0)
      return [[podsTerm(service.namespace, null, labelsSelector(service.selector))]]
    const addresses = addressSetOfTexts(serviceEndpoints(context.cluster, service).flatMap((endpoint) => endpoint.addresses))
    return [[addressesTerm(addresses, false, `an endpoint of service ${service.namespace}/${service.name}`, false)]]
  })
}

function servicesOf(item: Fields, { cluster }: CiliumContext): readonly Service[] {
  const holder = item.object(item.has('k8sServiceSelector') ? 'k8sServiceSelector' : 'k8sService')
  const namespace = holder.string('namespace')
  const inScope = [...cluster.services.values()].filter((service) => namespace === null || service.namespace === namespace)
  if (item.has('k8sServiceSelector')) {
    if (item.has('k8sService')) item.problem('k8sServiceSelector', 'excludes k8sService')
    allowOnly(holder, ['selector', 'namespace'])
    const selector = readSelector(holder, 'selector') ?? SELECT_EVERYTHING
    return inScope.filter((service) => matchesSelector(selector, service.meta.labels))
  }
  allowOnly(holder, ['serviceName', 'namespace'])
  const name = holder.string('serviceName')
  if (name === null) item.problem('k8sService', 'a service name is required')
  return inScope.filter((service) => service.name === name)
}

/** Cilium takes node selectors only when it is told to label nodes; otherwise it refuses the whole policy. */
function readNodes(rule: Fields, field: string, { assumptions }: CiliumContext): CiliumPeers {
  const selectors = readSelectors(rule, field)
  if (assumptions.nodeSelectorLabels) rule.warning(field, 'counts only where Cilium runs with enable-node-selector-labels')
  else rule.problem(field, 'Cilium refuses the policy without enable-node-selector-labels')
  return sure(selectors.map((selector) => [nodesTerm(selector)]))
}
