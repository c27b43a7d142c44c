import { expect, test } from 'vitest'
import { aDeployment, aNode, aPod } from '../../model/testing/objects'
import { aPolicy, findIn } from '../testing/find-in'

const dual = aPod({ name: 'web', namespace: 'shop', ips: ['10.244.0.7', 'fd00:10:244::7'] })
const single = aPod({ name: 'web', namespace: 'shop', ip: '10.244.0.7' })
const from = (...cidrs: readonly string[]): object =>
  aPolicy('p', { podSelector: {}, ingress: [{ from: cidrs.map((cidr) => ({ ipBlock: { cidr } })) }] })

test('IPv4 ranges alone on pods that have both families', () => {
  expect(findIn('DS-04', [dual, from('192.0.2.0/24')])).toMatchObject([
    {
      severity: 'warning',
      field: 'spec.ingress[0].from[0]',
      message: 'The ingress rules name IPv4 ranges only, and the pods have IPv6 addresses too.',
      evidence: ['ipBlock 192.0.2.0/24'],
    },
  ])
})

test('pods of manifests will get what the machines have', () => {
  const node = aNode({ podCidrs: ['10.244.0.0/24', 'fd00:10:244::/64'] })
  expect(findIn('DS-04', [aDeployment({ name: 'web', namespace: 'shop' }), node, from('192.0.2.0/24')])).toHaveLength(1)
})

test('it is gone with ranges of both families, and on pods of one', () => {
  expect(findIn('DS-04', [dual, from('192.0.2.0/24', '2001:db8::/64')])).toEqual([])
  expect(findIn('DS-04', [single, from('192.0.2.0/24')])).toEqual([])
  expect(findIn('DS-04', [dual, aPolicy('p', { podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] })])).toEqual([])
})
