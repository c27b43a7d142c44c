import { isRecord } from '../../model/fields'
import { NO_LABELS } from '../../model/labels'
import { matchesSelector, type Selector } from '../../model/selector'
import type { CompiledRule } from '../../policy/compiled-policy'
import { type Condition, type EndTerm, holdsForPod } from '../../policy/end-term'
import { fieldAt } from '../field-at'
import { type LabelledCandidate, type NearestLabels, readableSelector } from '../nearest-labels'
import { operatedPods } from '../operated-pods'
import type { PolicyView, ViewedPolicy } from './policy-view'
import { peerPath } from './rule-paths'

/** Where the peer looks for pods, and what comes nearest there. */
export type PeerScope =
  /** Pods that an operator makes, which the input does not show. */
  | { readonly kind: 'operated'; readonly by: string }
  /** A namespace selector that no known namespace meets. */
  | { readonly kind: 'no-namespace'; readonly nearest: () => NearestLabels | null }
  /** Namespaces that the input need not show. */
  | { readonly kind: 'elsewhere'; readonly nearest: () => NearestLabels | null }
  | { readonly kind: 'known'; readonly where: string; readonly nearest: () => NearestLabels | null }
  /** Namespaces without any pod. */
  | { readonly kind: 'empty'; readonly where: string }

/** Of a peer that no pod matches. `own` is the namespace of its policy, `written` how the document says it. */
export function scopeOfPeer(own: string | null, peer: Condition, written: unknown, view: PolicyView): PeerScope {
  const operated = view.isWholeCluster ? null : operatedMatch(peer, view)
  if (operated !== null) return { kind: 'operated', by: operated }
  const term = peer.find((candidate) => candidate.kind === 'pods')
  if (term === undefined) {
    const isOwn = own !== null && !looksAtNamespaces(peer)
    return isOwn ? inNamespace(own, readableSelector(selectorText(written)), view) : { kind: 'elsewhere', nearest: () => null }
  }
  if (term.inNamespace !== null) return inNamespace(term.inNamespace, term.podSelector, view)
  return inNamespaces(term, view)
}

function inNamespace(namespace: string, selector: Selector | null, view: PolicyView): PeerScope {
  const candidates = view.candidatesIn(namespace)
  const where = `namespace ${namespace}`
  if (candidates.length === 0) return { kind: 'empty', where }
  return { kind: 'known', where, nearest: () => view.nearest(selector, candidates) }
}

function inNamespaces({ namespaceSelector, podSelector }: Extract<EndTerm, { kind: 'pods' }>, view: PolicyView): PeerScope {
  const namespaces = [...view.cluster.namespaces.values()]
  const matching = namespaces.filter(({ labels }) => namespaceSelector === null || matchesSelector(namespaceSelector, labels))
  if (matching.length === 0) {
    const candidates = (): readonly LabelledCandidate[] => namespaces.map(({ name, labels }) => ({ title: `namespace ${name}`, labels }))
    return { kind: 'no-namespace', nearest: () => view.nearest(namespaceSelector, candidates()) }
  }
  const isEmpty = matching.every(({ name }) => view.candidatesIn(name).length === 0)
  const [only] = matching
  const isNamed = namespaceSelector?.matchLabels.has('kubernetes.io/metadata.name') ?? false
  if (isNamed && only !== undefined && !isEmpty) return inNamespace(only.name, podSelector, view)
  if (isEmpty && only !== undefined && view.isWholeCluster) {
    return { kind: 'empty', where: matching.length === 1 ? `namespace ${only.name}` : 'every namespace that it names' }
  }
  return {
    kind: 'elsewhere',
    nearest: () =>
      view.nearest(
        podSelector,
        matching.flatMap(({ name }) => view.candidatesIn(name)),
      ),
  }
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

/** The custom resource whose operator makes pods that the peer matches; null for none. */
export function operatedMatch(peer: Condition, { cluster }: PolicyView): string | null {
  const match = operatedPods(cluster).find(({ namespace, labels }) => {
    const namespaceLabels = cluster.namespaces.get(namespace)?.labels ?? NO_LABELS
    const facts = { namespace, namespaceLabels, labels, serviceAccount: '', serviceAccountLabels: NO_LABELS }
    return peer.every((term) => holdsForPod(term, facts))
  })
  return match?.title ?? null
}

/** Whether something outside the cluster's pods and machines may be meant: addresses, names, entities. */
export function mayBeOutside(condition: Condition): boolean {
  return condition.every((term) => {
    if (term.kind === 'expression') return term.isNegated || term.addresses !== null
    return term.kind !== 'pods' && term.kind !== 'nodes'
  })
}

/** Whether the rule may be written for pods that the input does not show. */
export function mayBeUnseen(viewed: ViewedPolicy, rule: CompiledRule, view: PolicyView): boolean {
  if (view.isWholeCluster) return false
  return rule.peers.some((peer, index) => {
    if (peer.length === 0 || mayBeOutside(peer) || view.matching(peer).length > 0) return false
    const written = fieldAt(viewed.policy.raw.body, peerPath(viewed, rule, index))
    return scopeOfPeer(viewed.policy.namespace, peer, written, view).kind !== 'known'
  })
}
