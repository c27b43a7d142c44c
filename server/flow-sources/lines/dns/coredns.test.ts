import { expect, test } from 'vitest'
import { LookupCounts } from '@/lib/detect/dns/lookup-counts'
import { aBatch, aPipeline } from '@/lib/flows/testing/a-pipeline'
import { aCluster } from '@/lib/model/testing/a-cluster'
import { aPod, aService } from '@/lib/model/testing/objects'
import { aLogger, decodedOf, flowOf, RECEIVED_AT } from '../../testing/decode-flows'

const SERVER = aLogger({ namespace: 'kube-system', pod: 'coredns-1', container: 'coredns' })

test('a query of today: from its client to the server that logged it, with no verdict', () => {
  const line = '[INFO] 10.1.0.5:54479 - 11548 "AAAA IN Cart.shop.svc.cluster.local. udp 45 false 512" NXDOMAIN qr,aa,rd 138 0.000692125s'
  expect(flowOf(line, { logger: SERVER })).toEqual({
    ...flowOf(line, { logger: SERVER }),
    time: RECEIVED_AT,
    source: expect.objectContaining({ ip: '10.1.0.5', pod: null }),
    destination: expect.objectContaining({ namespace: 'kube-system', pod: 'coredns-1' }),
    protocol: 'UDP',
    port: 53,
    sourcePort: 54479,
    verdict: 'unknown',
    reason: null,
    bytes: 183,
    l7: {
      protocol: 'dns',
      type: 'response',
      method: 'AAAA',
      path: 'cart.shop.svc.cluster.local',
      code: 'NXDOMAIN',
      latencyMs: expect.closeTo(0.692, 3),
    },
  })
})

test.each<[string, object]>([
  [
    '[INFO] [2001:db8::5]:50759 - 29008 "A IN example.org. udp 41 false 4096" NOERROR qr,rd,ra,ad 68 0.037990251s',
    { source: { ip: '2001:db8::5' } },
  ],
  [
    '10.1.0.5:41675 - [04/May/2026:11:59:00 +0200] 59925 "A IN example.org. udp 54 false 512" NOERROR qr,aa,rd,ra 106 0.000066649s',
    { time: Date.UTC(2026, 4, 4, 9, 59) },
  ],
  [
    '2026-05-04T11:59:00.645+02:00 [INFO] 10.1.0.5:57153 - 2741 "A IN example.org. tcp 46 false 512" NOERROR qr 139 66.6µs',
    { time: Date.UTC(2026, 4, 4, 9, 59, 0, 645), protocol: 'TCP', l7: { latencyMs: expect.closeTo(0.0666, 6) } },
  ],
  ['[INFO] 10.1.0.5:1 - 1 "A IN example.org. tls 46 false 512" NOERROR qr 139 1.5ms', { port: 853, l7: { latencyMs: 1.5 } }],
  ['[INFO] 10.1.0.5:1 - 1 "A IN example.org. udp 46 false 512" - 0 0.5s', { l7: { type: 'request', code: null } }],
  ['[INFO] 10.1.0.5:1 - 1 "NS IN . udp 17 false 512" NOERROR qr 139 0.1s', { l7: { method: 'NS', path: '.' } }],
  [
    '[INFO] 10.1.0.5:1 - 1 "PTR IN a\\"b\\032c.example.org. udp 17 false 512" REFUSED qr 139 0.1s',
    { verdict: 'unknown', l7: { code: 'REFUSED' } },
  ],
  ['[INFO] 10.1.0.5:1 - 1 "A IN example.org. udp 46 false 512" NOERROR qr 139 0.5s "0"', { l7: { code: 'NOERROR', latencyMs: 500 } }],
])('%s', (line, expected) => {
  expect(flowOf(line)).toMatchObject(expected)
})

test.each([
  '.:53',
  'CoreDNS-1.11.1',
  '[INFO] plugin/reload: Running configuration SHA512 = 1b2c',
  '[ERROR] plugin/errors: 2 example.org. A: read udp 10.1.0.9:41000->192.0.2.53:53: i/o timeout',
  '[INFO] 127.0.0.1:40000 - 1 "HINFO IN" - 0 0.1s',
])('%s is no query', (line) => {
  expect(decodedOf(line)).toMatchObject({ kind: 'ignored' })
})

test('a query without the address of its client is rejected', () => {
  expect(decodedOf('[INFO] somebody - 1 "A IN example.org. udp 41 false 512" NOERROR qr 68 0.1s')).toMatchObject({ kind: 'rejected' })
})

test('without the name of its pod the server is the DNS Service that the cluster has', () => {
  const line = '[INFO] 10.1.0.5:1 - 1 "A IN example.org. udp 41 false 512" NOERROR qr 68 0.1s'
  const cluster = aCluster([aService({ name: 'kube-dns', namespace: 'kube-system', clusterIp: '10.96.0.10', ports: [{ port: 53 }] })])
  const named = (over?: typeof cluster) => aPipeline({}, over).accept('dns', aBatch([flowOf(line)]), RECEIVED_AT).added[0]?.destination.ref
  expect(named(cluster)).toBe('svc:kube-system/kube-dns')
  expect(named()).toBe('entity:unknown')
})

test('the look-ups of workloads are found in what CoreDNS logs', () => {
  const cluster = aCluster([aPod({ name: 'web', namespace: 'shop', ip: '10.1.0.5', owner: { kind: 'StatefulSet', name: 'web' } })])
  const query = (name: string, code: string) => flowOf(`[INFO] 10.1.0.5:1 - 1 "A IN ${name}. udp 41 false 512" ${code} qr 68 0.1s`)
  const counts = new LookupCounts()
  const flows = [query('crat.shop.svc.cluster.local', 'NXDOMAIN'), query('cart.shop.svc.cluster.local', 'NOERROR')]
  counts.see(aPipeline({}, cluster).accept('dns', aBatch(flows), RECEIVED_AT).added, RECEIVED_AT)
  expect(counts.list(RECEIVED_AT)).toEqual([
    { client: 'shop/web[StatefulSet]', name: 'crat.shop.svc.cluster.local', answered: 0, missing: 1 },
    { client: 'shop/web[StatefulSet]', name: 'cart.shop.svc.cluster.local', answered: 1, missing: 0 },
  ])
})
