import { expect, test } from 'vitest'
import { buildIdentity } from './identity'
import { aCluster } from './testing/a-cluster'
import { aNode, anObject, aPod, aService } from './testing/objects'

const node = aNode({ name: 'n1', ip: '192.168.1.10', podCidrs: ['10.244.1.0/24', 'fd00:10:244:1::/64'] })

test('a pod is found by each of its addresses, however they are written', () => {
  const identity = buildIdentity(aCluster([aPod({ name: 'a', ips: ['10.244.1.5', 'fd00:10:244:1::5'] })]))
  const pod = { kind: 'pod', pod: 'default/a', by: 'pod-address' }
  expect(identity.byAddress('10.244.1.5', 80)).toEqual({ kind: 'certain', address: '10.244.1.5', candidate: pod })
  expect(identity.byAddress('::ffff:10.244.1.5', null)).toMatchObject({ candidate: pod })
  expect(identity.byAddress('FD00:10:244:1:0:0:0:5%eth0', null)).toMatchObject({ address: 'fd00:10:244:1::5', candidate: pod })
})

test('two live pods with one address are both candidates; ended ones are none', () => {
  const identity = buildIdentity(
    aCluster([
      aPod({ name: 'old', ip: '10.244.1.5', terminating: true }),
      aPod({ name: 'new', ip: '10.244.1.5' }),
      aPod({ name: 'job', ip: '10.244.1.5', phase: 'Succeeded' }),
    ]),
  )
  expect(identity.byAddress('10.244.1.5', null)).toMatchObject({
    kind: 'uncertain',
    candidates: [{ pod: 'default/old' }, { pod: 'default/new' }],
  })
})

test('a Service is found by its addresses, with the port when it has that port', () => {
  const identity = buildIdentity(
    aCluster([
      aService({ name: 's', type: 'LoadBalancer', clusterIp: '10.96.0.7', loadBalancerIps: ['203.0.113.9'], ports: [{ port: 443 }] }),
    ]),
  )
  expect(identity.byAddress('10.96.0.7', 443)).toMatchObject({
    candidate: { service: 'svc:default/s', by: 'cluster-ip', port: { port: 443 } },
  })
  expect(identity.byAddress('10.96.0.7', 80)).toMatchObject({ candidate: { service: 'svc:default/s', port: null } })
  expect(identity.byAddress('203.0.113.9', 443)).toMatchObject({ candidate: { by: 'load-balancer' } })
})

test('Services that share an external address are told apart by port, and are all candidates without one', () => {
  const shared = (name: string, port: number) => aService({ name, ports: [{ port }], spec: { externalIPs: ['198.51.100.1'] } })
  const identity = buildIdentity(aCluster([shared('a', 80), shared('b', 443)]))
  expect(identity.byAddress('198.51.100.1', 443)).toMatchObject({ kind: 'certain', candidate: { service: 'svc:default/b' } })
  expect(identity.byAddress('198.51.100.1', null)).toMatchObject({ kind: 'uncertain', candidates: [{}, {}] })
})

test('a node address needs a port before it is anything but the node', () => {
  const identity = buildIdentity(
    aCluster([
      node,
      aService({ name: 'np', type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] }),
      aPod({ name: 'hn', node: 'n1', hostNetwork: true, ip: '192.168.1.10', ports: [{ containerPort: 9200 }] }),
      aPod({ name: 'hp', node: 'n1', ip: '10.244.1.9', ports: [{ containerPort: 80, hostPort: 8080 }] }),
    ]),
  )
  const at = (port: number | null) => identity.byAddress('192.168.1.10', port)
  expect(at(null)).toMatchObject({ candidate: { kind: 'node', node: 'n1', process: null } })
  expect(at(30080)).toMatchObject({ candidate: { kind: 'service', by: 'node-port', service: 'svc:default/np' } })
  expect(at(9200)).toMatchObject({ candidate: { kind: 'pod', by: 'host-network', pod: 'default/hn' } })
  expect(at(8080)).toMatchObject({ candidate: { kind: 'pod', by: 'host-port', pod: 'default/hp' } })
  expect(at(10250)).toMatchObject({ candidate: { kind: 'node', process: 'kubelet' } })
  expect(at(40000)).toMatchObject({ candidate: { kind: 'node', process: null } })
})

test('a load balancer that lends node addresses only takes its own ports', () => {
  const identity = buildIdentity(aCluster([node, aService({ name: 'lb', type: 'LoadBalancer', loadBalancerIps: ['192.168.1.10'] })]))
  expect(identity.byAddress('192.168.1.10', 80)).toMatchObject({ candidate: { kind: 'service' } })
  expect(identity.byAddress('192.168.1.10', 22)).toMatchObject({ candidate: { kind: 'node' } })
})

test('an address that nobody holds is named by its range', () => {
  const identity = buildIdentity(
    aCluster([node, anObject('networking.k8s.io/v1', 'ServiceCIDR', { name: 'kubernetes', spec: { cidrs: ['10.96.0.0/16'] } })]),
  )
  expect(identity.byAddress('10.244.1.77', null)).toMatchObject({ candidate: { kind: 'unknown-pod', cidr: '10.244.1.0/24', node: 'n1' } })
  expect(identity.byAddress('10.96.3.3', 80)).toMatchObject({ candidate: { kind: 'unknown-service', cidr: '10.96.0.0/16' } })
  expect(identity.byAddress('10.200.0.1', 80)).toMatchObject({ candidate: { kind: 'external', scope: 'private', group: '10.200.0.0/24' } })
  expect(identity.byAddress('2001:db8::7', 80)).toMatchObject({ candidate: { kind: 'external', scope: 'public', group: '2001:db8::/64' } })
  expect(identity.byAddress('169.254.169.254', 80)).toMatchObject({ candidate: { kind: 'special', name: 'instance-metadata' } })
  expect(identity.byAddress('127.0.0.1', 80)).toMatchObject({ candidate: { kind: 'special', name: 'loopback' } })
  expect(identity.byAddress('010.1.1.1', null)).toEqual({ kind: 'invalid' })
})
