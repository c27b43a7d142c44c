import { expect, test } from 'vitest'
import { policyFilter } from './policy-filter'
import { aPolicyRow } from './testing/a-policy-row'

const POLICIES = [
  aPolicyRow({ name: 'cart', namespace: 'shop' }),
  aPolicyRow({ name: 'web', namespace: 'shop', problems: ['error'] }),
  aPolicyRow({ name: 'cart', namespace: '__proto__' }),
]

function kept(text: string): readonly string[] {
  return POLICIES.filter(policyFilter(text).matches).map(({ ref }) => ref.slice(ref.indexOf(':') + 1))
}

test.each([
  ['', ['shop/cart', 'shop/web', '__proto__/cart']],
  ['ns:shop', ['shop/cart', 'shop/web']],
  ['-ns:shop', ['__proto__/cart']],
  ['policy:cart ns:__proto__', ['__proto__/cart']],
  ['policy:NetworkPolicy:shop/web', ['shop/web']],
  ['CART', ['shop/cart', '__proto__/cart']],
  ['error', ['shop/web']],
  ['ns:__proto__ or web', ['shop/web', '__proto__/cart']],
])('"%s" keeps the policies that it is about', (text, expected) => {
  expect(kept(text)).toEqual(expected)
})

test('terms about flows are named and count as if they were not there; a choice with one is left out as a whole', () => {
  expect(kept('verdict:dropped cart')).toEqual(['shop/cart', '__proto__/cart'])
  expect(policyFilter('verdict:dropped cart').unapplied).toEqual(['verdict:dropped'])
  expect(kept('port:80 or cart')).toHaveLength(3)
  expect(policyFilter('port:80 or cart').unapplied).toContain('port:80 or cart')
  expect(kept('-verdict:dropped')).toHaveLength(3)
})
