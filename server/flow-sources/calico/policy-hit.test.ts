import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parsePolicyHit } from './policy-hit'
import { traceOutcome } from './policy-trace'

describe('policy strings', () => {
  test.each([
    ['0|web|np:shop/web.cart|allow|1', 'NetworkPolicy', 'shop', 'web.cart', 1],
    ['0|default|knp:shop/cart|deny|-1', 'NetworkPolicy', 'shop', 'cart', -1],
    ['12|ops|gnp:ops.block|deny|0', 'GlobalNetworkPolicy', null, 'ops.block', 0],
    ['1|web|snp:shop/cart|deny|0', 'StagedNetworkPolicy', 'shop', 'cart', 0],
    ['1|web|sgnp:cart|deny|0', 'StagedGlobalNetworkPolicy', null, 'cart', 0],
    ['1|default|sknp:shop/cart|deny|0', 'StagedKubernetesNetworkPolicy', 'shop', 'cart', 0],
    ['1|kube-admin|kcnp:cart|pass|0', 'ClusterNetworkPolicy', null, 'cart', 0],
    ['1|__PROFILE__|pro:kns.shop|allow|0', 'Profile', null, 'kns.shop', 0],
    ['0|web|shop/web.cart|allow|1', 'NetworkPolicy', 'shop', 'web.cart', 1],
    ['0|web|web.cart|allow|-', 'GlobalNetworkPolicy', null, 'web.cart', null],
    ['0|web|web.cart|allow|-2', 'GlobalNetworkPolicy', null, 'web.cart', null],
    ['0|web|shop/web.staged:cart|deny', 'StagedNetworkPolicy', 'shop', 'web.cart', null],
    ['0|web|shop/staged:web.cart|deny|0', 'StagedNetworkPolicy', 'shop', 'web.cart', 0],
    ['0|web|staged:web.cart|deny|0', 'StagedGlobalNetworkPolicy', null, 'web.cart', 0],
    ['0|default|shop/knp.default.cart|deny|0', 'NetworkPolicy', 'shop', 'cart', 0],
    ['0|default|shop/staged:knp.default.cart|deny|0', 'StagedKubernetesNetworkPolicy', 'shop', 'cart', 0],
    ['0|adminnetworkpolicy|kanp.adminnetworkpolicy.guard|pass|0', 'AdminNetworkPolicy', null, 'guard', 0],
    ['4|__PROFILE__|__PROFILE__.kns.shop|allow|0', 'Profile', null, 'kns.shop', 0],
  ])('%s', (text, kind, namespace, name, rule) => {
    expect(parsePolicyHit(text)).toMatchObject({ kind, namespace, name, rule })
  })

  test.each([
    '',
    '0|web',
    '0|web|np:shop/cart|allow',
    'x|web|np:shop/cart|allow|0',
    '-1|web|np:shop/cart|allow|0',
    '0||np:shop/cart|allow|0',
    '0|web|np:shop/cart|log|0',
    '0|web|np:shop/cart|allow|x',
    '0|web|np:shop/cart|allow|',
    '0|web|np:shop/cart|allow|-3',
    '0|web|np:shop/cart|allow|-',
    '0|web|np:cart|allow|0',
    '0|web|gnp:shop/cart|allow|0',
    '0|web|np:shop/|allow|0',
    '0|web|np:/cart|allow|0',
    '0|web|np:shop/Cart|allow|0',
    '0|web|np:shop/cart/more|allow|0',
    '0|web|xyz:shop/cart|allow|0',
    '0|web|pro:kns.shop|allow|0',
    '0|__PROFILE__|np:shop/cart|allow|0',
    '0|web|shop/__PROFILE__.kns.shop|allow|0',
    `0|web|np:shop/${'a'.repeat(300)}|allow|0`,
  ])('%j is none', (text) => {
    expect(parsePolicyHit(text)).toBeNull()
  })

  test('any text is read or is none', () => {
    const part = fc.oneof(
      fc.constantFrom('0', '-1', 'web', '__PROFILE__', 'np:a/b', 'staged:', 'allow', 'deny', 'a/b.c'),
      fc.string({ maxLength: 6 }),
    )
    fc.assert(fc.property(fc.array(part, { maxLength: 7 }), (parts) => void parsePolicyHit(parts.join('|'))))
  })
})

describe('what a trace says', () => {
  const hits = (...texts: string[]) => texts.map((text) => parsePolicyHit(text)).filter((hit) => hit !== null)

  test('the first step that is final decided, however the list is sorted', () => {
    expect(traceOutcome('deny', hits('1|app|shop/app.cart|deny|-1', '0|ops|ops.all|pass|0'), [], 'ingress')).toEqual({
      verdict: 'dropped',
      reason: 'policy/default-deny',
      policies: [{ policy: 'NetworkPolicy:shop/app.cart', rule: null, confidence: 'stated' }],
    })
    expect(traceOutcome('allow', hits('0|default|knp:shop/cart|allow|2'), [], 'egress')).toMatchObject({
      verdict: 'forwarded',
      policies: [{ rule: 'egress[2]' }],
    })
  })

  test('what a staged policy would refuse is audited, and only when it was let through', () => {
    const enforced = hits('1|default|knp:shop/cart|allow|0')
    const pending = hits('0|web|snp:shop/web.strict|deny|-1', '1|default|knp:shop/cart|allow|0')
    expect(traceOutcome('allow', enforced, pending, 'ingress')).toMatchObject({
      verdict: 'audit',
      policies: [{ policy: 'StagedNetworkPolicy:shop/web.strict' }],
    })
    expect(traceOutcome('deny', enforced, pending, 'ingress')).toEqual({ verdict: 'dropped', reason: 'policy/denied', policies: [] })
    expect(traceOutcome(null, enforced, pending, 'ingress').verdict).toBe('unknown')
  })
})
