import { expect, test } from 'vitest'
import { aNode, anObject, aPod, aService } from '../../model/testing/objects'
import { aPolicy, findIn } from '../testing/find-in'

const web = aPod({ name: 'web', namespace: 'shop', ip: '10.244.1.7' })
const block = (direction: 'ingress' | 'egress', cidr: string, ...except: readonly string[]): object =>
  aPolicy('p', {
    podSelector: {},
    policyTypes: ['Ingress', 'Egress'],
    [direction]: [{ [direction === 'ingress' ? 'from' : 'to']: [{ ipBlock: { cidr, ...(except.length > 0 && { except }) } }] }],
  })

test('a block with the range that the machines state for pods', () => {
  const node = aNode({ name: 'n1', podCidrs: ['10.244.0.0/24'] })
  expect(findIn('NP-08', [web, node, block('ingress', '10.0.0.0/8')])).toMatchObject([
    {
      severity: 'warning',
      field: 'spec.ingress[0].from[0]',
      message: 'ipBlock 10.0.0.0/8 covers pod addresses of this cluster.',
      evidence: ['Node n1: spec.podCIDRs 10.244.0.0/24.'],
    },
  ])
})

test('a block with the range that only the settings of the cluster state', () => {
  const data = { ClusterConfiguration: 'networking:\n  podSubnet: 10.244.0.0/16\n  serviceSubnet: 10.96.0.0/12\n' }
  const kubeadm = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kubeadm-config', namespace: 'kube-system' }, data }
  expect(findIn('NP-08', [web, kubeadm, block('egress', '10.244.99.0/24')])).toMatchObject([
    { evidence: ['ConfigMap kube-system/kubeadm-config says ClusterConfiguration networking.podSubnet: 10.244.0.0/16.'] },
  ])
  expect(findIn('NP-08', [web, kubeadm, block('egress', '10.100.0.0/16')])).toMatchObject([
    { message: 'ipBlock 10.100.0.0/16 covers Service addresses of this cluster.' },
  ])
})

test('without stated ranges the addresses seen count', () => {
  expect(findIn('NP-08', [web, block('egress', '10.244.1.7/32')])).toMatchObject([
    { evidence: ['pod addresses seen in this cluster, such as 10.244.1.7'] },
  ])
})

test('it is gone when the block leaves the cluster out, and where nothing is known of its addresses', () => {
  expect(findIn('NP-08', [web, block('egress', '10.0.0.0/8', '10.244.0.0/16')])).toEqual([])
  expect(findIn('NP-08', [web, block('egress', '198.51.100.0/24')])).toEqual([])
  expect(findIn('NP-08', [block('egress', '10.0.0.0/8')])).toEqual([])
})

test('Services have addresses to connect to, not to connect from', () => {
  const service = aService({ name: 'web', namespace: 'shop', clusterIp: '10.96.0.9' })
  expect(findIn('NP-08', [service, block('egress', '10.96.0.0/16')])).toMatchObject([
    { message: 'ipBlock 10.96.0.0/16 covers Service addresses of this cluster.' },
  ])
  expect(findIn('NP-08', [service, block('ingress', '10.96.0.0/16')])).toEqual([])
  const range = anObject('networking.k8s.io/v1', 'ServiceCIDR', { name: 'kubernetes', spec: { cidrs: ['10.96.0.0/16'] } })
  expect(findIn('NP-08', [range, block('egress', '10.96.4.0/24')])).toMatchObject([
    { evidence: ['ServiceCIDR kubernetes says spec.cidrs: 10.96.0.0/16.'] },
  ])
})

test('Cilium does not compare such ranges with pods, and the finding says so', () => {
  const [finding] = findIn('NP-08', [web, block('egress', '10.0.0.0/8')], { profile: 'cilium' })
  expect(finding?.why).toBe('This plugin compares such ranges with outside addresses only: pods in the range are not meant by it.')
})
