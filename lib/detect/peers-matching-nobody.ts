import type { FieldPath } from '../model/field-locator'
import { isRecord } from '../model/fields'
import { matchesSelector, type Selector } from '../model/selector'
import type { CompiledRule } from '../policy/compiled-policy'
import { type Condition, type EndTerm, holdsForPod } from '../policy/end-term'
import { fieldAt } from './field-at'
import type { Finding } from './finding'
import { aboutPolicy, type FindingWords, makeFinding } from './make-finding'
import { nearestLabels, readableSelector } from './nearest-labels'
import { operatedPods } from './operated-pods'
import type { PolicyView, ViewedPolicy } from './policy-view'
import { peerPath } from './rule-paths'

/** NP-02: a peer of a rule names pods or machines, and there are none of that kind. */
export function findPeersMatchingNobody(view: PolicyView): readonly Finding[] {
  const found: Finding[] = []
  for (const viewed of view.understood) {
    const seen = new Set<string>()
    for (const rule of [...viewed.policy.ingress.rules, ...viewed.policy.egress.rules]) {
      rule.peers.forEach((peer, index) => {
        if (peer.length === 0 || mayBeOutside(peer) || view.matching(peer).length > 0 || matchesNodes(peer, view)) return
        const field = peerPath(viewed, rule, index)
        // Cilium compiles one rule of the document to several.
        const key = JSON.stringify(field)
        if (seen.has(key)) return
        seen.add(key)
        const words = describeMiss(viewed, rule, peer, field, view)
        found.push(makeFinding('NP-02', aboutPolicy(viewed.policy.raw), { field, ...words }))
      })
    }
  }
  return found
}

/** Whether something outside the cluster's pods and machines may be meant: addresses, names, entities. */
export function mayBeOutside(condition: Condition): boolean {
  return condition.every((term) => {
    if (term.kind === 'expression') return term.isNegated || term.addresses !== null
    return term.kind !== 'pods' && term.kind !== 'nodes'
  })
}

function matchesNodes(condition: Condition, { cluster }: PolicyView): boolean {
  const selectors = condition.flatMap((term) => (term.kind === 'nodes' ? [term.selector] : []))
  if (selectors.length === 0) return false
  // Manifests of applications hold no machines.
  return (
    cluster.nodes.size === 0 ||
    [...cluster.nodes.values()].some(({ meta }) => selectors.every((selector) => matchesSelector(selector, meta.labels)))
  )
}

type Miss = Pick<FindingWords, 'message' | 'evidence' | 'severity' | 'why' | 'fix'>

function describeMiss(viewed: ViewedPolicy, rule: CompiledRule, peer: Condition, field: FieldPath, view: PolicyView): Miss {
  const written = fieldAt(viewed.policy.raw.body, field)
  const scope = scopeOf(viewed, peer, written, view)
  const verb = rule.action === 'allow' ? 'lets through' : 'matches'
  if (!view.isWholeCluster) {
    const operated = operatedPods(view.cluster).find((pods) =>
      peer.every((term) =>
        holdsForPod(term, { ...NOBODY, ...pods, namespaceLabels: view.cluster.namespaces.get(pods.namespace)?.labels ?? new Map() }),
      ),
    )
    if (operated !== undefined) {
      return {
        severity: 'info',
        message: `No pod of the input matches; those of ${operated.title} are made by its operator.`,
        why: 'The input shows the resource and not its pods, so what the rule does for them is not computed.',
        fix: 'Judge the running cluster, where the pods exist.',
        evidence: [operated.title],
      }
    }
  }
  switch (scope.kind) {
    case 'no-namespace':
      return {
        ...(view.isWholeCluster ? {} : MAY_BE_ELSEWHERE),
        message: `No namespace has the labels that this peer asks for, so it ${verb} nobody.`,
        evidence: [scope.nearest ?? []].flat(),
      }
    case 'elsewhere':
      return {
        ...(view.isWholeCluster ? {} : MAY_BE_ELSEWHERE),
        message: `No pod ${view.isWholeCluster ? '' : 'of the input '}matches this peer, so it ${verb} nobody.`,
        evidence: [scope.nearest ?? []].flat(),
      }
    case 'known':
      return { message: `No pod in ${scope.where} matches this peer, so it ${verb} nobody.`, evidence: [scope.nearest ?? []].flat() }
    case 'empty':
      return {
        severity: 'info',
        message: `No pod matches this peer: ${scope.where} has none.`,
        why: 'It counts as soon as there are pods.',
        evidence: [],
      }
  }
}

const NOBODY = { serviceAccount: '', serviceAccountLabels: new Map<string, string>() }

const MAY_BE_ELSEWHERE = {
  severity: 'info',
  why: 'The input may not show everything that runs; if it does, the rule lets nobody through at this place.',
} as const

/** Where the peer looks for pods, and what comes nearest there. */
type Scope =
  /** A namespace selector that no known namespace meets. */
  | { readonly kind: 'no-namespace'; readonly nearest: string | null }
  /** Namespaces that the input need not show. */
  | { readonly kind: 'elsewhere'; readonly nearest: string | null }
  | { readonly kind: 'known'; readonly where: string; readonly nearest: string | null }
  /** Namespaces without any pod. */
  | { readonly kind: 'empty'; readonly where: string }

function scopeOf(viewed: ViewedPolicy, peer: Condition, written: unknown, view: PolicyView): Scope {
  const term = peer.find((candidate) => candidate.kind === 'pods')
  const own = viewed.policy.namespace
  if (term === undefined) {
    const isOwn = own !== null && !looksAtNamespaces(peer)
    return isOwn ? inNamespace(own, readableSelector(selectorText(written)), view) : { kind: 'elsewhere', nearest: null }
  }
  if (term.inNamespace !== null) return inNamespace(term.inNamespace, term.podSelector, view)
  return inNamespaces(term, view)
}

function inNamespace(namespace: string, selector: Selector | null, view: PolicyView): Scope {
  const candidates = view.candidatesIn(namespace)
  const where = `namespace ${namespace}`
  if (candidates.length === 0) return { kind: 'empty', where }
  return { kind: 'known', where, nearest: nearestLabels(selector, candidates) }
}

function inNamespaces({ namespaceSelector, podSelector }: Extract<EndTerm, { kind: 'pods' }>, view: PolicyView): Scope {
  const namespaces = [...view.cluster.namespaces.values()]
  const matching = namespaces.filter(({ labels }) => namespaceSelector === null || matchesSelector(namespaceSelector, labels))
  if (matching.length === 0) {
    const candidates = namespaces.map(({ name, labels }) => ({ title: `namespace ${name}`, labels }))
    return { kind: 'no-namespace', nearest: nearestLabels(namespaceSelector, candidates) }
  }
  const candidates = matching.flatMap(({ name }) => view.candidatesIn(name))
  const [only] = matching
  const isNamed = namespaceSelector?.matchLabels.has('kubernetes.io/metadata.name') ?? false
  if (isNamed && only !== undefined && candidates.length > 0) return inNamespace(only.name, podSelector, view)
  if (candidates.length === 0 && only !== undefined && view.isWholeCluster) {
    return { kind: 'empty', where: matching.length === 1 ? `namespace ${only.name}` : 'every namespace that it names' }
  }
  return { kind: 'elsewhere', nearest: nearestLabels(podSelector, candidates) }
}

/** The part of a Calico peer that names pods; other families write the selector itself. */
function selectorText(written: unknown): unknown {
  return isRecord(written) && typeof written.selector === 'string' ? written.selector : written
}

function looksAtNamespaces(peer: Condition): boolean {
  return peer.some(
    (term) =>
      term.kind === 'expression' &&
      (term.looksAt.namespaceLabels.length > 0 || term.looksAt.labels.some((key) => key.includes('namespace'))),
  )
}
