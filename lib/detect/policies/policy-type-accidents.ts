import { groupOf } from '../../model/object-kinds'
import type { Direction } from '../../policy/types'
import { aboutPolicy, type FindingDraft, makeFinding } from '../make-finding'
import type { PolicyView, ViewedPolicy } from './policy-view'

/** NP-05: what `policyTypes` (`types` of Calico) says, or leaves out, is not what the rules were written for. */
export function findPolicyTypeAccidents(view: PolicyView): readonly FindingDraft[] {
  return view.understood.flatMap((viewed) => {
    const { kind, raw } = viewed.policy
    if (kind === 'NetworkPolicy' && groupOf(raw.meta.apiVersion) === 'networking.k8s.io') {
      return [...ignoredRules(viewed, 'policyTypes'), ...egressOnly(viewed, view), ...emptyEgress(viewed)]
    }
    return groupOf(raw.meta.apiVersion).endsWith('projectcalico.org') ? ignoredRules(viewed, 'types') : []
  })
}

const TYPES: readonly (readonly [Direction, string])[] = [
  ['ingress', 'Ingress'],
  ['egress', 'Egress'],
]

function ignoredRules({ policy, spec, specPath }: ViewedPolicy, field: 'policyTypes' | 'types'): readonly FindingDraft[] {
  const types = listAt(spec, field)
  if (types.length === 0) return []
  return TYPES.flatMap(([direction, type]) => {
    const count = listAt(spec, direction).length
    if (count === 0 || types.includes(type)) return []
    return makeFinding('NP-05', aboutPolicy(policy.raw), {
      field: [...specPath, direction],
      message: `${field} does not list ${type}, so ${count === 1 ? 'the rule' : `the ${count} rules`} under ${direction} ${count === 1 ? 'is' : 'are'} ignored.`,
      why: `The policy says nothing about ${direction}: it neither isolates the pods nor allows them anything in that direction.`,
      fix: `Add ${type} to ${field}, or delete the ${direction} rules.`,
      evidence: [`${field}: [${types.join(', ')}]`],
    })
  })
}

/** Only egress rules and no `policyTypes`: ingress is isolated too, and nothing is let in. */
function egressOnly(viewed: ViewedPolicy, view: PolicyView): readonly FindingDraft[] {
  const { policy, spec, specPath } = viewed
  const isMeantForEgress = listAt(spec, 'policyTypes').length === 0 && listAt(spec, 'egress').length > 0 && !Array.isArray(spec.ingress)
  if (!isMeantForEgress) return []
  const subjects = view.subjects(viewed)
  const cutOff = subjects.filter((podClass) => view.isolating(podClass, 'ingress').every((other) => other === policy))
  // Where another policy isolates ingress anyway, this one adds nothing to it.
  if (subjects.length > 0 && cutOff.length === 0) return []
  return [
    makeFinding('NP-05', aboutPolicy(policy.raw), {
      field: [...specPath, 'egress'],
      message: 'The policy has only egress rules, and without policyTypes it isolates ingress too: nobody may connect to its pods.',
      why: 'policyTypes always contains Ingress when it is left out.',
      fix: 'Add policyTypes: [Egress].',
      evidence: view.workloadsOf(cutOff),
    }),
  ]
}

/** `egress: []` without `policyTypes` isolates nothing. */
function emptyEgress({ policy, spec, specPath }: ViewedPolicy): readonly FindingDraft[] {
  if (listAt(spec, 'policyTypes').length > 0 || !Array.isArray(spec.egress) || spec.egress.length > 0) return []
  return [
    makeFinding('NP-05', aboutPolicy(policy.raw), {
      field: [...specPath, 'egress'],
      message: 'The empty list of egress rules does not isolate egress, because policyTypes is left out.',
      why: 'policyTypes contains Egress only when it is written, or when there is at least one egress rule.',
      fix: 'Add policyTypes: [Ingress, Egress] to deny all egress, or delete the empty list.',
      evidence: [],
    }),
  ]
}

function listAt(spec: Readonly<Record<string, unknown>>, field: string): readonly unknown[] {
  const value = Object.hasOwn(spec, field) ? spec[field] : undefined
  return Array.isArray(value) ? value : []
}
