import { expect, test } from 'vitest'
import { VERDICTS } from '@/lib/flows/flow'
import type { Enforcer } from '@/lib/platform/enforcer'
import type { EvaluateAnswer } from '@/lib/policy/types'
import { compareAnswer, compareThenAndNow, compareVerdicts } from './compare-verdicts'

const calico: Enforcer = { plugin: 'Calico', enforces: 'yes', reason: 'Calico enforces NetworkPolicy', evidence: '' }

test('a flow that passed although the policies deny it is a disagreement, said plainly', () => {
  expect(compareVerdicts('forwarded', 'denied', calico)).toMatchObject({ kind: 'differs' })
  expect(compareVerdicts('forwarded', 'denied', calico).sentence).toContain('let through, but the policies deny it now')
})

test('a drop that the policies would allow now is a disagreement too', () => {
  expect(compareVerdicts('dropped', 'allowed', calico).kind).toBe('differs')
})

test('the same answer twice agrees', () => {
  expect(compareVerdicts('forwarded', 'allowed', calico).kind).toBe('agrees')
  expect(compareVerdicts('dropped', 'denied', calico).kind).toBe('agrees')
  expect(compareVerdicts('audit', 'denied', calico).kind).toBe('agrees')
})

test('an unknown computed verdict never claims agreement', () => {
  for (const verdict of VERDICTS) expect(compareVerdicts(verdict, 'unknown', calico).kind).toBe('cannot-tell')
})

test('where nobody enforces the policies, that is the explanation of what passed', () => {
  expect(
    compareVerdicts('forwarded', 'denied', {
      plugin: 'Flannel',
      enforces: 'no',
      reason: 'Flannel does not enforce NetworkPolicy',
      evidence: '',
    }).sentence,
  ).toBe('It was let through: denied by policy, enforced by nobody: Flannel does not enforce NetworkPolicy.')
})

test('what the policies said when the flow was taken tells a change since from a contradiction', () => {
  expect(compareThenAndNow('forwarded', 'allowed', 'denied', calico)).toEqual({
    kind: 'agrees',
    sentence: 'It fits what the policies said when the flow was taken (allowed). They changed since.',
  })
  expect(compareThenAndNow('forwarded', 'denied', 'denied', calico).kind).toBe('differs')
  expect(compareThenAndNow('forwarded', null, 'denied', calico).kind).toBe('differs')
  expect(compareThenAndNow('forwarded', 'denied', 'allowed', calico).kind).toBe('agrees')
})

test('what only the service mesh refuses passes the network, and that is no contradiction', () => {
  const side = (verdict: 'allowed' | 'denied') => ({ verdict }) as EvaluateAnswer['egress']
  const answer = (network: 'allowed' | 'denied') =>
    ({ verdict: 'denied', egress: side('allowed'), ingress: side(network), mesh: { verdict: 'denied' } }) as EvaluateAnswer
  expect(compareAnswer('forwarded', null, answer('allowed'), calico).kind).toBe('cannot-tell')
  expect(compareAnswer('forwarded', null, answer('denied'), calico).kind).toBe('differs')
  expect(compareAnswer('dropped', null, answer('allowed'), calico).kind).toBe('agrees')
})
