import { parseAddress } from '../../model/address'
import type { Fields } from '../../model/fields'
import { serviceRef } from '../../model/names'
import { type ServiceEndpoint, serviceEndpoints } from '../../model/service-endpoints'
import { type AddressSet, addressSetOf, NO_ADDRESSES, singleAddress, uniteAddresses } from '../address-set'
import type { ConnectionSetId } from '../connection-sets'
import { addressesTerm, type Condition, type EndTerm } from '../end-term'
import { allowOnly } from '../policy-fields'
import { type CalicoContext, parseNet } from './calico-context'
import { NAME_LABEL, NAMESPACE_LABEL, NAMESPACE_PREFIX, SERVICE_ACCOUNT_PREFIX, selectorTerm } from './endpoint-labels'
import { bothSelectors, type CalicoSelector, parseCalicoSelector, rewriteCalicoSelector } from './selector'

const ANYTHING: CalicoSelector = { kind: 'all' }

/** What `source` or `destination` of a rule asks of that end, and the ports of the services it names. */
export type EntityMatch = { readonly condition: Condition; readonly servicePorts: ConnectionSetId | null }

/** Reads one EntityRule without its ports. `namespace` is the policy's, null for a global one. */
export function readEntity(entity: Fields, namespace: string | null, context: CalicoContext): EntityMatch {
  allowOnly(entity, ['nets', 'notNets', 'selector', 'notSelector', 'namespaceSelector', 'serviceAccounts', 'services', 'ports', 'notPorts'])
  const terms: EndTerm[] = []
  const positive = positiveSelector(entity, namespace)
  if (positive !== null) terms.push(selectorTerm(positive, false, context.networkSets))
  const negative = readCalicoSelector(entity, 'notSelector')
  if (negative !== null) terms.push(selectorTerm(negative, true, context.networkSets))
  const nets = readNets(entity, 'nets')
  if (nets !== null) terms.push(addressesTerm(nets, true, `nets ${entity.strings('nets').join(', ')}`))
  const notNets = readNets(entity, 'notNets')
  if (notNets !== null) terms.push(outsideOf(notNets, `notNets ${entity.strings('notNets').join(', ')}`))
  if (!entity.has('services')) return { condition: terms, servicePorts: null }
  const service = readService(entity, namespace, context)
  return { condition: [...terms, service.term], servicePorts: service.ports }
}

/**
 * All positive parts as one selector. In a namespaced policy without `namespaceSelector`, any selector is limited to the
 * policy's own namespace; without any selector the end is not limited at all.
 */
function positiveSelector(entity: Fields, namespace: string | null): CalicoSelector | null {
  const selector = readCalicoSelector(entity, 'selector')
  const namespaces = readNamespaceSelector(entity, 'namespaceSelector')
  const accounts = readServiceAccounts(entity)
  const isPositive = selector !== null || accounts !== null || namespaces !== null
  const isLimited = isPositive || (namespace !== null && entity.has('notSelector'))
  if (!isLimited) return null
  const own: CalicoSelector = namespace === null ? ANYTHING : { kind: 'equals', key: NAMESPACE_LABEL, value: namespace }
  // Only a text is an expression of its own: `all()` in a global policy means every endpoint that Calico knows.
  return bothSelectors(namespaces ?? own, bothSelectors(accounts ?? ANYTHING, selector ?? ANYTHING))
}

/** Parses a selector field; null when it is absent, or cannot be read and is reported. */
export function readCalicoSelector(fields: Fields, key: string): CalicoSelector | null {
  const text = fields.string(key)
  if (text === null || text === '') return null
  const selector = parseCalicoSelector(text)
  if (selector.ok) return selector.value
  fields.problem(key, `column ${selector.error.offset + 1}: ${selector.error.message}`)
  return null
}

/** The same language over the labels of the namespace. `all()` is every namespaced endpoint, `global()` every other. */
export function readNamespaceSelector(fields: Fields, key: string): CalicoSelector | null {
  const selector = readCalicoSelector(fields, key)
  const isNamespaced: CalicoSelector = { kind: 'has', key: NAMESPACE_LABEL }
  if (selector === null) return null
  return rewriteCalicoSelector(selector, {
    key: (label) => `${NAMESPACE_PREFIX}${label}`,
    all: isNamespaced,
    global: { kind: 'not', operand: isNamespaced },
  })
}

/** The same language over the labels of the service account. */
export function readServiceAccountSelector(fields: Fields, key: string): CalicoSelector | null {
  const selector = readCalicoSelector(fields, key)
  if (selector === null) return null
  return rewriteCalicoSelector(selector, { key: (label) => `${SERVICE_ACCOUNT_PREFIX}${label}`, all: ANYTHING, global: ANYTHING })
}

function readServiceAccounts(entity: Fields): CalicoSelector | null {
  if (!entity.has('serviceAccounts')) return null
  const accounts = entity.object('serviceAccounts')
  allowOnly(accounts, ['names', 'selector'])
  const names = accounts.strings('names')
  const byName: CalicoSelector =
    names.length === 0 ? ANYTHING : { kind: 'in', key: `${SERVICE_ACCOUNT_PREFIX}${NAME_LABEL}`, values: new Set(names) }
  return bothSelectors(byName, readServiceAccountSelector(accounts, 'selector') ?? ANYTHING)
}

function readNets(entity: Fields, key: string): AddressSet | null {
  const texts = entity.strings(key)
  if (texts.length === 0) return null
  return addressSetOf(
    texts.flatMap((text) => {
      const net = parseNet(text)
      if (net === null) entity.problem(key, `"${text}" is no address and no CIDR`)
      return net ?? []
    }),
  )
}

function outsideOf(addresses: AddressSet, text: string): EndTerm {
  const inside = addressesTerm(addresses, true, text)
  return {
    kind: 'expression',
    key: JSON.stringify(['calico-not', inside.key]),
    matches: () => false,
    looksAt: { labels: [], namespaceLabels: [], serviceAccount: false, serviceAccountLabels: [] },
    addresses,
    isNegated: true,
    text,
  }
}

/** The endpoints of a Service by address, and by their pods where addresses are not known; with the ports they listen on. */
function readService(entity: Fields, namespace: string | null, context: CalicoContext): { term: EndTerm; ports: ConnectionSetId } {
  const { cluster, sets } = context
  const fields = entity.object('services')
  allowOnly(fields, ['name', 'namespace'])
  const home = fields.string('namespace') ?? namespace
  const name = fields.string('name')
  if (home === null) fields.problem('namespace', 'a global policy must name the namespace of a service')
  if (name === null) fields.problem('name', 'a service name is required')
  const service = home === null || name === null ? undefined : cluster.services.get(serviceRef(home, name))
  const endpoints: readonly ServiceEndpoint[] = service === undefined ? [] : serviceEndpoints(cluster, service)
  let ports = sets.none
  let addresses = NO_ADDRESSES
  for (const endpoint of endpoints) {
    for (const { servicePort, port } of endpoint.ports) {
      if (port !== null) ports = sets.union(ports, sets.range(servicePort.protocol, port, port))
    }
    for (const text of endpoint.addresses) {
      const address = parseAddress(text)
      if (address !== null) addresses = uniteAddresses(addresses, singleAddress(address))
    }
  }
  const selector = service?.selector ?? null
  const bySelector = endpoints.some((endpoint) => endpoint.addresses.length === 0) && selector !== null && selector.size > 0
  const term: EndTerm = {
    kind: 'expression',
    key: JSON.stringify(['calico-service', home, name]),
    matches: (pod) => bySelector && pod.namespace === home && [...selector].every(([key, value]) => pod.labels.get(key) === value),
    looksAt: {
      labels: selector === null ? [] : [...selector.keys()],
      namespaceLabels: [],
      serviceAccount: false,
      serviceAccountLabels: [],
    },
    addresses,
    isNegated: false,
    text: `an endpoint of service ${home ?? ''}/${name ?? ''}`,
  }
  return { term, ports }
}
