import { expect, test } from 'vitest'
import { aCluster } from '../../model/testing/a-cluster'
import { aPod, aService } from '../../model/testing/objects'
import { detectDns } from './detect-dns'
import { nameScope, namesOf } from './service-names'

const coredns = (Corefile: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'coredns', namespace: 'kube-system' },
  data: { Corefile },
})

function names(service: object, ...objects: readonly object[]): readonly string[] {
  const cluster = aCluster([service, ...objects])
  const [first] = cluster.services.values()
  if (first === undefined) throw new Error('no Service')
  return namesOf(cluster, first).map(({ name, record, answers }) => `${name} ${record} ${answers.join(',')}`)
}

test('the zone is read, and said to be assumed where nothing says it', () => {
  expect(detectDns(aCluster()).zone).toEqual({ value: 'cluster.local', from: null, isAssumed: true })
  const read = detectDns(aCluster([coredns('.:53 {\n kubernetes corp.example in-addr.arpa ip6.arpa {\n  pods insecure\n }\n}')]))
  expect(read.zone).toMatchObject({ value: 'corp.example', isAssumed: false })
  expect(read.podNames?.value).toBe('insecure')
  const pod = aPod({ spec: { dnsPolicy: 'None', dnsConfig: { searches: ['shop.svc.corp.local', 'svc.corp.local', 'corp.local'] } } })
  expect(detectDns(aCluster([pod])).zone).toMatchObject({ value: 'corp.local', isAssumed: false })
})

test('the DNS Service with the port of its pods', () => {
  const service = aService({
    name: 'dns-default',
    namespace: 'openshift-dns',
    selector: { app: 'dns' },
    ports: [{ name: 'dns', port: 53, targetPort: 5353, protocol: 'UDP' }],
  })
  const pods = [true, false].map((ready, index) =>
    aPod({ name: `dns-${index}`, namespace: 'openshift-dns', labels: { app: 'dns' }, ready }),
  )
  expect(detectDns(aCluster([service, ...pods])).services).toMatchObject([
    { ref: 'svc:openshift-dns/dns-default', ready: 1, total: 2, podPorts: [5353] },
  ])
})

test('names of a Service by its kind', () => {
  const ports = [{ name: 'http', port: 80 }, { port: 9090 }]
  expect(
    names(aService({ name: 'web', namespace: 'shop', ports, spec: { clusterIP: '10.96.0.1', clusterIPs: ['10.96.0.1', 'fd00::1'] } })),
  ).toEqual([
    'web.shop.svc.cluster.local A 10.96.0.1',
    'web.shop.svc.cluster.local AAAA fd00::1',
    '_http._tcp.web.shop.svc.cluster.local SRV port 80',
  ])
  expect(names(aService({ name: 'db', namespace: 'shop', spec: { type: 'ExternalName', externalName: 'db.example.org' } }))).toEqual([
    'db.shop.svc.cluster.local CNAME db.example.org',
  ])
})

test('a headless Service names its ready pods, by host name where they have one under it', () => {
  const service = aService({ name: 'db', namespace: 'shop', selector: { app: 'db' }, ports: [], spec: { clusterIP: 'None' } })
  const pod = (name: string, ip: string, ready: boolean, spec: object = {}) =>
    aPod({ name, namespace: 'shop', labels: { app: 'db' }, ip, ready, spec })
  const named = pod('db-0', '10.0.0.1', true, { hostname: 'db-0', subdomain: 'db' })
  expect(names(service, named, pod('db-1', '10.0.0.2', true), pod('db-2', '10.0.0.3', false))).toEqual([
    'db.shop.svc.cluster.local A 10.0.0.1,10.0.0.2',
    'db-0.db.shop.svc.cluster.local A 10.0.0.1',
    '10-0-0-2.db.shop.svc.cluster.local A 10.0.0.2',
  ])
  expect(names(service)).toEqual([])
})

test('pods that do not ask the DNS of the cluster are named with the reason', () => {
  const cluster = aCluster([
    aService({ name: 'web' }),
    aPod({ name: 'plain' }),
    aPod({ name: 'host', hostNetwork: true }),
    aPod({ name: 'right', hostNetwork: true, spec: { dnsPolicy: 'ClusterFirstWithHostNet' } }),
    aPod({ name: 'own', spec: { dnsPolicy: 'None', dnsConfig: { nameservers: ['1.1.1.1'] } } }),
  ])
  const [service] = cluster.services.values()
  if (service === undefined) throw new Error('no Service')
  expect(nameScope(cluster, service).deaf).toEqual({
    total: 2,
    examples: [
      { pod: 'default/host', because: 'on the network of its machine with dnsPolicy ClusterFirst: it asks the name server of the machine' },
      { pod: 'default/own', because: 'dnsPolicy None: it asks 1.1.1.1' },
    ],
  })
})
