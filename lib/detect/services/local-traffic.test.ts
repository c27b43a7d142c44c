import { expect, test } from 'vitest'
import { aFlowEdge } from '../../graph/testing/a-flow-edge'
import { aNode, aPod, aService } from '../../model/testing/objects'
import { aSlice } from '../testing/cluster-objects'
import { findIn } from '../testing/find-in'

const nodes = [aNode({ name: 'node-1' }), aNode({ name: 'node-2' })]
const web = aPod({ name: 'web-1', namespace: 'shop', labels: { app: 'web' }, ip: '10.0.0.1', node: 'node-1' })
const slice = aSlice('web', [{ pod: 'web-1', ip: '10.0.0.1', node: 'node-1' }])
const outside = aService({
  name: 'web',
  namespace: 'shop',
  type: 'LoadBalancer',
  spec: { externalTrafficPolicy: 'Local', healthCheckNodePort: 31000 },
})
const inside = aService({ name: 'web', namespace: 'shop', spec: { internalTrafficPolicy: 'Local' } })
const client = aPod({ name: 'client', namespace: 'shop', node: 'node-2' })

test('machines without an endpoint drop what comes from outside', () => {
  expect(findIn('SV-08', [...nodes, web, slice, outside])).toMatchObject([
    {
      severity: 'warning',
      message: '1 of 2 machines have no ready endpoint and drop what arrives there for the Service.',
      evidence: ['node-2 has no ready endpoint', 'load balancers that check port 31000 leave these machines out'],
    },
  ])
  const unready = aSlice('web', [{ pod: 'web-1', ip: '10.0.0.1', node: 'node-1', ready: false }])
  expect(findIn('SV-08', [...nodes, web, unready, outside])).toMatchObject([{ severity: 'error' }])
})

test('it is silent where every machine has one, where load balancers go to no such machine, and without machines', () => {
  const both = aSlice('web', [
    { pod: 'web-1', ip: '10.0.0.1', node: 'node-1' },
    { ip: '10.0.0.2', node: 'node-2' },
  ])
  expect(findIn('SV-08', [...nodes, web, both, outside])).toEqual([])
  const control = aNode({ name: 'node-2', labels: { 'node.kubernetes.io/exclude-from-external-load-balancers': '' } })
  expect(findIn('SV-08', [aNode({ name: 'node-1' }), control, web, slice, outside])).toEqual([])
  expect(findIn('SV-08', [web, slice, outside])).toEqual([])
  expect(findIn('SV-08', [...nodes, web, slice, outside], { unread: ['/Node'] })).toEqual([])
})

test('clients on a machine without an endpoint are a warning, and an error when they are seen to call', () => {
  const objects = [...nodes, web, slice, inside, client]
  expect(findIn('SV-09', objects)).toMatchObject([{ severity: 'warning', evidence: ['node-2 has no ready endpoint'] }])
  const edges = [aFlowEdge({ from: 'shop/client[Pod]', fromPod: 'shop/client', to: 'svc:shop/web', service: 'svc:shop/web' })]
  expect(findIn('SV-09', objects, { traffic: { edges, from: 0, to: 1, lookups: [] } })).toMatchObject([
    { severity: 'error', evidence: ['node-2 has no ready endpoint, and shop/client[Pod] calls'] },
  ])
  expect(findIn('SV-09', [...nodes, web, slice, inside])).toEqual([])
})
