import { expect, test } from 'vitest'
import { aDeployment, aNamespace } from '../../model/testing/objects'
import { aPolicy, findIn } from '../testing/find-in'

const pods = [
  aNamespace({ name: 'shop' }),
  aDeployment({ name: 'cart', namespace: 'shop' }),
  aDeployment({ name: 'web', namespace: 'shop' }),
]
const messages = (...policies: readonly object[]): readonly string[] =>
  findIn('NP-11', [...pods, ...policies]).map(({ message }) => message)

test('one finding for each namespace says what is open', () => {
  expect(findIn('NP-11', pods)).toMatchObject([
    {
      severity: 'info',
      object: { kind: 'Namespace', ref: 'shop' },
      message: 'No policy isolates any of the 2 workloads of the namespace.',
      evidence: ['shop/cart[Deployment]', 'shop/web[Deployment]'],
    },
  ])
  expect(messages(aPolicy('cart', { podSelector: { matchLabels: { app: 'cart' } } }))).toEqual([
    '1 of 2 workloads of the namespace is not isolated for ingress.',
  ])
  expect(messages(aPolicy('all', { podSelector: {} }))).toEqual([
    'The namespace is isolated for ingress only: its pods may connect to everybody.',
  ])
})

test('it is gone when both directions are isolated', () => {
  expect(messages(aPolicy('all', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }))).toEqual([])
})

test('a baseline that denies counts as isolation', () => {
  const baseline = {
    apiVersion: 'policy.networking.k8s.io/v1alpha1',
    kind: 'BaselineAdminNetworkPolicy',
    metadata: { name: 'default' },
    spec: {
      subject: { namespaces: {} },
      ingress: [{ action: 'Deny', from: [{ namespaces: {} }] }],
      egress: [{ action: 'Deny', to: [{ namespaces: {} }] }],
    },
  }
  expect(messages(baseline)).toEqual([])
})
