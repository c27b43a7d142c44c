import { parseAddress } from '../../model/address'
import type { Service } from '../../model/cluster'
import type { Fields } from '../../model/fields'
import { serviceRef } from '../../model/names'
import { labelsSelector, matchesSelector, SELECT_EVERYTHING, type Selector } from '../../model/selector'
import { serviceEndpoints } from '../../model/service-endpoints'
import { type AddressSet, addressSetOf, NO_ADDRESSES, singleAddress, subtractAddresses, uniteAddresses } from '../address-set'
import { EVERYBODY } from '../compiled-policy'
import { matchesDomain } from '../domain-names'
import { addressesTerm, type Condition, domainsTerm, type EndTerm, entitiesTerm, nodesTerm, podsTerm } from '../end-term'
import { allowOnly, readSelector, readSelectors } from '../policy-fields'
import type { Truth } from '../truth'
import type { Direction } from '../types'
import { type CiliumContext, cidrsOfGroups, readNet } from './cilium-context'
import { type SelectorScope, selectorTerm } from './endpoint-selector'
import { matchesFqdnPattern } from './fqdn-pattern'

/** The other end of a rule: one of these conditions, and whether that can be known. */
export type CiliumPeers = { readonly peers: readonly Condition[]; readonly certainty: Truth }

const KINDS = ['Endpoints', 'Entities', 'CIDR', 'CIDRSet', 'FQDNs', 'Services', 'Nodes', 'Groups', 'Requires'] as const

/** The fields that name peers in one direction. */
export function peerFields(direction: Direction): readonly string[] {
  const prefix = direction === 'ingress' ? 'from' : 'to'
  return KINDS.filter((kind) => direction === 'egress' || (kind !== 'FQDNs' && kind !== 'Services')).map((kind) => `${prefix}${kind}`)
}

/** Reads the peers of a rule; null when it names none, so that ports alone decide. */
export function readPeers(rule: Fields, direction: Direction, scope: SelectorScope, context: CiliumContext): CiliumPeers | null {
  const given = peerFields(direction).filter((field) => rule.has(field))
  const [field, second] = given
  if (field === undefined) return null
  if (second !== undefined) rule.problem(second, `a rule has peers of one kind, and ${field} is there already`)
  const kind = field.replace(/^(from|to)/, '')
  switch (kind) {
    case 'Endpoints':
      return readEndpoints(rule, field, scope)
    case 'Entities':
      return readEntities(rule, field)
    case 'CIDR':
      return sure([readCidrs(rule, field, context)])
    case 'CIDRSet':
      return sure(rule.list(field).map((item) => readCidrSet(item, context)))
    case 'FQDNs':
      return sure(rule.list(field).map(readFqdn))
    case 'Services':
      return sure(rule.list(field).flatMap((item) => readService(item, context)))
    case 'Nodes':
      return readNodes(rule, field)
    case 'Groups':
      return { peers: EVERYBODY, certainty: 'cloud-group' }
    default:
      rule.warning(field, 'requirements of old versions are not evaluated')
      return { peers: EVERYBODY, certainty: 'unsupported-policy' }
  }
}

function sure(peers: readonly Condition[]): CiliumPeers {
  return { peers, certainty: 'yes' }
}

/** An empty list matches nobody. Selectors by a reserved label mean the entity of that name. */
function readEndpoints(rule: Fields, field: string, scope: SelectorScope): CiliumPeers {
  const peers: Condition[] = []
  let certainty: Truth = 'yes'
  for (const selector of readSelectors(rule, field)) {
    const term = selectorTerm(selector, scope)
    const entity = reservedEntity(selector)
    if (term !== null) peers.push([term])
    else if (entity !== null) peers.push([entitiesTerm([entity])])
    else {
      peers.push([])
      certainty = 'unsupported-policy'
    }
  }
  return { peers, certainty }
}

/** The entity of a selector that asks for exactly one reserved label; null for anything else. */
function reservedEntity({ matchLabels, matchExpressions }: Selector): string | null {
  const [only] = matchLabels.keys()
  if (matchLabels.size !== 1 || matchExpressions.length > 0 || only === undefined) return null
  return only.startsWith('reserved:') ? only.slice('reserved:'.length) : null
}

const ENTITIES: ReadonlySet<string> = new Set([
  ...['all', 'world', 'world-ipv4', 'world-ipv6', 'cluster', 'cluster-mesh', 'host', 'remote-node', 'kube-apiserver'],
  ...['ingress', 'init', 'health', 'unmanaged', 'none'],
])

function readEntities(rule: Fields, field: string): CiliumPeers {
  const entities = rule.strings(field)
  for (const entity of entities) if (!ENTITIES.has(entity)) rule.problem(field, `"${entity}" is no entity`)
  return sure(entities.length === 0 ? [] : [[entitiesTerm(entities)]])
}

function readCidrs(rule: Fields, field: string, context: CiliumContext): Condition {
  const texts = rule.strings(field)
  return [cidrTerm(addressSetOf(texts.flatMap((text) => readNet(rule, field, text))), `${field} ${texts.join(', ')}`, context)]
}

function readCidrSet(item: Fields, context: CiliumContext): Condition {
  allowOnly(item, ['cidr', 'except', 'cidrGroupRef', 'cidrGroupSelector'])
  const text = item.string('cidr')
  const cidrs = text === null ? cidrsOfGroups(item, context) : readNet(item, 'cidr', text)
  const holes = item.strings('except').flatMap((hole) => readNet(item, 'except', hole))
  return [cidrTerm(subtractAddresses(addressSetOf(cidrs), addressSetOf(holes)), `CIDR ${text ?? 'group'}`, context)]
}

/** CIDRs mean what is outside the cluster, unless the match mode widens them. */
function cidrTerm(addresses: AddressSet, text: string, { assumptions }: CiliumContext): EndTerm {
  const mode = assumptions.policyCIDRMatchMode.split(',')
  return addressesTerm(addresses, mode.includes('pods'), text, mode.includes('nodes'))
}

function readFqdn(item: Fields): Condition {
  allowOnly(item, ['matchName', 'matchPattern'])
  const name = item.string('matchName')
  const pattern = item.string('matchPattern')
  if (name === null && pattern === null) item.problem('matchName', 'matchName or matchPattern is required')
  const texts = [...(name === null ? [] : [name]), ...(pattern === null ? [] : [pattern])]
  return [
    domainsTerm(
      texts,
      (domain) => matchesDomain(name === null ? [] : [name], domain) || (pattern !== null && matchesFqdnPattern(pattern, domain)),
    ),
  ]
}

/** The pods behind a Service; the addresses behind one without a selector. */
function readService(item: Fields, context: CiliumContext): readonly Condition[] {
  allowOnly(item, ['k8sService', 'k8sServiceSelector'])
  return servicesOf(item, context).flatMap((service): readonly Condition[] => {
    if (service.selector !== null && service.selector.size > 0)
      return [[podsTerm(service.namespace, null, labelsSelector(service.selector))]]
    const addresses = serviceEndpoints(context.cluster, service)
      .flatMap((endpoint) => endpoint.addresses.flatMap((text) => parseAddress(text) ?? []))
      .reduce((all, address) => uniteAddresses(all, singleAddress(address)), NO_ADDRESSES)
    return [[addressesTerm(addresses, false, `an endpoint of service ${service.namespace}/${service.name}`, false)]]
  })
}

function servicesOf(item: Fields, { cluster }: CiliumContext): readonly Service[] {
  if (item.has('k8sServiceSelector')) {
    const holder = item.object('k8sServiceSelector')
    const selector = readSelector(holder, 'selector') ?? SELECT_EVERYTHING
    const namespace = holder.string('namespace')
    return [...cluster.services.values()].filter(
      (service) => (namespace === null || service.namespace === namespace) && matchesSelector(selector, service.meta.labels),
    )
  }
  const named = item.object('k8sService')
  const name = named.string('serviceName')
  if (name === null) item.problem('k8sService', 'a service name is required')
  const service = name === null ? undefined : cluster.services.get(serviceRef(named.string('namespace') ?? 'default', name))
  return service === undefined ? [] : [service]
}

function readNodes(rule: Fields, field: string): CiliumPeers {
  return sure(readSelectors(rule, field).map((selector) => [nodesTerm(selector)]))
}
