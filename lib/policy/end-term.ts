import type { Labels } from '../model/labels'
import { matchesSelector, type Selector } from '../model/selector'
import { type AddressSet, addressSetKey } from './address-set'

/**
 * One condition on one end of a connection. Policies of every family are made of these; equal conditions have
 * equal keys, so that each is decided once per class of pods.
 */
export type EndTerm =
  /** Pods with an address of their own, by namespace and labels. Never host-network pods, nodes or outside addresses. */
  | {
      readonly kind: 'pods'
      readonly key: string
      /** Only pods of this namespace; null leaves the namespace to `namespaceSelector`. */
      readonly inNamespace: string | null
      readonly namespaceSelector: Selector | null
      readonly podSelector: Selector | null
    }
  /** Outside addresses; with `matchesPods` and `matchesNodes` also pods and machines that have one of them. */
  | {
      readonly kind: 'addresses'
      readonly key: string
      readonly addresses: AddressSet
      readonly matchesPods: boolean
      readonly matchesNodes: boolean
      readonly text: string
    }
  /** What Cilium knows by name instead of by labels or address. */
  | { readonly kind: 'entities'; readonly key: string; readonly entities: ReadonlySet<string> }
  /** Pods by an expression over all that is known of them, and addresses that the same expression names. */
  | {
      readonly kind: 'expression'
      readonly key: string
      readonly matches: (pod: PodFacts) => boolean
      readonly looksAt: {
        readonly labels: readonly string[]
        readonly namespaceLabels: readonly string[]
        readonly serviceAccount: boolean
        readonly serviceAccountLabels: readonly string[]
      }
      /** Addresses that it also holds for, pods with such an address included; null for none. */
      readonly addresses: AddressSet | null
      readonly isNegated: boolean
      readonly text: string
    }
  /** Machines of the cluster, by their labels. */
  | { readonly kind: 'nodes'; readonly key: string; readonly selector: Selector }
  /** Outside addresses that a name resolves to when the traffic flows. */
  | { readonly kind: 'domains'; readonly key: string; readonly names: readonly string[]; readonly matches: (domain: string) => boolean }

/** A conjunction: every term must hold. Without terms it holds for everybody. */
export type Condition = readonly EndTerm[]

/** What label conditions see of a pod. */
export type PodFacts = {
  readonly namespace: string
  readonly namespaceLabels: Labels
  readonly labels: Labels
  readonly serviceAccount: string
  readonly serviceAccountLabels: Labels
}

export function podsTerm(inNamespace: string | null, namespaceSelector: Selector | null, podSelector: Selector | null): EndTerm {
  const key = JSON.stringify(['pods', inNamespace, selectorKey(namespaceSelector), selectorKey(podSelector)])
  return { kind: 'pods', key, inNamespace, namespaceSelector, podSelector }
}

/** `text` is how a sentence names it, for example `ipBlock 10.0.0.0/8`. */
export function addressesTerm(addresses: AddressSet, matchesPods: boolean, text: string, matchesNodes = true): EndTerm {
  const key = JSON.stringify(['addresses', matchesPods, matchesNodes, addressSetKey(addresses)])
  return { kind: 'addresses', key, addresses, matchesPods, matchesNodes, text }
}

export function entitiesTerm(entities: readonly string[]): EndTerm {
  return { kind: 'entities', key: JSON.stringify(['entities', ...entities]), entities: new Set(entities) }
}

export function nodesTerm(selector: Selector): EndTerm {
  return { kind: 'nodes', key: JSON.stringify(['nodes', selectorKey(selector)]), selector }
}

export function domainsTerm(names: readonly string[], matches: (domain: string) => boolean): EndTerm {
  return { kind: 'domains', key: JSON.stringify(['domains', ...names]), names, matches }
}

/** What the term says of a pod by what it is, before addresses and negation are looked at. */
export function holdsForPod(term: EndTerm, pod: PodFacts): boolean {
  if (term.kind === 'expression') return term.matches(pod)
  if (term.kind === 'entities') return PODS.some((entity) => term.entities.has(entity))
  if (term.kind !== 'pods') return false
  if (term.inNamespace !== null && term.inNamespace !== pod.namespace) return false
  if (term.namespaceSelector !== null && !matchesSelector(term.namespaceSelector, pod.namespaceLabels)) return false
  return term.podSelector === null || matchesSelector(term.podSelector, pod.labels)
}

/** The entities that every pod belongs to. */
const PODS = ['all', 'cluster', 'cluster-mesh'] as const

function selectorKey(selector: Selector | null): unknown {
  if (selector === null) return null
  const labels = [...selector.matchLabels].sort(([a], [b]) => (a < b ? -1 : 1))
  const expressions = selector.matchExpressions.map((expression) =>
    'values' in expression
      ? [expression.key, expression.operator, [...expression.values].sort()]
      : [expression.key, expression.operator, []],
  )
  return [labels, expressions]
}
