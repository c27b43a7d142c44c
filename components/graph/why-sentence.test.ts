import { expect, test } from 'vitest'
import type { PolicyRef } from '@/lib/model/names'
import type { Enforcer } from '@/lib/platform/enforcer'
import type { MeshAnswer } from '@/lib/policy/mesh-answer'
import type { EvaluateAnswer, SideAnswer } from '@/lib/policy/types'
import { whySentence } from './why-sentence'

const open: SideAnswer = {
  verdict: 'allowed',
  isolated: false,
  exemption: null,
  by: [],
  nearMisses: [],
  trace: { enforced: [], pending: [] },
}
const question = { from: 'shop/checkout[Deployment]', to: 'payments/api[Deployment]', port: 8443, protocol: 'TCP' }
const allowCheckout = 'NetworkPolicy:payments/allow-checkout' as PolicyRef
const calico: Enforcer = { plugin: 'Calico', enforces: 'yes', reason: 'Calico enforces NetworkPolicy', evidence: '' }
const nothing = { forwarded: 0, dropped: 0, error: 0 }

function anAnswer(answer: Partial<EvaluateAnswer>): EvaluateAnswer {
  return { verdict: 'allowed', egress: open, ingress: open, mesh: null, reason: null, endpoints: null, parts: null, ...answer }
}

const closed: SideAnswer = {
  ...open,
  verdict: 'denied',
  isolated: true,
  by: [{ policy: allowCheckout, rule: null, effect: 'isolates', detail: 'no-rule-selects-peer' }],
  nearMisses: [{ policy: allowCheckout, rule: 'ingress[0]', cause: 'peer', message: 'label app=checkout-v2, rule wants app=checkout' }],
}

test('a denial names the policy that decides and the rule that almost fits', () => {
  expect(whySentence(question, anAnswer({ verdict: 'denied', ingress: closed }), nothing, calico)).toBe(
    'shop/checkout cannot reach payments/api on TCP 8443: policy payments/allow-checkout limits what enters payments/api and no rule allows it. ' +
      'The nearest rule is ingress[0] of policy payments/allow-checkout: label app=checkout-v2, rule wants app=checkout.',
  )
})

test('a rule that denies is named itself', () => {
  const by = [{ policy: 'AdminNetworkPolicy:no-databases' as PolicyRef, rule: 'egress[1]', effect: 'deny', detail: null }] as const
  const egress: SideAnswer = { ...open, verdict: 'denied', isolated: true, by }
  expect(whySentence(question, anAnswer({ verdict: 'denied', egress }), nothing, calico)).toContain(
    'egress[1] of AdminNetworkPolicy no-databases denies it',
  )
})

test('both sides are named when both deny', () => {
  const sentence = whySentence(question, anAnswer({ verdict: 'denied', egress: closed, ingress: closed }), nothing, calico)
  expect(sentence).toContain('what leaves shop/checkout')
  expect(sentence).toContain('. Also, ')
  expect(sentence).toContain('what enters payments/api')
})

test('a policy without rules says that it allows nothing', () => {
  const none: SideAnswer = {
    ...closed,
    by: [{ policy: allowCheckout, rule: null, effect: 'isolates', detail: 'no-rules' }],
    nearMisses: [],
  }
  expect(whySentence(question, anAnswer({ verdict: 'denied', ingress: none }), nothing, calico)).toContain(
    'has no rule that allows anything',
  )
})

test('an allowed connection names the rule, or says that nothing limits it', () => {
  expect(whySentence(question, anAnswer({}), nothing, calico)).toBe(
    'shop/checkout may reach payments/api on TCP 8443: no policy limits either side.',
  )
  const ingress: SideAnswer = {
    ...open,
    isolated: true,
    by: [{ policy: allowCheckout, rule: 'ingress[0]', effect: 'allow', detail: null }],
  }
  expect(whySentence(question, anAnswer({ ingress }), nothing, calico)).toContain(
    'ingress[0] of policy payments/allow-checkout allows what enters payments/api',
  )
})

test('where observation and policies disagree it says so', () => {
  expect(whySentence(question, anAnswer({ verdict: 'denied', ingress: closed }), { ...nothing, forwarded: 3 }, calico)).toContain(
    'Yet traffic passed',
  )
  expect(whySentence(question, anAnswer({}), { ...nothing, dropped: 3 }, calico)).toContain('Yet it was dropped')
})

test('what policies cannot decide has its reason in plain words', () => {
  expect(whySentence({ ...question, port: null }, anAnswer({ verdict: 'unknown', reason: 'fqdn-rule' }), nothing, calico)).toContain(
    'DNS names',
  )
})

test('a service of which only some endpoints can be reached counts them', () => {
  const endpoint = (verdict: EvaluateAnswer['verdict']) => ({
    ref: 'payments/api-1',
    port: 8443,
    ports: null,
    family: null,
    answer: anAnswer({ verdict }),
  })
  const endpoints = [endpoint('allowed'), endpoint('denied')]
  expect(whySentence({ ...question, to: 'svc:payments/api' }, anAnswer({ verdict: 'partial', endpoints }), nothing, calico)).toContain(
    '1 of 2 endpoints of payments/api',
  )
})

test('where nobody enforces the policies, a denial does not say that anything is stopped', () => {
  const flannel: Enforcer = { plugin: 'Flannel', enforces: 'no', reason: 'Flannel does not enforce NetworkPolicy', evidence: '' }
  const denied = anAnswer({ verdict: 'denied', ingress: { ...closed, nearMisses: [] } })
  expect(whySentence(question, denied, { ...nothing, forwarded: 3 }, flannel)).toBe(
    'shop/checkout is not stopped from reaching payments/api on TCP 8443: denied by policy, enforced by nobody: Flannel does not enforce ' +
      'NetworkPolicy. Traffic passed. The policies say: policy payments/allow-checkout limits what enters payments/api and no rule allows it.',
  )
})

test('what is denied in part is enforced by nobody as well', () => {
  const flannel: Enforcer = { plugin: 'Flannel', enforces: 'no', reason: 'Flannel does not enforce NetworkPolicy', evidence: '' }
  const part = { ref: 'payments/api-1', port: 8443, ports: null, family: null, answer: anAnswer({ verdict: 'denied', ingress: closed }) }
  const parts = [part, { ...part, ref: 'payments/api-2', answer: anAnswer({}) }]
  expect(whySentence(question, anAnswer({ verdict: 'partial', parts }), nothing, flannel)).toContain(
    'allow 1 of 2 parts of what was asked. What they deny is enforced by nobody: Flannel does not enforce NetworkPolicy.',
  )
})

test('where it is not known who enforces, nothing is claimed', () => {
  const unseen: Enforcer = { plugin: null, enforces: 'unknown', reason: '', evidence: '' }
  const denied = anAnswer({ verdict: 'denied', ingress: closed })
  expect(whySentence(question, denied, nothing, unseen)).toBe(whySentence(question, denied, nothing, calico))
})

test('a denial by the service mesh names its policy and its reason', () => {
  const policy = 'AuthorizationPolicy:payments/clients' as PolicyRef
  const mesh: MeshAnswer = {
    mesh: 'istio',
    dataplane: 'sidecar',
    verdict: 'denied',
    destination: { isMember: 'yes', evidence: '' },
    client: { isMember: 'yes', evidence: '', identity: null },
    exemption: null,
    encryption: { mutualTls: 'expected', because: 'Both ends are in the mesh.' },
    by: [{ policy, rule: null, effect: 'isolates', detail: 'no-rule-selects-client', message: 'No rule allows this client.' }],
    requests: [],
    notes: [],
    reason: null,
  }
  expect(whySentence(question, anAnswer({ verdict: 'denied', mesh }), nothing, calico)).toBe(
    'shop/checkout cannot reach payments/api on TCP 8443: the service mesh denies it (AuthorizationPolicy payments/clients): No rule allows this client.',
  )
})

test('what only the mesh denies passes the network, and what it allows names the rule', () => {
  const policy = 'AuthorizationPolicy:payments/clients' as PolicyRef
  const mesh: MeshAnswer = {
    mesh: 'istio',
    dataplane: 'sidecar',
    verdict: 'denied',
    destination: { isMember: 'yes', evidence: '' },
    client: { isMember: 'yes', evidence: '', identity: 'cluster.local/ns/shop/sa/checkout' },
    exemption: null,
    encryption: { mutualTls: 'expected', because: 'Both ends are in the mesh.' },
    by: [{ policy, rule: 'rules[0]', effect: 'deny', detail: null, message: 'rules[0] denies it.' }],
    requests: [],
    notes: [],
    reason: null,
  }
  const seen = { forwarded: 3, dropped: 0, error: 0 }
  const nobody: Enforcer = { plugin: 'Flannel', enforces: 'no', reason: 'Flannel does not enforce NetworkPolicy', evidence: '' }
  expect(whySentence(question, anAnswer({ verdict: 'denied', mesh }), seen, nobody)).toBe(
    'shop/checkout cannot reach payments/api on TCP 8443: the service mesh denies it (AuthorizationPolicy payments/clients): rules[0] denies it. ' +
      'Its packets pass all the same: the proxy at the destination refuses them behind the network.',
  )
  const by = [{ policy, rule: 'rules[1]', effect: 'allow', detail: null, message: 'rules[1] allows it.' }] as const
  expect(whySentence(question, anAnswer({ mesh: { ...mesh, verdict: 'allowed', by } }), nothing, calico)).toBe(
    'shop/checkout may reach payments/api on TCP 8443: no policy limits either side; rules[1] of AuthorizationPolicy payments/clients lets it into the service mesh.',
  )
})
