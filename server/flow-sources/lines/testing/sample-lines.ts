import type { LineFormatId } from '@/lib/api/line-format-ids'

const json = (...records: object[]): readonly string[] => records.map((record) => JSON.stringify(record))

const GKE = {
  connection: { src_ip: '192.0.2.1', dest_ip: '192.0.2.20', src_port: 41000, dest_port: 8080, protocol: 'tcp', direction: 'ingress' },
  disposition: 'allow',
  policies: [{ name: 'cart', namespace: 'shop', kind: 'NetworkPolicy' }],
  src: { pod_name: 'web-1', pod_namespace: 'shop', workload_kind: 'Deployment', workload_name: 'web' },
  dest: { pod_name: 'cart-1', pod_namespace: 'shop' },
  count: 1,
  timestamp: '2026-05-04T10:00:00.123456789Z',
}

const NETOBSERV = {
  SrcAddr: '192.0.2.1',
  DstAddr: '198.51.100.7',
  SrcPort: 41000,
  DstPort: 53,
  Proto: 17,
  Etype: 2048,
  Bytes: 100,
  Packets: 2,
  Sampling: 50,
  TimeFlowStartMs: 1777888800000,
  TimeFlowEndMs: 1777888804000,
  SrcK8S_Type: 'Pod',
  SrcK8S_Namespace: 'shop',
  SrcK8S_Name: 'web-1',
  SrcK8S_OwnerName: 'web',
  SrcK8S_OwnerType: 'Deployment',
}

const CALICO = {
  start_time: 1777888500,
  end_time: 1777888800,
  source_ip: null,
  source_name: '-',
  source_name_aggr: 'web-6b687c8dcb-*',
  source_namespace: 'shop',
  source_type: 'wep',
  source_port: null,
  dest_ip: '192.0.2.20',
  dest_name: 'cart-1',
  dest_name_aggr: 'cart-*',
  dest_namespace: 'shop',
  dest_type: 'wep',
  dest_port: 8080,
  proto: 'tcp',
  action: 'allow',
  reporter: 'dst',
  policies: { all_policies: ['0|default|shop/default.cart|allow|0'] },
  bytes_in: 100,
  bytes_out: 200,
  packets_in: 1,
  packets_out: 2,
  num_flows: 3,
  num_flows_started: 2,
  host: 'node-1',
}

const NFLOG = {
  timestamp: '2026-05-04T10:00:00.317045',
  'oob.prefix': 'np-deny ',
  'oob.time.sec': 1777888800,
  'oob.time.usec': 317045,
  'oob.hook': 2,
  'oob.family': 2,
  'ip.protocol': 6,
  'raw.pktlen': 60,
  'raw.pktcount': 1,
  'tcp.syn': 1,
  'tcp.ack': 0,
  src_ip: '192.0.2.1',
  dest_ip: '192.0.2.20',
  src_port: 41000,
  dest_port: 5432,
}

const NFCT = {
  'orig.ip.protocol': 6,
  'orig.l4.sport': 41000,
  'orig.l4.dport': 80,
  'orig.raw.pktlen': 0,
  'orig.raw.pktcount': 0,
  'reply.ip.protocol': 6,
  'reply.l4.sport': 8080,
  'reply.l4.dport': 41000,
  'reply.raw.pktlen': 0,
  'reply.raw.pktcount': 0,
  'ct.id': 7,
  'ct.event': 1,
  'flow.start.sec': 1777888800,
  'flow.start.usec': 1,
  'oob.family': 2,
  src_ip: '192.0.2.1',
  dest_ip: '198.51.100.7',
  'reply.ip.saddr.str': '192.0.2.20',
  'reply.ip.daddr.str': '192.0.2.1',
}

const ovn = (fields: string): string =>
  `2026-05-04T10:00:00.441Z|00010|acl_log(ovn_pinctrl0)|INFO|name="NP:shop:cart:Ingress:0", verdict=drop, severity=alert, direction=to-lport: ${fields}`

/** Lines of every format, written for the tests by the descriptions of the formats. */
export const SAMPLE_LINES: ReadonlyMap<LineFormatId, readonly string[]> = new Map<LineFormatId, readonly string[]>([
  ['flow-line', json({ from: 'shop/web', to: 'shop/cart', port: 80 })],
  ['hubble', json({ flow: { time: '2026-05-04T10:00:00Z', verdict: 'DROPPED', IP: { source: '192.0.2.1', destination: '192.0.2.2' } } })],
  [
    'gke',
    json(
      GKE,
      { insertId: 'abc1', jsonPayload: { ...GKE, disposition: 'deny', policies: undefined, count: 7 }, timestamp: '2026-05-04T10:00:01Z' },
      { ...GKE, dest: { node_name: 'node-1', workload_kind: 'Node' }, src: { instance: 'api.example.com' } },
    ),
  ],
  [
    'aws',
    [
      ...json(
        {
          level: 'info',
          ts: '2026-05-04T10:00:00.562Z',
          msg: 'Flow Info: ',
          'Src IP': '192.0.2.1',
          'Src Port': 41000,
          'Dest IP': '192.0.2.20',
          'Dest Port': 80,
          Proto: 'TCP',
          Verdict: 'DENY',
        },
        {
          level: 'debug',
          ts: '2026-05-04T10:00:00.562Z',
          msg: 'Flow Info: Src IP: 192.0.2.1 Src Port: 41000 Dest IP: 192.0.2.20 Dest Port: 80 Proto TCP Verdict DENY Direction egress, Tier DEFAULT',
        },
      ),
      'Node: node-1.example.com;SIP: 192.0.2.1;SPORT: 41000;DIP: 192.0.2.20;DPORT: 80;PROTOCOL: TCP;PolicyVerdict: DENY;Tier: NETWORK_POLICY',
      'Flow Info: Src IP: 2001:db8::1 Src Port: 41000 Dest IP: 2001:db8::2 Dest Port: 80 Proto: TCP Verdict: DENY Direction ingress',
    ],
  ],
  [
    'ovn',
    [
      ovn('tcp,vlan_tci=0x0000,nw_src=192.0.2.1,nw_dst=192.0.2.20,nw_frag=no,tp_src=41000,tp_dst=80,tcp_flags=syn'),
      ovn('icmp6,ipv6_src=2001:db8::1,ipv6_dst=2001:db8::2,icmp_type=128,icmp_code=0'),
      ovn('tcp,nw_src=192.0.2.20,nw_dst=192.0.2.1,tp_src=80,tp_dst=41000,tcp_flags=syn|ack'),
    ],
  ],
  [
    'antrea',
    [
      '2026/05/04 10:00:00.500000 AntreaPolicyEgressRule AntreaNetworkPolicy:shop/cart DenyPing Egress Reject 14500 shop/web 192.0.2.1 <nil> 192.0.2.20 <nil> ICMP 84 label [3 packets in 1.000855539s]',
      '2026/05/04 10:00:00.500000 IngressDefaultRule K8sNetworkPolicy <nil> Ingress Drop <nil> shop/cart 192.0.2.1 41000 192.0.2.20 80 TCP 60 <nil>',
      '2026/05/04 10:00:00.500000 IngressRule K8sNetworkPolicy:shop/cart Allow 190 192.0.2.1 41000 192.0.2.20 8080 TCP 60',
      '2026/05/04 10:00:00.500000 AntreaPolicyIngressRule AntreaNetworkPolicy:shop/cart Drop 44900 192.0.2.1 192.0.2.20 TCP 60',
      '2026/05/04 10:00:00.500000 AntreaPolicyAppTierIngressRule AntreaNetworkPolicy:shop/cart Allow 61800 SRC: 192.0.2.1 DEST: 192.0.2.20 60 TCP',
    ],
  ],
  [
    'netobserv',
    json(
      { ...NETOBSERV, XlatDstAddr: '192.0.2.20', DnsName: 'cart.shop.svc', DnsFlagsResponseCode: 'NXDomain' },
      {
        ...NETOBSERV,
        SrcAddr: '192.0.2.20',
        DstAddr: '192.0.2.1',
        Proto: 6,
        SrcPort: 8080,
        DstPort: 41000,
        Flags: 0x110,
        SrcK8S_Name: 'cart-1',
        DstK8S_Type: 'Pod',
        DstK8S_Namespace: 'shop',
        DstK8S_Name: 'web-1',
      },
      {
        ...NETOBSERV,
        NetworkEvents: [{ Feature: 'acl', Type: 'NetworkPolicy', Namespace: 'shop', Name: 'cart', Action: 'drop', Direction: 'Ingress' }],
      },
      { ...NETOBSERV, Proto: 6, Flags: 2, PktDropPackets: 2, PktDropBytes: 100, PktDropLatestDropCause: 'SKB_DROP_REASON_NETFILTER_DROP' },
    ),
  ],
  ['calico', json(CALICO)],
  [
    'felix-syslog',
    [
      'May  4 10:00:00 bastion calico-felix[312]: INFO <nil> <nil>:  action="deny" dstIP="192.0.2.20" dstPort="443" inBytes=0 inPackets=0 outBytes=120 outPackets=2 policy="outside" proto="6" rule="-1" ruleDir="egress" srcIP="192.0.2.1" srcPort="41000" tier="security" trafficDir="outbound" updateType=report',
    ],
  ],
  [
    'kernel-log',
    [
      'May  4 10:00:00 node-1 kernel: [12345.678901] DENY web: IN=eth0 OUT=cali1 MAC=0a:58 SRC=192.0.2.1 DST=192.0.2.20 LEN=60 TOS=0x00 TTL=63 ID=1 DF PROTO=TCP SPT=41000 DPT=5432 WINDOW=64240 RES=0x00 SYN URGP=0',
      'calico-packet: IN=eth0 OUT= SRC=192.0.2.2 DST=192.0.2.20 LEN=88 PROTO=ICMP TYPE=3 CODE=1 [SRC=192.0.2.20 DST=192.0.2.9 LEN=60 PROTO=TCP SPT=1 DPT=2 ]',
    ],
  ],
  ['ulogd', json(NFLOG, NFCT)],
  [
    'conntrack',
    [
      '[1777888800.306623]\t    [NEW] ipv4     2 tcp      6 120 SYN_SENT src=192.0.2.1 dst=198.51.100.7 sport=41000 dport=80 [UNREPLIED] src=192.0.2.20 dst=192.0.2.1 sport=8080 dport=41000 id=7',
      '[1777888803.275303]\t[DESTROY] ipv4     2 tcp      6 TIME_WAIT src=192.0.2.1 dst=198.51.100.7 sport=41000 dport=80 packets=2 bytes=200 src=192.0.2.20 dst=192.0.2.1 sport=8080 dport=41000 packets=1 bytes=100 [ASSURED] delta-time=3 id=7',
      '<flow type="new"><meta direction="original"><layer3 protonum="2" protoname="ipv4"><src>192.0.2.1</src><dst>198.51.100.7</dst></layer3><layer4 protonum="6" protoname="tcp"><sport>41000</sport><dport>80</dport></layer4></meta><meta direction="reply"><layer3 protonum="2" protoname="ipv4"><src>192.0.2.20</src><dst>192.0.2.1</dst></layer3><layer4 protonum="6" protoname="tcp"><sport>8080</sport><dport>41000</dport></layer4></meta><meta direction="independent"><state>SYN_SENT</state><timeout>120</timeout><id>7</id><unreplied/></meta></flow>',
      'tcp      6 431999 ESTABLISHED src=192.0.2.1 dst=192.0.2.20 sport=41000 dport=80 src=192.0.2.20 dst=192.0.2.1 sport=80 dport=41000 [ASSURED] mark=0 use=1',
      '    [NEW] icmp     1 30 src=192.0.2.1 dst=192.0.2.20 type=8 code=0 id=77 [UNREPLIED] src=192.0.2.20 dst=192.0.2.1 type=0 code=0 id=77',
    ],
  ],
])

/** One of the samples of a format. Throws where there is none. */
export function sampleLine(format: LineFormatId, index = 0): string {
  const line = SAMPLE_LINES.get(format)?.[index]
  if (line === undefined) throw new RangeError(`no sample ${index} of ${format}`)
  return line
}
