import { expect, test } from 'vitest'
import type { PolicyRef } from '@/lib/model/names'
import type { MeshAnswer, MeshReason } from '@/lib/policy/mesh-answer'
import type { Reason, SideAnswer } from '@/lib/policy/types'
import { decidingMeshPolicies, decidingPolicies } from './deciding-policies'

const first = 'NetworkPolicy:shop/first' as PolicyRef
const second = 'NetworkPolicy:shop/second' as PolicyRef

function aSide(side: Partial<SideAnswer>): SideAnswer {
  return { verdict: 'denied', isolated: true, exemption: null, by: [], nearMisses: [], trace: { enforced: [], pending: [] }, ...side }
}

const isolates = (policy: PolicyRef): Reason => ({ policy, rule: null, effect: 'isolates', detail: 'no-rule-selects-peer' })
const allows = (policy: PolicyRef, rule: string): Reason => ({ policy, rule, effect: 'allow', detail: null })

test('a policy stands once with all its rules, and what only isolates is left out beside a rule', () => {
  const by = [isolates(second), allows(first, 'ingress[0]'), allows(first, 'ingress[2]'), allows(first, 'ingress[0]')]
  expect(decidingPolicies(aSide({ verdict: 'allowed', by }))).toEqual([{ ref: first, rules: ['ingress[0]', 'ingress[2]'], tone: 'allow' }])
})

test('without a rule the nearest ones stand there, and without those what isolates', () => {
  const by = [isolates(first), isolates(second)]
  const nearMisses = [{ policy: second, rule: 'ingress[1]', cause: 'peer', message: '' }] as const
  expect(decidingPolicies(aSide({ by, nearMisses }))).toEqual([{ ref: second, rules: ['ingress[1]'], tone: 'near' }])
  expect(decidingPolicies(aSide({ by })).map(({ ref }) => ref)).toEqual([first, second])
})

test('a policy of the mesh stands once, and a default of no object nowhere', () => {
  const aReason = (policy: PolicyRef | null, rule: string | null): MeshReason => ({
    policy,
    rule,
    effect: 'isolates',
    detail: null,
    message: '',
  })
  const mesh: MeshAnswer = {
    mesh: 'istio',
    dataplane: 'sidecar',
    verdict: 'denied',
    destination: { isMember: 'yes', evidence: '' },
    client: { isMember: 'no', evidence: '', identity: null },
    exemption: null,
    encryption: { mutualTls: 'expected', because: 'Both ends are in the mesh.' },
    by: [aReason(null, null), aReason(first, 'rules[0]'), aReason(first, 'rules[0]')],
    requests: [],
    notes: [],
    reason: null,
  }
  expect(decidingMeshPolicies(mesh)).toEqual([{ ref: first, rules: ['rules[0]'], tone: 'deny' }])
})
