import { expect, test } from 'vitest'
import { decodedOf, flowOf } from '../../testing/decode-flows'
import { LineMemory } from '../line-memory'
import { sampleLine } from '../testing/sample-lines'

test.each([
  ['ANP:guard:Egress:1', 'AdminNetworkPolicy:guard', 'egress[1]'],
  ['BANP:default:Ingress:0', 'BaselineAdminNetworkPolicy:default', 'ingress[0]'],
  ['NP:shop:cart:Ingress:2', 'NetworkPolicy:shop/cart', 'ingress[2]'],
  ['EF:shop:3', 'EgressFirewall:shop/default', 'egress[3]'],
  ['np/cart.shop/ingress/IPv4/0', 'NetworkPolicy:shop/cart', null],
])('%s', (name, policy, rule) => {
  expect(flowOf(sampleLine('ovn').replace('NP:shop:cart:Ingress:0', name)).policies).toEqual([{ policy, rule, confidence: 'stated' }])
})

test.each([
  'NP:shop:Ingress',
  'shop_egressDefaultDeny',
  'np/default-deny-ingress.shop/IPv4/0',
  '<unnamed>',
  'shop_cart_0',
  `ANP:${'x'.repeat(59)}`,
])('%s names no policy', (name) => {
  expect(flowOf(sampleLine('ovn').replace('NP:shop:cart:Ingress:0', name))).toMatchObject({ verdict: 'dropped', policies: [] })
})

test.each(['severity=alert: icmp,', 'severity=alert:icmp,', 'severity=alert, direction=from-lport:icmp,'])(
  'the packet begins behind the colon, with a space or without: %s',
  (end) => {
    const text = `2026-05-04T10:00:00.441Z|00010|acl_log(ovn_pinctrl0)|INFO|name="NP:shop: x", verdict=reject, ${end}nw_src=192.0.2.1,nw_dst=192.0.2.2,icmp_type=8`
    expect(flowOf(text)).toMatchObject({ verdict: 'dropped', protocol: 'ICMP', source: { ip: '192.0.2.1' }, rawReason: 'NP:shop: x' })
  },
)

test('a gap in the running number is lost lines, where one program wrote them all', () => {
  const memory = new LineMemory({ isOneStream: true })
  const at = (number: string) => decodedOf(sampleLine('ovn').replace('|00010|', `|${number}|`), { memory: memory }).lostBefore ?? 0
  expect(['00010', '00011', '00015', '00001', '00002'].map(at)).toEqual([0, 0, 3, 0, 0])
  const other = '2026-05-04T10:00:00.441Z|00003|binding|INFO|Claiming lport'
  expect(decodedOf(other, { memory: memory })).toEqual({ kind: 'ignored', reason: 'not-a-flow' })
  expect(at('00004')).toBe(0)
  const mixed = new LineMemory()
  expect([10, 20].map((number) => decodedOf(sampleLine('ovn').replace('|00010|', `|${number}|`), { memory: mixed }).lostBefore)).toEqual([
    undefined,
    undefined,
  ])
})

test('a verdict of a later version is unknown', () => {
  expect(flowOf(sampleLine('ovn').replace('verdict=drop', 'verdict=mirror'))).toMatchObject({ verdict: 'unknown', reason: null })
})
