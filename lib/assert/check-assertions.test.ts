import { expect, test } from 'vitest'
import { aCluster } from '../model/testing/a-cluster'
import { aDeployment, aNamespace } from '../model/testing/objects'
import { compilePolicies } from '../policy/engine'
import { checkAssertions, MAX_PAIRS } from './check-assertions'
import { readAssertions } from './read-assertions'

const objects = [
  aNamespace({ name: 'dev' }),
  aNamespace({ name: 'prod' }),
  aNamespace({ name: 'empty' }),
  aDeployment({ name: 'shell', namespace: 'dev' }),
  aDeployment({ name: 'payments', namespace: 'prod' }),
  aDeployment({ name: 'web', namespace: 'prod' }),
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'payments', namespace: 'prod' },
    spec: {
      podSelector: { matchLabels: { app: 'payments' } },
      ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 443 }] }],
    },
  },
]

function check(rules: readonly object[], more: readonly object[] = []) {
  const cluster = aCluster([...objects, ...more])
  const { assertions, problems } = readAssertions([{ body: rules, origin: null }])
  expect(problems).toEqual([])
  return checkAssertions(assertions, cluster, compilePolicies(cluster, { profile: 'kubernetes' }))
}

test('a namespace must not reach a workload, on no protocol and no port', () => {
  const [holds] = check([{ deny: { from: 'dev', to: 'prod/payments' } }])
  expect(holds).toMatchObject({ holds: true, failing: [] })
})

test('a failing rule says which pair, which ports and which policy rule', () => {
  const [fails] = check([{ deny: { from: ['dev', 'prod/web'], to: 'prod/payments' } }])
  expect(fails?.holds).toBe(false)
  expect(fails?.failing).toMatchObject([
    {
      from: 'prod/web[Deployment]',
      to: 'prod/payments[Deployment]',
      protocol: 'TCP',
      ports: [[443, 443]],
      verdict: 'allowed',
      answer: { ingress: { by: [{ policy: 'NetworkPolicy:prod/payments', rule: 'ingress[0]' }] } },
    },
  ])
})

test('groups that do not agree are told apart by workload', () => {
  const [fails] = check([{ deny: { from: 'dev', to: 'prod', port: 443 } }])
  expect(fails?.failing.map(({ from, to, protocol }) => [from, to, protocol])).toEqual([
    ['dev/shell[Deployment]', 'prod/web[Deployment]', 'TCP'],
    ['dev/shell[Deployment]', 'prod/web[Deployment]', 'UDP'],
    ['dev/shell[Deployment]', 'prod/web[Deployment]', 'SCTP'],
  ])
})

test('a connection that is expected must be there for every pair', () => {
  const [open, closed] = check([
    { from: 'prod/web', to: 'prod/payments', port: 443, expect: 'allowed' },
    { from: '*', to: 'prod/payments', port: 443, expect: 'allowed' },
  ])
  expect(open?.holds).toBe(true)
  expect(closed?.failing.map(({ from, verdict }) => [from, verdict])).toEqual([['dev/shell[Deployment]', 'denied']])
})

test('a pod that reaches itself is no failure of a namespace that must be closed', () => {
  const closed = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'none', namespace: 'solo' },
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
  }
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'only', namespace: 'solo' } }
  expect(check([{ deny: { from: 'solo', to: 'solo' } }], [closed, pod])[0]?.holds).toBe(true)
})

test('what the policies cannot tell is not as expected', () => {
  const broken = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'broken', namespace: 'prod' },
    spec: { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 'nonsense' } }] }] },
  }
  const checked = check([{ deny: { from: 'dev', to: 'prod/web', port: 80, protocol: 'TCP' } }], [broken])
  expect(checked[0]?.failing).toMatchObject([{ verdict: 'unknown', answer: { reason: 'unsupported-policy' } }])
})

test('a name that stands for nothing fails, because it may be misspelt; an empty namespace can be denied', () => {
  const [misspelt, nobody, allowed] = check([
    { deny: { from: 'dve', to: 'prod/paymnets' } },
    { deny: { from: 'empty', to: 'prod' } },
    { allow: { from: 'empty', to: 'prod', port: 80 } },
  ])
  expect(misspelt).toMatchObject({ holds: false, missing: ['dve', 'prod/paymnets'] })
  expect(nobody).toMatchObject({ holds: true, missing: [] })
  expect(allowed).toMatchObject({ holds: false, missing: ['empty'] })
})

test('failing pairs are bounded', () => {
  const many = Array.from({ length: MAX_PAIRS + 5 }, (_, index) => aDeployment({ name: `d${index}`, namespace: 'dev' }))
  const [fails] = check([{ deny: { from: 'dev', to: 'prod/web', port: 80, protocol: 'TCP' } }], many)
  expect([fails?.failing.length, fails?.isCut]).toEqual([MAX_PAIRS, true])
})
