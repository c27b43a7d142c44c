import { describe, expect, test } from 'vitest'
import type { LineFormatId } from '@/lib/api/line-format-ids'
import type { ObservedFlow } from '@/lib/flows/flow'
import { decodeLine } from '../decode-line'
import type { DecodedLine } from '../decoded-line'
import { LINE_FORMATS } from './line-formats'
import { LineMemory } from './line-memory'
import { NETWORK_FORMATS } from './network-formats'
import { SAMPLE_LINES } from './testing/sample-lines'

const NOW = Date.UTC(2026, 4, 4, 10, 0, 5)

function decode(line: string, format: LineFormatId | null = null, memory: LineMemory | null = null): DecodedLine {
  return decodeLine(line, format, NOW, { memory })
}

function flowOf(line: string | undefined, format: LineFormatId | null = null, memory: LineMemory | null = null): ObservedFlow {
  const decoded = decode(line ?? '', format, memory)
  if (decoded.kind !== 'flow') throw new Error(JSON.stringify(decoded))
  return decoded.flow
}

describe('every format', () => {
  test('samples of each are its own, whichever others are tried before', () => {
    for (const [id, lines] of SAMPLE_LINES) {
      for (const line of lines) {
        const found = LINE_FORMATS.filter((format) => decode(line, format.id).kind === 'flow').map((format) => format.id)
        expect(
          found.filter((each) => each !== 'kube-router'),
          line,
        ).toEqual([id])
        expect(decode(line)).toEqual(decode(line, id))
      }
    }
  })

  test('a named format leaves what is not of its kind alone', () => {
    for (const { id } of NETWORK_FORMATS) {
      for (const line of ['level=info msg=started', '{}', '{"level":"info","msg":"started"}', '']) {
        expect(decode(line, id).kind).toBe('ignored')
      }
    }
  })
})

const line = (id: LineFormatId, index = 0): string => SAMPLE_LINES.get(id)?.[index] ?? ''

describe('GKE', () => {
  test('an allowed connection names its policies and both pods', () => {
    expect(flowOf(line('gke'))).toMatchObject({
      verdict: 'forwarded',
      policies: [{ policy: 'NetworkPolicy:shop/cart' }],
      source: { pod: 'web-1', namespace: 'shop' },
      destination: { pod: 'cart-1' },
      port: 8080,
      direction: 'ingress',
      event: 'policy-verdict',
    })
  })

  test('gathered refusals count as many, once, and name no policy', () => {
    expect(flowOf(line('gke', 1))).toMatchObject({ verdict: 'dropped', count: 7, event: 'flow', policies: [], uuid: 'gke abc1' })
  })

  test('machines and names outside', () => {
    expect(flowOf(line('gke', 2))).toMatchObject({ destination: { entity: 'host', pod: null }, source: { names: ['api.example.com'] } })
  })

  test('a disposition of a later version is no verdict', () => {
    expect(decode(line('gke').replace('"allow"', '"audit"'))).toMatchObject({ kind: 'rejected' })
  })
})

describe('AWS', () => {
  test.each([0, 1, 2, 3])('form %i', (index) => {
    expect(flowOf(line('aws', index))).toMatchObject({
      verdict: 'dropped',
      source: { ip: index === 3 ? '2001:db8::1' : '192.0.2.1' },
      port: 80,
      sourcePort: 41000,
      protocol: 'TCP',
    })
  })

  test('what ages is no decision, and an unknown word none either', () => {
    for (const word of ['EXPIRED', 'DELETED', 'EXPIRED/DELETED']) {
      for (const index of [0, 1, 2, 3]) {
        expect(decode(line('aws', index).replace('DENY', word))).toEqual({ kind: 'ignored', reason: 'no-decision' })
      }
    }
    expect(decode(line('aws', 1).replace('DENY', 'MAYBE'))).toMatchObject({ kind: 'rejected' })
  })
})

describe('OVN', () => {
  test.each([
    ['ANP:guard:Egress:1', 'AdminNetworkPolicy:guard', 'egress[1]'],
    ['BANP:default:Ingress:0', 'BaselineAdminNetworkPolicy:default', 'ingress[0]'],
    ['NP:shop:cart:Ingress:2', 'NetworkPolicy:shop/cart', 'ingress[2]'],
    ['EF:shop:3', 'EgressFirewall:shop/default', 'egress[3]'],
    ['np/cart.shop/ingress/IPv4/0', 'NetworkPolicy:shop/cart', null],
  ])('%s', (name, policy, rule) => {
    expect(flowOf(line('ovn').replace('NP:shop:cart:Ingress:0', name)).policies).toEqual([{ policy, rule, confidence: 'stated' }])
  })

  test.each([
    'NP:shop:Ingress',
    'shop_egressDefaultDeny',
    'np/default-deny-ingress.shop/IPv4/0',
    '<unnamed>',
    'shop_cart_0',
    `ANP:${'x'.repeat(59)}`,
  ])('%s names no policy', (name) => {
    expect(flowOf(line('ovn').replace('NP:shop:cart:Ingress:0', name))).toMatchObject({ verdict: 'dropped', policies: [] })
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
    const at = (number: string) => decode(line('ovn').replace('|00010|', `|${number}|`), null, memory).lostBefore ?? 0
    expect(['00010', '00011', '00015', '00001', '00002'].map(at)).toEqual([0, 0, 3, 0, 0])
    const other = '2026-05-04T10:00:00.441Z|00003|binding|INFO|Claiming lport'
    expect(decode(other, null, memory)).toEqual({ kind: 'ignored', reason: 'not-a-flow' })
    expect(at('00004')).toBe(0)
    const mixed = new LineMemory()
    expect([10, 20].map((number) => decode(line('ovn').replace('|00010|', `|${number}|`), null, mixed).lostBefore)).toEqual([
      undefined,
      undefined,
    ])
  })

  test('a verdict of a later version is unknown', () => {
    expect(flowOf(line('ovn').replace('verdict=drop', 'verdict=mirror'))).toMatchObject({ verdict: 'unknown', reason: null })
  })
})

describe('Antrea', () => {
  test('a rule, the default of all Kubernetes policies, and repeats', () => {
    expect(flowOf(line('antrea'))).toMatchObject({
      time: Date.UTC(2026, 4, 4, 10, 0, 0, 500),
      verdict: 'dropped',
      reason: 'policy/rule-deny',
      policies: [{ policy: 'NetworkPolicy:shop/cart' }],
      direction: 'egress',
      packets: 3,
      bytes: 252,
      count: 1,
    })
    expect(flowOf(line('antrea', 1))).toMatchObject({ verdict: 'dropped', reason: 'policy/default-deny', policies: [], port: 80 })
  })

  test('versions before 1.12', () => {
    expect(flowOf(line('antrea', 2))).toMatchObject({ verdict: 'forwarded', port: 8080, sourcePort: 41000, direction: 'ingress' })
    expect(flowOf(line('antrea', 3))).toMatchObject({ verdict: 'dropped', port: null, protocol: 'TCP' })
  })

  test('the versions that named the addresses', () => {
    expect(flowOf(line('antrea', 4))).toMatchObject({ verdict: 'forwarded', protocol: 'TCP', bytes: 60, destination: { ip: '192.0.2.20' } })
    const six = line('antrea', 4).replaceAll('192.0.2.', '2001:db8::').replace('Allow', 'Drop').replace('TCP', 'UDP')
    expect(flowOf(six)).toMatchObject({
      verdict: 'dropped',
      protocol: 'UDP',
      source: { ip: '2001:db8::1' },
      destination: { ip: '2001:db8::20' },
    })
  })

  test('a packet that is passed on is counted by the policy that decides', () => {
    const pass = line('antrea').replace('Reject', 'Pass')
    expect(flowOf(pass)).toMatchObject({ verdict: 'unknown', bytes: null, packets: null })
    expect(flowOf(line('antrea'))).toMatchObject({ bytes: 252, packets: 3 })
  })

  test('an action of a later version is rejected', () => {
    expect(decode(line('antrea').replace('Reject', 'Mirror'))).toMatchObject({ kind: 'rejected' })
  })
})

describe('NetObserv', () => {
  test('bytes are scaled by the sampling, the backend is the end, and an answer is turned round', () => {
    expect(flowOf(line('netobserv'))).toMatchObject({
      verdict: 'unknown',
      bytes: 5_000,
      packets: 100,
      source: { pod: 'web-1' },
      destination: { ip: '192.0.2.20', addressed: { ip: '198.51.100.7', port: 53 } },
      l7: { protocol: 'dns', code: 'NXDomain' },
    })
    expect(flowOf(line('netobserv', 1))).toMatchObject({
      source: { pod: 'web-1' },
      destination: { pod: 'cart-1' },
      port: 8080,
      phase: 'reply',
    })
  })

  test('events of OVN state verdict and policy; a drop by netfilter is not called a refusal', () => {
    expect(flowOf(line('netobserv', 2))).toMatchObject({
      verdict: 'dropped',
      policies: [{ policy: 'NetworkPolicy:shop/cart' }],
      direction: 'ingress',
    })
    expect(flowOf(line('netobserv', 3))).toMatchObject({ verdict: 'error', reason: 'kernel/netfilter-drop', policies: [] })
    const inWords = line('netobserv', 2).replace(
      /"NetworkEvents":\[.*?\]/,
      '"NetworkEvents":["Dropped by network policy cart, direction Egress"]',
    )
    expect(flowOf(inWords)).toMatchObject({ verdict: 'dropped', policies: [], direction: 'egress' })
  })

  const record = (over: object): string => JSON.stringify({ ...JSON.parse(line('netobserv', 1)), Sampling: 0, Flags: 2, ...over })

  test.each([
    ['192.0.2.20', '198.51.100.7'],
    ['2001:db8::20', '2001:db8:ff::7'],
  ])("the port is the one of the pod behind the Service's address (%s)", (pod, service) => {
    const translated = {
      SrcAddr: pod.replace('20', '1'),
      SrcPort: 41_000,
      DstAddr: service,
      DstPort: 80,
      XlatDstAddr: pod,
      XlatDstPort: 8080,
      Proto: 6,
    }
    expect(flowOf(record(translated))).toMatchObject({
      port: 8080,
      sourcePort: 41_000,
      destination: { ip: pod, addressed: { ip: service, port: 80 } },
    })
    expect(flowOf(record({ ...translated, XlatDstPort: 0 }))).toMatchObject({ port: 80 })
    expect(flowOf(record({ ...translated, XlatDstAddr: service, XlatDstPort: 8080 }))).toMatchObject({ port: 80 })
  })

  test('a conversation says its bytes both ways', () => {
    const sums = { Bytes: undefined, Packets: undefined, Bytes_AB: 100, Bytes_BA: 900, Packets_AB: 1, Packets_BA: 2, Sampling: 50 }
    expect(flowOf(record({ ...sums, _RecordType: 'endConnection', _HashId: 'a' }))).toMatchObject({ bytes: 50_000, packets: 150 })
    expect(flowOf(record({ ...sums, Bytes_BA: undefined }))).toMatchObject({ bytes: 5_000 })
  })

  test.each([
    [
      { AgentIP: '192.0.2.201', IfDirections: [1] },
      { AgentIP: '192.0.2.202', IfDirections: [0] },
    ],
    [{ IfDirections: [1] }, { IfDirections: [0] }],
    [
      { AgentIP: '2001:db8:f::1', IfDirections: [1, 0] },
      { AgentIP: '2001:db8:f::2', IfDirections: [0, 1] },
    ],
  ])('without a direction the bytes of one machine count: %j, %j', (first, second) => {
    const memory = new LineMemory()
    const start = 1_777_888_800_000
    const at = (seconds: number, by: object) =>
      flowOf(
        record({
          FlowDirection: undefined,
          TimeFlowStartMs: start + seconds * 1_000,
          TimeFlowEndMs: start + seconds * 1_000 + 900,
          ...by,
          Bytes: 100,
        }),
        null,
        memory,
      ).bytes
    expect([at(0, first), at(0.01, second), at(5, second), at(5.01, first)]).toEqual([100, null, null, 100])
    expect(at(1_000, second)).toBe(100)
    expect(at(0, { SrcPort: 5, ...first })).toBe(100)
  })

  test('a window that comes twice brings its bytes once, and the end of a conversation only what its parts did not', () => {
    const memory = new LineMemory()
    expect([1, 2].map(() => flowOf(line('netobserv'), null, memory).bytes)).toEqual([5_000, null])
    const record = (type: string, start: number) =>
      line('netobserv').replace('"TimeFlowStartMs":1777888800000', `"_RecordType":"${type}","_HashId":"7","TimeFlowStartMs":${start}`)
    expect(flowOf(record('newConnection', 1), null, memory).bytes).toBeNull()
    expect(flowOf(record('endConnection', 2), null, memory).bytes).toBe(5_000)
    expect(flowOf(record('flowLog', 3), null, memory).bytes).toBe(5_000)
    expect(flowOf(record('endConnection', 4), null, memory).bytes).toBeNull()
  })
})

describe('Calico', () => {
  test('the end that counts, and the other one', () => {
    expect(flowOf(line('calico'))).toMatchObject({
      verdict: 'forwarded',
      phase: 'start',
      count: 2,
      bytes: 300,
      source: { workload: { name: 'web-6b687c8dcb-*', kind: null } },
    })
    const bySource = line('calico').replace('"reporter":"dst"', '"reporter":"src"')
    expect(flowOf(bySource)).toMatchObject({ phase: 'later', bytes: null, direction: 'egress' })
    expect(flowOf(bySource.replace('"dest_type":"wep"', '"dest_type":"net"'))).toMatchObject({ phase: 'start', bytes: 300 })
    expect(flowOf(bySource.replace('"allow"', '"deny"'))).toMatchObject({ phase: 'start', verdict: 'dropped' })
    expect(flowOf(line('calico').replace('"num_flows_started":2', '"num_flows_started":0'))).toMatchObject({ phase: 'later', bytes: 300 })
  })

  const row = (over: object): string => JSON.stringify({ ...JSON.parse(line('calico')), ...over })

  test('pods without a controller keep their names, in IPv6 as well', () => {
    const bare = { source_name: '-', source_name_aggr: 'probe', dest_name: '-', dest_name_aggr: 'db-0' }
    const { source, destination } = flowOf(row({ ...bare, source_ip: '2001:db8::1', dest_ip: null }))
    expect(source).toMatchObject({ namespace: 'shop', pod: 'probe', workload: null, ip: '2001:db8::1' })
    expect(destination).toMatchObject({ namespace: 'shop', pod: 'db-0', workload: null })
    expect(flowOf(row({ ...bare, source_name_aggr: 'web-6b687c8dcb-*' })).source).toMatchObject({ pod: null })
    expect(flowOf(row({ ...bare, source_name_aggr: '-' })).source).toMatchObject({ pod: null, workload: null })
    expect(flowOf(row({ source_name: 'web-1', source_name_aggr: undefined, dest_name_aggr: undefined }))).toMatchObject({
      source: { pod: 'web-1', workload: null },
      destination: { pod: 'cart-1' },
    })
  })

  test.each([
    ['dst, fwd', 'ingress', 'start', 300],
    ['fwd,dst', 'ingress', 'start', 300],
    ['src, fwd', 'egress', 'later', null],
    ['fwd', null, 'later', null],
  ])('reported by %s', (reporter, direction, phase, bytes) => {
    expect(flowOf(row({ reporter }))).toMatchObject({ direction, phase, bytes })
  })

  test('a row that is sent again has the same name; another window, side or machine has another', () => {
    const { uuid } = flowOf(line('calico'))
    expect(uuid).not.toBeNull()
    expect(flowOf(row({ '@timestamp': 'later' })).uuid).toBe(uuid)
    const others = [
      ...[{ start_time: 1 }, { reporter: 'src' }, { host: 'other' }, { action: 'deny' }, { dest_port: 1 }, { dest_ip: '2001:db8::2' }],
      ...[{ policies: null }, { policies: { enforced_policies: ['0|default|np:shop/x|allow|0'] } }, { source_name_aggr: 'other-*' }],
    ].map((over) => flowOf(row(over)).uuid)
    expect(new Set([uuid, ...others]).size).toBe(10)
    expect(flowOf(row({ start_time: undefined })).uuid).toBeNull()
  })

  test('sets of networks keep their names; private networks are not the world', () => {
    const to = (over: object) => flowOf(row({ reporter: 'src', dest_namespace: '-', ...over })).destination
    expect(to({ dest_type: 'ns', dest_name_aggr: 'partners' })).toMatchObject({ names: ['partners'], entity: null, pod: null })
    expect(to({ dest_type: 'ns', dest_name_aggr: 'partners', dest_namespace: 'shop' })).toMatchObject({ names: ['shop/partners'] })
    expect(to({ dest_type: 'ns', dest_name_aggr: 'partners', dest_domains: ['a.example.com'] }).names).toEqual([
      'a.example.com',
      'partners',
    ])
    expect(to({ dest_type: 'net', dest_name_aggr: 'pvt' })).toMatchObject({ names: [], entity: 'unknown' })
    expect(to({ dest_type: 'net', dest_name_aggr: 'pub', dest_ip: '2001:db8::9' })).toMatchObject({ entity: 'world', ip: '2001:db8::9' })
  })

  test('the names of one row are not those of the next', () => {
    const memory = new LineMemory()
    const names = (dest_domains: unknown) =>
      flowOf(row({ dest_type: 'net', dest_name_aggr: 'pub', dest_labels: null, dest_domains }), null, memory).destination.names
    expect([names(['a.example.com']), names(['b.example.com']), names(null)]).toEqual([['a.example.com'], ['b.example.com'], []])
  })

  test('an action of a later version is no verdict', () => {
    expect(flowOf(line('calico').replace('"action":"allow"', '"action":"mirror"'))).toMatchObject({
      verdict: 'unknown',
      rawReason: 'mirror',
      policies: [],
    })
  })

  test("Felix's counters only grow: each line adds the difference", () => {
    const memory = new LineMemory()
    const at = (bytes: number) => flowOf(line('felix-syslog').replace('outBytes=120', `outBytes=${bytes}`), null, memory)
    expect([120, 300, 300, 60].map((bytes) => [at(bytes)].map(({ bytes, phase }) => `${bytes} ${phase}`)[0])).toEqual([
      '120 start',
      '180 later',
      '0 later',
      '60 start',
    ])
    expect(flowOf(line('felix-syslog'))).toMatchObject({
      node: 'bastion',
      policies: [{ policy: 'GlobalNetworkPolicy:security.outside' }],
      reason: 'policy/default-deny',
    })
  })
})

describe('the kernel', () => {
  test('a LOG line has no verdict, whatever its prefix says', () => {
    expect(flowOf(line('kernel-log'))).toMatchObject({
      verdict: 'unknown',
      rawReason: 'DENY web:',
      port: 5432,
      phase: 'start',
      node: 'node-1',
    })
    expect(flowOf(line('kernel-log', 1))).toMatchObject({ source: { ip: '192.0.2.2' }, protocol: 'ICMP' })
  })

  test.each([
    ['SEQ=7 ACK=0 WINDOW=64240 RES=0x00 SYN URGP=0', 'start', '192.0.2.1'],
    ['SEQ=7 ACK=8 WINDOW=64240 RES=0x00 ACK SYN URGP=0', 'reply', '192.0.2.20'],
    ['SEQ=7 ACK=8 WINDOW=64240 RES=0x00 ACK PSH URGP=0', 'later', '192.0.2.1'],
    ['SEQ=7 ACK=8 WINDOW=64240 RES=0x00 URGP=0 SYN', 'start', '192.0.2.1'],
  ])('with --log-tcp-sequence flags are the words, not the numbers: %s', (flags, phase, client) => {
    expect(flowOf(line('kernel-log').replace('WINDOW=64240 RES=0x00 SYN URGP=0', flags))).toMatchObject({ phase, source: { ip: client } })
  })

  test('NFLOG is refused only where somebody says that the group is', () => {
    expect(flowOf(line('ulogd'))).toMatchObject({ verdict: 'unknown', rawReason: 'np-deny', event: 'trace' })
    expect(flowOf(line('ulogd'), 'kube-router')).toMatchObject({ verdict: 'dropped', reason: 'policy/denied', event: 'drop' })
    expect(flowOf(line('ulogd'), 'kube-router').family).toBe('policy-log')
    expect(flowOf(line('ulogd', 1), 'kube-router')).toMatchObject({ verdict: 'unknown', family: 'conntrack' })
    expect(decode(line('ulogd').replace('"src_ip"', '"ip.saddr"'))).toMatchObject({
      kind: 'rejected',
      reason: expect.stringContaining('IP2STR'),
    })
  })

  test('a connection through a Service ends at its backend', () => {
    for (const each of [line('conntrack'), line('ulogd', 1), line('conntrack', 2)]) {
      expect(flowOf(each)).toMatchObject({
        verdict: 'unknown',
        phase: 'start',
        destination: { ip: '192.0.2.20', addressed: { ip: '198.51.100.7', port: 80 } },
        port: 8080,
        sourcePort: 41000,
      })
    }
  })

  test.each([
    'INFO mirror src=192.0.2.1 dst=192.0.2.2 next src=192.0.2.3 dst=192.0.2.4',
    'msg src=2001:db8::1 dst=2001:db8::2 retry 3 src=2001:db8::3 dst=2001:db8::4',
    'msg="IN=eth0 OUT=eth1 SRC=… DST=…"',
    'rule IN=eth0 OUT=eth1 SRC=any DST=any accepted',
  ])('other programs write pairs, too: %s', (text) => {
    expect(decode(text)).toEqual({ kind: 'ignored', reason: 'not-a-flow' })
  })

  test.each([
    'tcp      6 431999 ESTABLISHED src=192.0.2.1 dst=192.0.2.2 sport=1 dport=80 src=192.0.2.2 dst=192.0.2.1 sport=80 dport=1 [ASSURED]',
    'ipv6     10 tcp      6 9 ESTABLISHED src=2001:db8::1 dst=2001:db8::2 sport=1 dport=80 src=2001:db8::2 dst=2001:db8::1 sport=80 dport=1 use=2',
    '[1777888803.3]\t[DESTROY] unknown  47 src=192.0.2.1 dst=192.0.2.2 src=192.0.2.2 dst=192.0.2.1',
    ' [UPDATE] icmp     1 29 src=192.0.2.1 dst=192.0.2.2 type=8 code=0 id=7 src=192.0.2.2 dst=192.0.2.1 type=0 code=0 id=7',
  ])('events and listings of conntrack are read: %s', (text) => {
    expect(decode(text)).toMatchObject({ kind: 'flow' })
  })

  test("the kernel's line in the quotes of another program's", () => {
    const text = 'level=info msg="DROP IN=eth0 OUT=cali1 SRC=2001:db8::1 DST=2001:db8::2 PROTO=UDP SPT=41000 DPT=53"'
    expect(flowOf(text)).toMatchObject({ source: { ip: '2001:db8::1' }, destination: { ip: '2001:db8::2' }, port: 53 })
    const atStart = 'msg="IN=eth0 OUT=cali1 SRC=192.0.2.1 DST=192.0.2.2"'
    expect(flowOf(atStart)).toMatchObject({ destination: { ip: '192.0.2.2' } })
  })

  test('the end of a connection brings its bytes, and that it was answered', () => {
    expect(flowOf(line('conntrack', 1))).toMatchObject({ verdict: 'forwarded', phase: 'later', bytes: 300, packets: 3, event: 'trace' })
    expect(flowOf(line('conntrack', 1).replace('packets=1', 'packets=0'))).toMatchObject({ verdict: 'unknown' })
  })

  test('the end of a connection that was counted long ago is told apart from a new one', () => {
    const memory = new LineMemory()
    flowOf(line('conntrack'), null, memory)
    expect(flowOf(line('conntrack', 1), null, memory)).toMatchObject({ event: 'trace' })
    const later = line('conntrack', 1).replace('[1777888803', '[1777898803')
    const long = new LineMemory()
    flowOf(line('conntrack'), null, long)
    expect(flowOf(later, null, long)).toMatchObject({ event: 'flow', phase: 'later' })
    expect(flowOf(later, null, new LineMemory())).toMatchObject({ event: 'trace', phase: 'later' })
  })

  test('lines of XML around the connections are none', () => {
    for (const text of ['<?xml version="1.0" encoding="utf-8"?>', '<conntrack>', '</conntrack>']) expect(decode(text).kind).toBe('ignored')
    expect(decode('<flow type="new"><meta direction="original">')).toMatchObject({ kind: 'rejected' })
  })
})
