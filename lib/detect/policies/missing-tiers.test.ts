import { expect, test } from 'vitest'
import { aDeployment, aNode } from '../../model/testing/objects'
import { findIn } from '../testing/find-in'

const cart = aDeployment({ name: 'cart', namespace: 'shop' })
const policy = (tier: string): object => ({
  apiVersion: 'projectcalico.org/v3',
  kind: 'GlobalNetworkPolicy',
  metadata: { name: 'g' },
  spec: { tier, selector: 'all()', ingress: [{ action: 'Allow' }] },
})
const security = { apiVersion: 'projectcalico.org/v3', kind: 'Tier', metadata: { name: 'security' }, spec: { order: 10 } }

test('a tier that no object describes; in manifests it may be elsewhere', () => {
  expect(findIn('NP-18', [cart, policy('securty'), security, aNode()])).toMatchObject([
    { severity: 'warning', field: 'spec.tier', value: 'securty', evidence: ['tiers there are: security'] },
  ])
  expect(findIn('NP-18', [cart, policy('securty')])).toMatchObject([{ severity: 'info' }])
})

test('it is gone when the tier is there, or one that Calico brings', () => {
  expect(findIn('NP-18', [cart, policy('security'), security])).toEqual([])
  expect(findIn('NP-18', [cart, policy('default')])).toEqual([])
})
