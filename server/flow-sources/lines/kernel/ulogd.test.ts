import { expect, test } from 'vitest'
import { decodedOf, flowOf } from '../../testing/decode-flows'
import { sampleLine } from '../testing/sample-lines'

test('NFLOG is refused only where somebody says that the group is', () => {
  expect(flowOf(sampleLine('ulogd'))).toMatchObject({ verdict: 'unknown', rawReason: 'np-deny', event: 'trace' })
  expect(flowOf(sampleLine('ulogd'), {}, 'kube-router')).toMatchObject({ verdict: 'dropped', reason: 'policy/denied', event: 'drop' })
  expect(flowOf(sampleLine('ulogd'), {}, 'kube-router').family).toBe('policy-log')
  expect(flowOf(sampleLine('ulogd', 1), {}, 'kube-router')).toMatchObject({ verdict: 'unknown', family: 'conntrack' })
  expect(decodedOf(sampleLine('ulogd').replace('"src_ip"', '"ip.saddr"'))).toMatchObject({
    kind: 'rejected',
    reason: expect.stringContaining('IP2STR'),
  })
})
