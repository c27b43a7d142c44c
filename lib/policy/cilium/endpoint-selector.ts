import type { Selector } from '../../model/selector'
import type { EndTerm, PodFacts } from '../end-term'

const NAMESPACE = 'io.kubernetes.pod.namespace'
const NAMESPACE_LABELS = 'io.cilium.k8s.namespace.labels.'
const SERVICE_ACCOUNT = 'io.cilium.k8s.policy.serviceaccount'
const CLUSTER = 'io.cilium.k8s.policy.cluster'

/** Where a selector stands: in a namespaced policy it is limited to the own namespace unless it speaks of namespaces itself. */
export type SelectorScope = { readonly namespace: string | null; readonly cluster: string }

/** A selector over the labels that make up a pod's identity; null when it asks for reserved labels, which pods do not have. */
export function selectorTerm(selector: Selector, { namespace, cluster }: SelectorScope): EndTerm | null {
  const keys = keysOf(selector)
  if (keys.some((key) => key.startsWith('reserved:'))) return null
  const plain = keys.map(withoutSource)
  const speaksOfNamespaces = plain.some((key) => key === NAMESPACE || key.startsWith(NAMESPACE_LABELS))
  const home = speaksOfNamespaces ? null : namespace
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
  if (plain === NAMESPACE) return pod.namespace
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
