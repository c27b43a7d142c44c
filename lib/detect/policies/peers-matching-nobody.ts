import type { FieldPath } from '../../model/field-locator'
import { matchesSelector } from '../../model/selector'
import type { CompiledRule } from '../../policy/compiled-policy'
import type { Condition } from '../../policy/end-term'
import { fieldAt } from '../field-at'
import { aboutPolicy, type FindingDraft, type FindingWords, makeFinding } from '../make-finding'
import { slipOf } from '../nearest-labels'
import { hostNetworkPods } from './nothing-selected'
import { mayBeOutside, operatedMatch, scopeOfPeer } from './peer-scope'
import type { PolicyView, ViewedPolicy } from './policy-view'
import { peerPath } from './rule-paths'

/** NP-02: a peer of a rule names pods or machines, and there are none of that kind. */
export function findPeersMatchingNobody(view: PolicyView): readonly FindingDraft[] {
  const found: FindingDraft[] = []
  for (const viewed of view.understood) {
    for (const rule of [...viewed.policy.ingress.rules, ...viewed.policy.egress.rules]) {
      rule.peers.forEach((peer, index) => {
        if (peer.length === 0 || mayBeOutside(peer) || view.matching(peer).length > 0 || matchesNodes(peer, view)) return
        const field = peerPath(viewed, rule, index)
        const words = describeMiss(viewed, rule, peer, field, view)
        const evidence = [...words.evidence, ...specialEvidence(viewed, peer, view)]
        found.push(makeFinding('NP-02', aboutPolicy(viewed.policy.raw), { ...words, field, evidence }))
      })
    }
  }
  return found
}

/** What explains that pods which one would expect are not matched. */
function specialEvidence({ policy }: ViewedPolicy, peer: Condition, view: PolicyView): readonly string[] {
  const operated = view.isWholeCluster ? operatedMatch(peer, view) : null
  const onNodes = hostNetworkPods(peer, policy.namespace, view)
  return [
    ...(operated === null ? [] : [`${operated} exists, and there are no pods of it`]),
    ...onNodes.map((ref) => `${ref} has the labels, but hostNetwork: rules see its node instead`),
  ]
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
  const scope = scopeOfPeer(viewed.policy.namespace, peer, written, view)
  const verb = rule.action === 'allow' ? 'lets through' : 'matches'
  switch (scope.kind) {
    case 'operated':
      return {
        severity: 'info',
        message: `No pod of the input matches; those of ${scope.by} are made by its operator.`,
        why: 'The input shows the resource and not its pods, so what the rule does for them is not computed.',
        fix: 'Judge the running cluster, where the pods exist.',
        evidence: [scope.by],
      }
    case 'no-namespace':
    case 'elsewhere':
    case 'known': {
      const nearest = scope.nearest()
      const isCertain = view.isWholeCluster || scope.kind === 'known'
      const what =
        scope.kind === 'no-namespace'
          ? 'No namespace has the labels that this peer asks for'
          : `No pod ${scope.kind === 'known' ? `in ${scope.where} ` : isCertain ? '' : 'of the input '}matches this peer`
      return {
        ...(isCertain ? {} : MAY_BE_ELSEWHERE),
        message: `${what}, so it ${verb} nobody${slipOf(nearest)}.`,
        evidence: nearest === null ? [] : [nearest.text],
      }
    }
    case 'empty':
      return {
        severity: 'info',
        message: `No pod matches this peer: ${scope.where} has none.`,
        why: 'It counts as soon as there are pods.',
        evidence: [],
      }
  }
}

const MAY_BE_ELSEWHERE = {
  severity: 'info',
  why: 'The input may not show everything that runs; if it does, the rule lets nobody through at this place.',
} as const
