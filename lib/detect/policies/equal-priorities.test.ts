import { expect, test } from 'vitest'
import { aDeployment, aNamespace } from '../../model/testing/objects'
import { findIn } from '../testing/find-in'

const pods = [
  aNamespace({ name: 'shop' }),
  aDeployment({ name: 'cart', namespace: 'shop' }),
  aDeployment({ name: 'web', namespace: 'shop' }),
]
const admin = (name: string, priority: number, action: string, port: number): object => ({
  apiVersion: 'policy.networking.k8s.io/v1alpha1',
  kind: 'AdminNetworkPolicy',
  metadata: { name },
  spec: {
    priority,
    subject: { namespaces: {} },
    ingress: [{ action, from: [{ namespaces: {} }], ports: [{ portNumber: { port, protocol: 'TCP' } }] }],
  },
})

test('two policies of equal priority that contradict each other are one finding', () => {
  expect(findIn('NP-17', [...pods, admin('b', 5, 'Deny', 80), admin('a', 5, 'Allow', 80)])).toMatchObject([
    {
      severity: 'warning',
      object: { name: 'a' },
      field: 'spec.priority',
      value: '5',
      evidence: ['AdminNetworkPolicy:a ingress[0]: allow', 'AdminNetworkPolicy:b ingress[0]: deny'],
    },
  ])
})

test('it is gone with different priorities, equal actions, or nothing in common', () => {
  expect(findIn('NP-17', [...pods, admin('b', 5, 'Deny', 80), admin('a', 6, 'Allow', 80)])).toEqual([])
  expect(findIn('NP-17', [...pods, admin('b', 5, 'Deny', 80), admin('a', 5, 'Deny', 80)])).toEqual([])
  expect(findIn('NP-17', [...pods, admin('b', 5, 'Deny', 80), admin('a', 5, 'Allow', 81)])).toEqual([])
})
