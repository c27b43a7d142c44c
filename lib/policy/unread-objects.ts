import type { Cluster } from '../model/cluster'
import { NO_LABELS } from '../model/labels'
import { policyRef } from '../model/names'
import type { RawObject } from '../model/object'
import { isClusterScoped, isPolicyKind } from '../model/object-kinds'
import { NAMESPACE_NAME_LABEL } from '../model/readers/namespace'
import type { Selector } from '../model/selector'
import { type CompiledDirection, type CompiledPolicy, type CompiledRule, NOT_APPLYING } from './compiled-policy'
import type { ConnectionSets } from './connection-sets'
import { type Condition, type EndTerm, podsTerm } from './end-term'
import { unreadable } from './policy-reading'
import { vendorOf } from './profile'
import type { ProfileName } from './types'

/**
 * Policies that stand for the kinds that could not be read: any object of theirs may be there, so that every answer it could
 * change is unknown. Namespaces whose objects could be read are left out.
 */
export function standInsForUnread(cluster: Cluster, profile: ProfileName, sets: ConnectionSets): readonly CompiledPolicy[] {
  return [...cluster.unread].flatMap(([key, readable]) => {
    const [group = '', kind = ''] = key.split('/')
    if (!mayDecide(group, kind, profile)) return []
    const elsewhere: Selector = nameSelector('NotIn', readable)
    const subject = readable.size === 0 || isClusterScoped(`${group}/v1`, kind) ? [] : [podsTerm(null, elsewhere, null)]
    const policy: CompiledPolicy = {
      ref: policyRef(kind, null, '(not read)'),
      kind,
      namespace: null,
      name: '(not read)',
      raw: unreadRaw(group, kind),
      tier: key === 'networking.k8s.io/NetworkPolicy' ? 'NetworkPolicy' : 'Unreadable',
      order: 0,
      subject,
      ingress: { ...NOT_APPLYING, applies: 'yes' },
      egress: { ...NOT_APPLYING, applies: 'yes' },
    }
    return [unreadable(policy, sets, 'policies-not-read')]
  })
}

function mayDecide(group: string, kind: string, profile: ProfileName): boolean {
  if (!isPolicyKind(`${group}/v1`, kind) || kind.startsWith('Staged')) return false
  return group === 'networking.k8s.io' || group === 'policy.networking.k8s.io' || vendorOf(group) === profile
}

/**
 * The same policy where the labels of some namespaces are not known: what it says of them by their labels is uncertain. Nothing
 * changes where all namespaces could be read, or where the policy asks for no more than their names.
 */
export function withUnknownNamespaces(policy: CompiledPolicy, unknown: ReadonlySet<string>, sets: ConnectionSets): CompiledPolicy {
  if (unknown.size === 0) return policy
  if (policy.subject.some(asksForLabels)) return unreadable(policy, sets, 'namespace-not-read')
  const known = podsTerm(null, nameSelector('NotIn', unknown), null)
  const direction = (given: CompiledDirection): CompiledDirection => ({
    ...given,
    rules: given.rules.flatMap((rule): readonly CompiledRule[] => {
      const uncertain = rule.peers.filter((peer) => peer.some(asksForLabels))
      if (uncertain.length === 0) return [rule]
      const peers = rule.peers.map((peer): Condition => (peer.some(asksForLabels) ? [...peer, known] : peer))
      const perhaps = uncertain.map((peer) => peer.map((term) => withAnyLabels(term, unknown)))
      return [
        { ...rule, peers },
        { ...rule, peers: perhaps, certainty: 'namespace-not-read' },
      ]
    }),
  })
  return { ...policy, ingress: direction(policy.ingress), egress: direction(policy.egress) }
}

/** Namespaces of which only the name is known, though they may have more labels. */
export function namespacesNotRead({ unread, namespaces }: Cluster): ReadonlySet<string> {
  if (!unread.has('/Namespace')) return new Set()
  return new Set([...namespaces.values()].filter(({ isImplied }) => isImplied).map(({ name }) => name))
}

/** Labels of a namespace that follow from its name. */
const FROM_THE_NAME: ReadonlySet<string> = new Set([NAMESPACE_NAME_LABEL, 'projectcalico.org/name'])

function asksForLabels(term: EndTerm): boolean {
  if (term.kind === 'expression') return term.looksAt.namespaceLabels.some((key) => !FROM_THE_NAME.has(key))
  if (term.kind !== 'pods' || term.namespaceSelector === null) return false
  const { matchLabels, matchExpressions } = term.namespaceSelector
  return [...matchLabels.keys(), ...matchExpressions.map(({ key }) => key)].some((key) => !FROM_THE_NAME.has(key))
}

/** The term without what it asks of a namespace's labels, for the namespaces whose labels are not known. */
function withAnyLabels(term: EndTerm, unknown: ReadonlySet<string>): EndTerm {
  if (!asksForLabels(term)) return term
  return podsTerm(null, nameSelector('In', unknown), term.kind === 'pods' ? term.podSelector : null)
}

function nameSelector(operator: 'In' | 'NotIn', names: ReadonlySet<string>): Selector {
  return { matchLabels: NO_LABELS, matchExpressions: [{ key: NAMESPACE_NAME_LABEL, operator, values: names }] }
}

/** The object in whose name a stand-in speaks. */
export function unreadRaw(group: string, kind: string): RawObject {
  const apiVersion = `${group}/v1`
  const nothing = { uid: null, labels: NO_LABELS, annotations: NO_LABELS, owners: [], generation: null, createdAt: null, origin: null }
  return { meta: { apiVersion, kind, name: '(not read)', namespace: null, ...nothing }, body: {}, locate: null }
}
