import { expect, test } from 'vitest'
import { asSelection, enteringId, selectedNode, selectionOf, withoutCluster } from './selection'

const cart = { id: '@prod/shop/cart[Pod]', ref: 'shop/cart[Pod]', kind: 'workload' } as const
const outside = { id: '@prod/from:cidr:203.0.113.0/24', ref: 'cidr:203.0.113.0/24', kind: 'external' } as const

test('a node of one cluster is named by its reference, one of several with its cluster', () => {
  expect(selectionOf({ ...cart, id: cart.ref })).toBe('shop/cart[Pod]')
  expect(selectionOf(cart)).toBe('@prod/shop/cart[Pod]')
  expect(selectionOf({ id: '@prod', ref: 'prod', kind: 'cluster' })).toBe('@prod')
})

test('what a node is named by leads back to it, also where it only enters', () => {
  for (const node of [cart, outside]) expect(selectedNode(selectionOf(node), new Map([[node.id, node]]))).toBe(node)
  expect(enteringId('cidr:203.0.113.0/24')).toBe('from:cidr:203.0.113.0/24')
  expect(selectedNode(null, new Map())).toBeUndefined()
})

test('what is known of one cluster is selected in it', () => {
  const view = { clusters: ['prod', 'staging'], selection: '@staging/shop' }
  expect(asSelection('svc:shop/cart', view)).toBe('@staging/svc:shop/cart')
  expect(asSelection('svc:shop/cart', { ...view, selection: null })).toBe('@prod/svc:shop/cart')
  expect(asSelection('svc:shop/cart', { clusters: ['prod'], selection: null })).toBe('svc:shop/cart')
  expect(asSelection('@prod/shop', view)).toBe('@prod/shop')
  expect(withoutCluster('@prod/shop/cart[Pod]')).toBe('shop/cart[Pod]')
  expect(withoutCluster('shop/cart[Pod]')).toBe('shop/cart[Pod]')
})
