import { expect, test } from 'vitest'
import { decodeLine } from '../decode-line'
import { flowsOf } from '../testing/decode-flows'
import { LineMemory } from './line-memory'

const V4 = { a: '192.0.2.1', b: '192.0.2.2', c: '192.0.2.3' }
const V6 = { a: '2001:db8::1', b: '2001:db8::2', c: '2001:db8::3' }

type Ends = typeof V4
type Write = (ends: Ends, at: (ip: string, port: number) => string) => string

/** Lines whose addresses stand between spaces or commas, as each program writes them. */
const LINES: readonly (readonly [string, Write])[] = [
  [
    'Istio, sidecar of the client',
    ({ a, b, c }, at) =>
      `[2026-05-04T09:59:00.123Z] "GET / HTTP/1.1" 200 - via_upstream - "-" 1 2 3 4 "-" "x" "id" "cart:80" "${at(b, 8080)}" outbound|80||cart.shop.svc.cluster.local ${at(a, 41000)} ${at(c, 80)} ${at(a, 52000)} - default`,
  ],
  [
    'Istio, sidecar of the server',
    ({ a, b }, at) =>
      `[2026-05-04T09:59:00.123Z] "GET / HTTP/1.1" 403 - rbac_access_denied_matched_policy[none] - "-" 0 19 3 - "-" "x" "id" "cart:80" "-" inbound|8080|| - ${at(b, 8080)} ${at(a, 52000)} outbound_.80_._.cart.shop.svc.cluster.local -`,
  ],
  [
    'ingress-nginx',
    ({ a, b }, at) =>
      `${a} - - [04/May/2026:11:59:00 +0200] "GET / HTTP/1.1" 200 146 "-" "x" 92 0.023 [shop-cart-80] [] ${at(b, 8080)} 146 0.023 200 id`,
  ],
  [
    'ingress-nginx, several backends',
    ({ a, b, c }, at) =>
      `${a} - - [04/May/2026:11:59:00 +0200] "GET / HTTP/1.1" 200 146 "-" "x" 92 0.023 [shop-cart-80] [] ${at(b, 8080)}, ${at(c, 8080)} : ${at(b, 81)} 0, 1 : 146 0.001, 0.002 : 0.020 502, 502 : 200 id`,
  ],
  ['Traefik', ({ a, b }, at) => `${a} - - [04/May/2026:09:59:00 +0000] "GET / HTTP/1.1" 200 17 "-" "x" 1 "r" "http://${at(b, 8080)}" 12ms`],
  ['Linkerd', ({ a, b }, at) => `${at(a, 41000)} - - [2026-05-04T09:59:00.123456789Z] "GET http://${at(b, 80)}/ HTTP/2.0" 200`],
  ['CoreDNS', ({ a }, at) => `[INFO] ${at(a, 41000)} - 9 "A IN example.com. udp 30 false 512" NOERROR qr,rd,ra 106 0.001s`],
]

const at4 = (ip: string, port: number) => `${ip}:${port}`
const at6 = (ip: string, port: number) => `[${ip}]:${port}`

test.each(LINES)('%s reads IPv6 as it reads IPv4', (_name, write) => {
  const four = flowsOf(write(V4, at4))
  const six = flowsOf(write(V6, at6))
  expect(four.length).toBeGreaterThan(0)
  expect(four.some(({ source }) => source.ip === V4.a)).toBe(true)
  const asSix = JSON.stringify(four).replaceAll(V4.a, V6.a).replaceAll(V4.b, V6.b).replaceAll(V4.c, V6.c)
  expect(six).toEqual(JSON.parse(asSix))
})

test("a client's address may stand in brackets", () => {
  const line = `[${V6.a}] - - [04/May/2026:09:59:00 +0000] "GET / HTTP/1.1" 200 17 "-" "x" 1 "r" "http://[${V6.b}]:8080" 12ms`
  expect(flowsOf(line)).toMatchObject([{ source: { ip: V6.a }, destination: { ip: V6.b }, port: 8080 }])
})

test.each(['tcp', 'udp', 'sctp', 'icmp'])('OVN reads %s6 as it reads its IPv4', (protocol) => {
  const line = (word: string, family: string, { a, b }: Ends) =>
    decodeLine(
      `2026-05-04T10:00:00.441Z|00010|acl_log(ovn_pinctrl0)|INFO|name="NP:shop:cart:Ingress:0", verdict=drop, severity=info, direction=to-lport: ${word},vlan_tci=0x0000,${family}_src=${a},${family}_dst=${b},tp_src=41000,tp_dst=443`,
      null,
      0,
      { memory: new LineMemory() },
    )
  const four = line(protocol, 'nw', V4)
  const six = line(`${protocol}6`, 'ipv6', V6)
  expect(four).toMatchObject({ kind: 'flow', flow: { source: { ip: V4.a }, port: 443 } })
  const asSix = JSON.stringify(four).replaceAll(V4.a, V6.a).replaceAll(V4.b, V6.b).replaceAll('"ICMP"', '"ICMPv6"')
  expect(six).toEqual(JSON.parse(asSix))
})
