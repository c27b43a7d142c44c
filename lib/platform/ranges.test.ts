import { expect, test } from 'vitest'
import { aCluster } from '../model/testing/a-cluster'
import { aNode, aPod, aService } from '../model/testing/objects'
import { detectRanges } from './ranges'

function ranges(...objects: readonly object[]): readonly string[] {
  return detectRanges(aCluster(objects)).map(
    ({ of, cidrs, isGuess, from }) => `${of} ${cidrs.join(',')}${isGuess ? ' (guess)' : ''} ${from.object.kind}`,
  )
}

const kubeadm = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'kubeadm-config', namespace: 'kube-system' },
  data: {
    ClusterConfiguration:
      'networking:\n  dnsDomain: cluster.local\n  podSubnet: 10.244.0.0/16,fd00:10:244::/56\n  serviceSubnet: 10.96.0.0/12\n',
  },
}

test('ranges are read where they are stated, each with its place', () => {
  const apiServer = aPod({
    name: 'kube-apiserver-a',
    namespace: 'kube-system',
    labels: { tier: 'control-plane' },
    spec: { containers: [{ name: 'kube-apiserver', command: ['kube-apiserver', '--service-cluster-ip-range=10.96.0.0/12'] }] },
  })
  expect(ranges(kubeadm, apiServer)).toEqual([
    'pods 10.244.0.0/16,fd00:10:244::/56 ConfigMap',
    'services 10.96.0.0/12 Pod',
    'services 10.96.0.0/12 ConfigMap',
  ])
  const openShift = {
    apiVersion: 'config.openshift.io/v1',
    kind: 'Network',
    metadata: { name: 'cluster' },
    status: {
      networkType: 'OVNKubernetes',
      clusterNetwork: [{ cidr: '10.128.0.0/14', hostPrefix: 23 }],
      serviceNetwork: ['172.30.0.0/16'],
    },
  }
  expect(ranges(openShift)).toEqual(['pods 10.128.0.0/14 Network', 'services 172.30.0.0/16 Network'])
})

test('what nothing states is the smallest range over the addresses in use, and marked', () => {
  expect(
    ranges(aService({ name: 'a', spec: { clusterIP: '10.96.0.1' } }), aService({ name: 'b', spec: { clusterIP: '10.96.3.7' } })),
  ).toEqual(['services 10.96.0.0/22 (guess) Service'])
  expect(ranges(aNode({ ip: '192.168.1.4', podCidrs: ['10.1.0.0/24'] }))).toEqual([
    'pods 10.1.0.0/24 Node',
    'machines 192.168.1.4/32 (guess) Node',
  ])
})

test('text that is no range is left out', () => {
  expect(
    ranges({ apiVersion: 'networking.k8s.io/v1', kind: 'ServiceCIDR', metadata: { name: 'k' }, spec: { cidrs: ['many', 5] } }),
  ).toEqual([])
})
