import { expect, test } from 'vitest'
import { aNode, aPod, aService } from '../../model/testing/objects'
import { findIn } from '../testing/find-in'

const pod = (options: object = {}) =>
  aPod({ name: 'web-1', namespace: 'shop', labels: { app: 'web' }, ip: '10.0.0.1', node: 'node-1', ...options })
const service = aService({ name: 'web', namespace: 'shop', type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] })

test('a node port to pods on the network of their machine opens them twice', () => {
  expect(findIn('SV-10', [service, pod({ hostNetwork: true })])).toMatchObject([{ severity: 'warning', object: { ref: 'svc:shop/web' } }])
  expect(findIn('SV-10', [service, pod()])).toEqual([])
})

test('node ports at public addresses of machines are a warning; those of load balancers are not asked for', () => {
  const node = aNode({ name: 'node-1', ip: '198.18.0.1' })
  expect(findIn('SV-10', [service, pod(), aNode({ name: 'node-1', ip: '192.168.1.5' })])).toEqual([])
  expect(findIn('SV-10', [service, pod(), node])).toMatchObject([{ evidence: ['node-1 has 198.18.0.1'] }])
})

test('pods of one machine that want one of its ports clash', () => {
  const other = (name: string, node: string) => aPod({ name, namespace: 'shop', node, ports: [{ containerPort: 9100, hostPort: 9100 }] })
  expect(findIn('SV-10', [aNode({ name: 'node-1' }), other('a', 'node-1'), other('b', 'node-1')])).toMatchObject([
    { object: { ref: 'Node:node-1' }, evidence: ['TCP 9100: shop/a, shop/b'] },
  ])
  expect(findIn('SV-10', [aNode({ name: 'node-1' }), other('a', 'node-1'), other('b', 'node-2')])).toEqual([])
})
