import { expect, test } from 'vitest'
import { plainName, refWords } from './ref-words'

test('every kind of contract name is taken apart', () => {
  expect(refWords('shop/web[Deployment]')).toEqual({ namespace: 'shop', name: 'web', kind: 'Deployment' })
  expect(refWords('svc:shop/web')).toEqual({ namespace: 'shop', name: 'web', kind: 'Service' })
  expect(refWords('shop/web-7d9f-abcde')).toEqual({ namespace: 'shop', name: 'web-7d9f-abcde', kind: 'Pod' })
  expect(refWords('shop')).toEqual({ namespace: null, name: 'shop', kind: 'Namespace' })
  expect(refWords('ip:2001:db8::1')).toEqual({ namespace: null, name: '2001:db8::1', kind: 'address' })
  expect(refWords('cidr:10.0.0.0/8')).toEqual({ namespace: null, name: '10.0.0.0/8', kind: 'range' })
  expect(refWords('NetworkPolicy:shop/web')).toEqual({ namespace: 'shop', name: 'web', kind: 'NetworkPolicy' })
  expect(plainName('entity:world')).toBe('the Internet')
})

test('names that are words of the language are names like any other', () => {
  expect(plainName('__proto__/constructor[Deployment]')).toBe('__proto__/constructor')
  expect(plainName('toString')).toBe('toString')
})
