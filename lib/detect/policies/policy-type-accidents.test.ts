import { expect, test } from 'vitest'
import { aDeployment } from '../../model/testing/objects'
import { aPolicy, findIn } from '../testing/find-in'

const cart = aDeployment({ name: 'cart', namespace: 'shop' })
const egress = [{ ports: [{ port: 53, protocol: 'UDP' }] }]

test('egress rules alone, without policyTypes, isolate ingress too', () => {
  expect(findIn('NP-05', [cart, aPolicy('out', { podSelector: {}, egress })])).toMatchObject([
    { field: 'spec.egress', fix: 'Add policyTypes: [Egress].', evidence: ['shop/cart[Deployment]'] },
  ])
})

test('it is gone with policyTypes, with ingress rules, and where another policy isolates ingress anyway', () => {
  expect(findIn('NP-05', [cart, aPolicy('out', { podSelector: {}, policyTypes: ['Egress'], egress })])).toEqual([])
  expect(findIn('NP-05', [cart, aPolicy('out', { podSelector: {}, ingress: [{}], egress })])).toEqual([])
  const deny = aPolicy('deny', { podSelector: {}, policyTypes: ['Ingress'] })
  expect(findIn('NP-05', [cart, deny, aPolicy('out', { podSelector: {}, egress })])).toEqual([])
})

test('rules of a direction that policyTypes leaves out are ignored', () => {
  expect(findIn('NP-05', [cart, aPolicy('in', { podSelector: {}, policyTypes: ['Ingress'], egress })])).toMatchObject([
    { field: 'spec.egress', message: 'policyTypes does not list Egress, so the rule under egress is ignored.' },
  ])
  expect(findIn('NP-05', [cart, aPolicy('in', { podSelector: {}, policyTypes: ['Egress'], ingress: [{}, {}] })])).toMatchObject([
    { field: 'spec.ingress', message: 'policyTypes does not list Ingress, so the 2 rules under ingress are ignored.' },
  ])
})

test('an empty list of egress rules isolates nothing without policyTypes', () => {
  expect(findIn('NP-05', [cart, aPolicy('out', { podSelector: {}, egress: [] })])).toMatchObject([{ field: 'spec.egress', value: '[]' }])
  expect(findIn('NP-05', [cart, aPolicy('out', { podSelector: {}, policyTypes: ['Egress'], egress: [] })])).toEqual([])
})

test('Calico takes egress rules alone for egress, and ignores what types leaves out', () => {
  const policy = (spec: object): object => ({
    apiVersion: 'projectcalico.org/v3',
    kind: 'GlobalNetworkPolicy',
    metadata: { name: 'g' },
    spec,
  })
  const rules = [{ action: 'Allow' }]
  expect(findIn('NP-05', [cart, policy({ selector: 'all()', egress: rules })])).toEqual([])
  expect(findIn('NP-05', [cart, policy({ selector: 'all()', types: ['Ingress'], egress: rules })])).toMatchObject([
    { field: 'spec.egress' },
  ])
})
