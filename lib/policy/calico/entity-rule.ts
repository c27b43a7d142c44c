import { bothSelectors, type CalicoSelector, parseCalicoSelector, rewriteCalicoSelector } from '../../model/calico-selector'
import type { Fields } from '../../model/fields'
import { ADDRESS_FAMILIES, type AddressFamily, type AddressSet, ALL_ADDRESSES, NO_ADDRESSES } from '../address-set'
import { addressesTerm, type Condition, type EndTerm } from '../end-term'
import { allowOnly } from '../policy-fields'
import type { CalicoContext } from './calico-context'
import {
  isSelectorCertain,
  NAMESPACE_LABEL,
  NAMESPACE_PREFIX,
  SERVICE_ACCOUNT_LABEL,
  SERVICE_ACCOUNT_PREFIX,
  type Selectable,
  selectorTerm,
} from './endpoint-labels'
import { readAddresses } from './labelled-addresses'
import { readService, type ServiceMatch } from './service-match'

const ANYTHING: CalicoSelector = { kind: 'all' }
const IS_NAMESPACED: CalicoSelector = { kind: 'has', key: NAMESPACE_LABEL }

/** What `source` or `destination` of a rule asks of that end, ports aside. */
export type EntityMatch = {
  /** What the fields beside the positive selector ask. */
  readonly others: Condition
  /** All positive selector fields as one; null when the entity has none. */
  readonly selector: CalicoSelector | null
  readonly service: ServiceMatch | null
  /** False when it depends on an object that could not be read; then the other fields say nothing. */
  readonly isCertain: boolean
}

const FIELDS = ['nets', 'notNets', 'selector', 'notSelector', 'namespaceSelector', 'serviceAccounts', 'services', 'ports', 'notPorts']

/** Reads one EntityRule without its ports. `namespace` is the policy's, null for a global one. */
export function readEntity(entity: Fields, namespace: string | null, context: CalicoContext): EntityMatch {
  allowOnly(entity, FIELDS)
  const selector = positiveSelector(entity, namespace)
  const negative = readCalicoSelector(entity, 'notSelector')
  const others: EndTerm[] = [...readNets(entity), ...readNotNets(entity)]
  if (negative !== null) others.push(selectorTerm(negative, true, context))
  if (entity.has('services')) {
    const excluded = ['selector', 'notSelector', 'namespaceSelector', 'serviceAccounts', 'nets', 'notNets'].find((key) => entity.has(key))
    if (excluded !== undefined) entity.problem('services', `excludes ${excluded}`)
  }
  const service = entity.has('services') ? readService(entity.object('services'), namespace, context) : null
  const isCertain = [selector, negative].every((one) => one === null || isSelectorCertain(one, context))
  return { others, selector, service, isCertain }
}

/** The whole entity as one condition. */
export function entityCondition({ others, selector }: EntityMatch, context: Selectable): Condition {
  return selector === null ? others : [...others, selectorTerm(selector, false, context)]
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
  const isLimited = isPositive || (namespace !== null && entity.has('notSelector') && entity.get('notSelector') !== '')
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
  if (selector === null) return null
  return rewriteCalicoSelector(selector, {
    key: (label) => `${NAMESPACE_PREFIX}${label}`,
    all: IS_NAMESPACED,
    global: { kind: 'not', operand: IS_NAMESPACED },
  })
}

/** The same language over the labels of the service account. */
export function readServiceAccountSelector(fields: Fields, key: string): CalicoSelector | null {
  const selector = readCalicoSelector(fields, key)
  if (selector === null) return null
  return rewriteCalicoSelector(selector, { key: (label) => `${SERVICE_ACCOUNT_PREFIX}${label}`, all: ANYTHING, global: ANYTHING })
}

/** null also for a match without names and selector, which asks nothing. */
function readServiceAccounts(entity: Fields): CalicoSelector | null {
  if (!entity.has('serviceAccounts')) return null
  const accounts = entity.object('serviceAccounts')
  allowOnly(accounts, ['names', 'selector'])
  const names = accounts.strings('names')
  const byName: CalicoSelector | null = names.length === 0 ? null : { kind: 'in', key: SERVICE_ACCOUNT_LABEL, values: new Set(names) }
  const bySelector = readServiceAccountSelector(accounts, 'selector')
  if (byName === null || bySelector === null) return byName ?? bySelector
  return bothSelectors(byName, bySelector)
}

function readNets(entity: Fields): Condition {
  const nets = readAddresses(entity, 'nets')
  const texts = entity.strings('nets')
  return texts.length === 0 ? [] : [addressesTerm(nets ?? NO_ADDRESSES, true, `nets ${texts.join(', ')}`)]
}

/** A family without a CIDR of its own in the list has no such rule. Source: felix/rules, the filter by IP version. */
function readNotNets(entity: Fields): Condition {
  const nets = readAddresses(entity, 'notNets')
  const texts = entity.strings('notNets')
  if (texts.length === 0) return []
  const text = `notNets ${texts.join(', ')}`
  const families = ADDRESS_FAMILIES.filter((family) => nets !== null && nets[family].length > 0)
  const [only] = families
  return [outsideOf(nets ?? NO_ADDRESSES, text), ...(families.length === 1 && only !== undefined ? [familyTerm(only, text)] : [])]
}

/** Connections of one address family. Pods whose address is not known count as IPv4. */
export function familyTerm(family: AddressFamily, text: string): EndTerm {
  const ipv6: AddressSet = { 4: [], 6: ALL_ADDRESSES[6] }
  return family === 4 ? outsideOf(ipv6, text) : addressesTerm(ipv6, true, text)
}

/** Everything without one of the addresses. */
export function outsideOf(addresses: AddressSet, text: string): EndTerm {
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
