import { isRecord } from '../../model/fields'
import { groupOf } from '../../model/object-kinds'
import { ADDRESS_FAMILIES, type AddressFamily, ALL_ADDRESSES } from '../../policy/address-set'
import type { CompiledRule } from '../../policy/compiled-policy'
import { type Condition, podsTerm } from '../../policy/end-term'
import { fieldAt } from '../field-at'
import { aboutPolicy, type FindingDraft, makeFinding } from '../make-finding'
import type { PolicyView, ViewedPolicy } from './policy-view'
import { peerPath, rulePath } from './rule-paths'

/** NP-06: a rule lets more through than its text suggests, or in Cilium's kinds less. */
export function findWideRules(view: PolicyView): readonly FindingDraft[] {
  return view.understood.flatMap((viewed) => {
    const { policy } = viewed
    const rules = [...policy.ingress.rules, ...policy.egress.rules].filter((rule) => rule.index >= 0 && rule.action === 'allow')
    return rules.flatMap((rule) => [
      ...emptyRule(viewed, rule, view),
      ...emptyCiliumRule(viewed, rule),
      ...emptyPeerList(viewed, rule),
      ...wholeAddressSpace(viewed, rule, view),
      ...twoItems(viewed, rule, view),
    ])
  })
}

/** A rule that asks nothing at all. */
function emptyRule(viewed: ViewedPolicy, rule: CompiledRule, view: PolicyView): readonly FindingDraft[] {
  const { policy } = viewed
  const path = rulePath(viewed, rule)
  if (!isAnything(rule, view) || hasEmptyPeerList(viewed, rule)) return []
  const others = policy[rule.direction].rules.filter((other) => other !== rule && other.index >= 0 && other.action === 'allow')
  const [ends, verb] =
    rule.direction === 'ingress' ? ['everybody, outside addresses included,', 'connect to'] : ['the pods', 'connect anywhere from']
  if (others.length > 0 && policy.kind === 'NetworkPolicy') {
    return [
      makeFinding('NP-06', aboutPolicy(policy.raw), {
        field: path,
        message: `An empty rule allows everything, so the ${others.length === 1 ? 'other rule' : `${others.length} other rules`} under ${rule.direction} mean nothing.`,
        fix: `Delete the empty rule, or the others if everything is meant to be allowed.`,
        evidence: [],
      }),
    ]
  }
  // The usual way to leave egress open, and right for pods that are meant to be entered from outside.
  if (rule.direction === 'egress' || isEntered(viewed, view)) return []
  return [
    makeFinding('NP-06', aboutPolicy(policy.raw), {
      severity: 'info',
      field: path,
      message: `The rule lets ${ends} ${verb} the pods on every port.`,
      why: 'The policy isolates its pods and then opens them completely: it adds to what other policies allow, and restricts nothing.',
      evidence: [],
    }),
  ]
}

function isAnything({ peers, ports, self, certainty }: CompiledRule, view: PolicyView): boolean {
  const { sets } = view.engine.facts.evaluation
  return (
    certainty === 'yes' &&
    self.length === 0 &&
    ports.set === sets.all &&
    ports.exceptNames.length === 0 &&
    peers.some((peer) => peer.length === 0)
  )
}

/** In Cilium's kinds the same text means the opposite: a rule without any part selects nobody, and isolates. */
function emptyCiliumRule(viewed: ViewedPolicy, rule: CompiledRule): readonly FindingDraft[] {
  const { policy } = viewed
  if (groupOf(policy.raw.meta.apiVersion) !== 'cilium.io') return []
  const path = rulePath(viewed, rule)
  const written = fieldAt(policy.raw.body, path)
  if (!isRecord(written) || Object.keys(written).length > 0) return []
  const isAlone = policy[rule.direction].rules.length === 1
  return [
    makeFinding('NP-06', aboutPolicy(policy.raw), {
      severity: isAlone ? 'info' : 'warning',
      field: path,
      message: `An empty rule allows nobody here${isAlone ? `: the policy denies all ${rule.direction}` : ', it does not allow everybody'}.`,
      why: `In a ${policy.kind} an empty rule selects no peers; the same text in a NetworkPolicy allows everything.`,
      fix: isAlone ? 'Keep it if a default deny is meant.' : 'Delete it, or name the peers: fromEntities: [all] allows everybody.',
      evidence: [],
    }),
  ]
}

/** `from: []` reads like "nobody" and means everybody. */
function emptyPeerList(viewed: ViewedPolicy, rule: CompiledRule): readonly FindingDraft[] {
  if (!hasEmptyPeerList(viewed, rule)) return []
  const field = rule.direction === 'ingress' ? 'from' : 'to'
  return [
    makeFinding('NP-06', aboutPolicy(viewed.policy.raw), {
      field: [...rulePath(viewed, rule), field],
      message: `An empty ${field} means everybody, outside addresses included; it does not mean nobody.`,
      fix: `Delete the rule to allow nobody, or leave ${field} out to show that everybody is meant.`,
      evidence: [],
    }),
  ]
}

function hasEmptyPeerList({ policy, ...viewed }: ViewedPolicy, rule: CompiledRule): boolean {
  if (groupOf(policy.raw.meta.apiVersion) !== 'networking.k8s.io') return false
  const written = fieldAt(policy.raw.body, rulePath({ policy, ...viewed }, rule))
  const field = rule.direction === 'ingress' ? 'from' : 'to'
  if (!isRecord(written) || !Object.hasOwn(written, field)) return false
  const list = written[field]
  return list === null || (Array.isArray(list) && list.length === 0)
}

function wholeAddressSpace(viewed: ViewedPolicy, rule: CompiledRule, view: PolicyView): readonly FindingDraft[] {
  const { policy } = viewed
  return rule.peers.flatMap((peer, index) => {
    const family = wholeFamily(peer)
    if (family === null) return []
    const matchesPods = peer.some((term) => term.kind === 'addresses' && term.matchesPods)
    const isMeant = rule.direction === 'ingress' && isEntered(viewed, view)
    return makeFinding('NP-06', aboutPolicy(policy.raw), {
      ...(isMeant || !matchesPods ? { severity: 'info' } : {}),
      field: peerPath(viewed, rule, index),
      message: `The peer is the whole of IPv${family}${matchesPods ? ', every pod and machine of the cluster included' : ''}.`,
      why: matchesPods
        ? 'Plugins compare pod addresses too, so the rule does not only open the way to and from the outside.'
        : 'Every outside address is let through.',
      fix: 'Name the ranges that are meant, or leave the private ranges and those of the cluster out with except.',
      evidence: [],
    })
  })
}

export function wholeFamily(peer: Condition): AddressFamily | null {
  const [term] = peer
  if (peer.length !== 1 || term?.kind !== 'addresses' || /^IPv[46]$/.test(term.text)) return null
  return ADDRESS_FAMILIES.find((family) => isWhole(term.addresses[family], family)) ?? null
}

function isWhole(ranges: readonly { readonly first: bigint; readonly last: bigint }[], family: AddressFamily): boolean {
  const [all] = ALL_ADDRESSES[family]
  const [only] = ranges
  return ranges.length === 1 && only?.first === all?.first && only?.last === all?.last
}

/**
 * A podSelector and a namespaceSelector as two items are two peers, either of which is enough. It is taken for a
 * mistake where the two together would have named somebody.
 */
function twoItems(viewed: ViewedPolicy, rule: CompiledRule, view: PolicyView): readonly FindingDraft[] {
  const { policy } = viewed
  if (groupOf(policy.raw.meta.apiVersion) !== 'networking.k8s.io') return []
  for (const [index, peer] of rule.peers.entries()) {
    const next = rule.peers[index + 1]
    const [first, second] = [onlyTerm(peer), next === undefined ? null : onlyTerm(next)]
    if (first === null || second === null) continue
    const [pods, namespaces] = first.inNamespace !== null ? [first, second] : [second, first]
    if (pods.inNamespace === null || namespaces.inNamespace !== null || namespaces.podSelector !== null) continue
    const together = view.matching([podsTerm(null, namespaces.namespaceSelector, pods.podSelector)])
    const hasLabels = pods.podSelector !== null && pods.podSelector.matchLabels.size + pods.podSelector.matchExpressions.length > 0
    if (!hasLabels || together.length === 0) continue
    const all = view.matching([namespaces])
    if (all.length === together.length) continue
    return [
      makeFinding('NP-06', aboutPolicy(policy.raw), {
        field: [...rulePath(viewed, rule), rule.direction === 'ingress' ? 'from' : 'to'],
        message: 'podSelector and namespaceSelector are two items, so every pod of the namespaces is meant, whatever its labels.',
        why: 'Items of the list are alternatives; both must hold only when they stand in one item.',
        fix: 'Put namespaceSelector and podSelector into one item (without the dash in front of the second).',
        evidence: [
          `the namespaces alone: ${count(view.workloadsOf(all).length)}`,
          `both together: ${count(view.workloadsOf(together).length)}`,
        ],
      }),
    ]
  }
  return []
}

function count(workloads: number): string {
  return workloads === 1 ? '1 workload' : `${workloads} workloads`
}

function onlyTerm(peer: Condition): Extract<Condition[number], { kind: 'pods' }> | null {
  const [term] = peer
  return peer.length === 1 && term?.kind === 'pods' ? term : null
}

/** Whether a door of the cluster leads to all pods that the policy selects. */
function isEntered(viewed: ViewedPolicy, view: PolicyView): boolean {
  const subjects = view.subjects(viewed)
  return subjects.length > 0 && subjects.every(({ pods }) => pods.every((pod) => view.enteredPods.has(pod)))
}
