import { expect, test } from 'vitest'
import type { ChangeReason } from '../policy/diff/connectivity-change'
import { decisionWords } from './reason-words'

function aReason(reason: Partial<Omit<ChangeReason, 'policy'>> & { policy?: string } = {}): ChangeReason {
  return {
    policy: 'NetworkPolicy:shop/cart',
    rule: null,
    effect: 'isolates',
    detail: 'no-rules',
    at: 'after',
    side: 'ingress',
    ...reason,
  } as ChangeReason
}

test('rules are named with their policy, several of one policy together', () => {
  const because = [
    aReason({ effect: 'allow', rule: 'ingress[0]', detail: null }),
    aReason({ effect: 'allow', rule: 'ingress[2]', detail: null }),
    aReason({ effect: 'deny', rule: 'egress[1]', detail: null, policy: 'AdminNetworkPolicy:lockdown' }),
  ]
  expect(decisionWords(because, 'after', 'none')).toBe(
    'shop/cart ingress[0] ingress[2] allows it; AdminNetworkPolicy lockdown egress[1] denies it',
  )
})

test('of policies that only isolate the nearest miss is told and the others are counted', () => {
  const because = [
    aReason({ detail: 'no-rule-selects-peer', policy: 'NetworkPolicy:shop/a' }),
    aReason({ detail: 'rule-selects-peer-but-not-ports', policy: 'NetworkPolicy:shop/b' }),
    aReason({ detail: 'no-rules', policy: 'NetworkPolicy:shop/c' }),
  ]
  expect(decisionWords(because, 'after', 'none')).toBe(
    'shop/b has a rule for this peer, not for this port, nor do 2 other policies allow it',
  )
  expect(decisionWords(because.slice(0, 1), 'after', 'none')).toBe('shop/a has no rule for this peer')
})

test('each side of the change has its own words, and a default where nothing decides', () => {
  const because = [aReason({ at: 'before', effect: 'allow', rule: 'ingress[0]', detail: null })]
  expect(decisionWords(because, 'before', 'all')).toBe('shop/cart ingress[0] allows it')
  expect(decisionWords(because, 'after', 'denied')).toBe('no rule allows it')
  expect(decisionWords([], 'before', 'all')).toBe('no policy limits it')
  expect(decisionWords([], 'before', 'allowed')).toBe('no policy limits it')
})
