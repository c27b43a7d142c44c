import type { Labels } from '../../model/labels'
import { matchesSelector, type Selector } from '../../model/selector'
import { type AddressSet, isEmptyAddressSet } from '../address-set'
import { addressesTerm, type Condition, type EndTerm, entitiesTerm, type PodFacts } from '../end-term'

export const POD_NAMESPACE = 'io.kubernetes.pod.namespace'
const NAMESPACE_LABELS = 'io.cilium.k8s.namespace.labels.'
const SERVICE_ACCOUNT = 'io.cilium.k8s.policy.serviceaccount'
const CLUSTER = 'io.cilium.k8s.policy.cluster'
const RESERVED = 'reserved:'

/** Where a selector stands: in a namespaced policy it is limited to the own namespace unless it speaks of namespaces itself. */
export type SelectorScope = {
  readonly namespace: string | null
  readonly cluster: string
  /** Where the API server is; empty when that is not known. */
  readonly apiServer: AddressSet
}

/**
 * The ends that a selector of `fromEndpoints` or `toEndpoints` means: pods by the labels that make up their identity and,
 * when it speaks of reserved labels, also what Cilium knows by such a label alone.
 */
export function selectorPeers(selector: Selector, scope: SelectorScope): readonly Condition[] {
  const pods: Condition = [selectorTerm(selector, scope)]
  if (!keysOf(selector).some((key) => key.startsWith(RESERVED))) return [pods]
  const entities = RESERVED_IDENTITIES.filter(([, labels]) => matchesSelector(selector, labels)).map(([entity]) => entity)
  // What is neither of the two families' addresses alone is still the world.
  const world = entities.includes('world-ipv4') && entities.includes('world-ipv6') ? ['world'] : []
  return [pods, ...entityPeers([...entities, ...world], scope)]
}

/** The ends that entities mean. The API server is also known by its addresses, outside the cluster or on a machine. */
export function entityPeers(entities: readonly string[], { apiServer }: Pick<SelectorScope, 'apiServer'>): readonly Condition[] {
  if (entities.length === 0) return []
  const named: Condition = [entitiesTerm(entities)]
  const holdsApiServer = entities.some((entity) => API_SERVER_ENTITIES.has(entity)) && !isEmptyAddressSet(apiServer)
  return holdsApiServer ? [named, [addressesTerm(apiServer, false, 'the API server', true)]] : [named]
}

const API_SERVER_ENTITIES: ReadonlySet<string> = new Set(['kube-apiserver', 'cluster', 'cluster-mesh'])

/** What has only reserved labels, and which. An API server outside the cluster is part of the world too. */
const RESERVED_IDENTITIES: readonly (readonly [entity: string, labels: Labels])[] = [
  ['host', ['host']],
  ['remote-node', ['remote-node']],
  ['kube-apiserver', ['kube-apiserver', 'world', 'world-ipv4']],
  ['world-ipv4', ['world', 'world-ipv4']],
  ['world-ipv6', ['world', 'world-ipv6']],
].map(([entity, names]) => [entity as string, new Map((names as readonly string[]).map((name) => [`${RESERVED}${name}`, '']))])

/** A selector over the labels that make up a pod's identity. Pods have no reserved labels. */
export function selectorTerm(selector: Selector, { namespace, cluster }: Pick<SelectorScope, 'namespace' | 'cluster'>): EndTerm {
  const keys = keysOf(selector)
  const plain = keys.map(withoutSource)
  const speaksOfOthers = keys.some((key) => key.startsWith(RESERVED))
  const speaksOfNamespaces = plain.some((key) => key === POD_NAMESPACE || key.startsWith(NAMESPACE_LABELS))
  const home = speaksOfNamespaces || speaksOfOthers ? null : namespace
  return {
    kind: 'expression',
    key: JSON.stringify(['cilium', home, cluster, [...selector.matchLabels], selector.matchExpressions.map(describeExpression)]),
    matches: (pod) => (home === null || pod.namespace === home) && matches(selector, pod, cluster),
    looksAt: {
      labels: plain,
      namespaceLabels: plain.filter((key) => key.startsWith(NAMESPACE_LABELS)).map((key) => key.slice(NAMESPACE_LABELS.length)),
      serviceAccount: plain.includes(SERVICE_ACCOUNT),
      serviceAccountLabels: [],
    },
    addresses: null,
    isNegated: false,
    text: describe(selector, home),
  }
}

function matches(selector: Selector, pod: PodFacts, cluster: string): boolean {
  for (const [key, value] of selector.matchLabels) if (labelOf(key, pod, cluster) !== value) return false
  return selector.matchExpressions.every((expression) => meets(expression, labelOf(expression.key, pod, cluster)))
}

function meets(expression: Selector['matchExpressions'][number], value: string | undefined): boolean {
  switch (expression.operator) {
    case 'In':
      return value !== undefined && expression.values.has(value)
    case 'NotIn':
      return value === undefined || !expression.values.has(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
  }
}

function labelOf(key: string, pod: PodFacts, cluster: string): string | undefined {
  const plain = withoutSource(key)
  // Labels of other sources than Kubernetes are not on pods.
  if (plain === key && key.includes(':')) return undefined
  if (plain === POD_NAMESPACE) return pod.namespace
  if (plain === SERVICE_ACCOUNT) return pod.serviceAccount
  if (plain === CLUSTER) return cluster
  if (plain.startsWith(NAMESPACE_LABELS)) return pod.namespaceLabels.get(plain.slice(NAMESPACE_LABELS.length))
  return pod.labels.get(plain)
}

/** Keys may say where a label comes from; `k8s:` and `any:` both mean the pod's labels. */
function withoutSource(key: string): string {
  const source = SOURCES.find((candidate) => key.startsWith(candidate))
  return source === undefined ? key : key.slice(source.length)
}

const SOURCES = ['k8s:', 'any:'] as const

function keysOf(selector: Selector): readonly string[] {
  return [...selector.matchLabels.keys(), ...selector.matchExpressions.map((expression) => expression.key)]
}

function describeExpression(expression: Selector['matchExpressions'][number]): unknown {
  return [expression.key, expression.operator, 'values' in expression ? [...expression.values].sort() : []]
}

function describe(selector: Selector, home: string | null): string {
  const parts = [...selector.matchLabels].map(([key, value]) => `${key}=${value}`)
  for (const expression of selector.matchExpressions) {
    parts.push(`${expression.key} ${expression.operator}${'values' in expression ? ` (${[...expression.values].join(', ')})` : ''}`)
  }
  const labels = parts.length === 0 ? 'any pod' : parts.join(', ')
  return home === null ? labels : `${labels} in namespace ${home}`
}
