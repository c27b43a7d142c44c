import { expect, test } from 'vitest'
import { aDeployment, aNode, aPod, aService, aWorkload } from '../../model/testing/objects'
import { findIn } from '../testing/find-in'

const service = aService({
  name: 'kube-dns',
  namespace: 'kube-system',
  selector: { 'k8s-app': 'kube-dns' },
  ports: [{ name: 'dns', port: 53, protocol: 'UDP' }],
})
const coredns = (ready: boolean) => aPod({ name: 'coredns', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' }, ready })

test('DN-01: no endpoint of the DNS of the cluster is ready', () => {
  expect(findIn('DN-01', [aNode(), service, coredns(false)])).toMatchObject([
    { severity: 'error', object: { ref: 'svc:kube-system/kube-dns' }, evidence: ['kube-system/coredns is running and not ready'] },
  ])
  expect(findIn('DN-01', [aNode(), service])).toMatchObject([{ evidence: ['no pod stands behind the Service'] }])
})

test('DN-01 is silent while one answers, on a part of a cluster, and where pods cannot be read', () => {
  expect(findIn('DN-01', [aNode(), service, coredns(true)])).toEqual([])
  expect(findIn('DN-01', [service])).toEqual([])
  expect(findIn('DN-01', [aNode(), service], { unread: ['/Pod'] })).toEqual([])
})

test('DN-02: pods on the network of their machine that ask its name server', () => {
  const host = (spec: object, namespace = 'shop') =>
    aDeployment({ name: 'edge', namespace, hostNetwork: true, spec: { template: { spec } } })
  const spec = (dnsPolicy: string) => ({ hostNetwork: true, dnsPolicy, containers: [{ name: 'app' }] })
  expect(findIn('DN-02', [host(spec('ClusterFirst'))])).toMatchObject([{ severity: 'warning', object: { ref: 'shop/edge[Deployment]' } }])
  expect(findIn('DN-02', [host(spec('ClusterFirstWithHostNet'))])).toEqual([])
  expect(findIn('DN-02', [host(spec('Default'))])).toEqual([])
  expect(findIn('DN-02', [host(spec('ClusterFirst'), 'kube-system')])).toEqual([])
  expect(findIn('DN-02', [aDeployment({ name: 'plain', namespace: 'shop' })])).toEqual([])
  expect(findIn('DN-02', [aWorkload('apps/v1', 'DaemonSet', { name: 'agent', namespace: 'shop', hostNetwork: true })])).toMatchObject([
    { severity: 'info' },
  ])
})
