import { expect, test } from 'vitest'
import { aNode, aPod, aService } from '../../model/testing/objects'
import { aSlice } from '../testing/cluster-objects'
import { findIn } from '../testing/find-in'

const down = aNode({ name: 'node-1', extra: { status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } } })
const service = aService({ name: 'web', namespace: 'shop' })
const pod = aPod({ name: 'web-1', namespace: 'shop', labels: { app: 'web' }, ip: '10.0.0.1', node: 'node-1' })

test('a machine that is not ready and has endpoints is a warning', () => {
  const slice = aSlice('web', [{ pod: 'web-1', ip: '10.0.0.1', node: 'node-1' }])
  expect(findIn('PP-04', [down, service, pod, slice])).toMatchObject([
    { object: { kind: 'Node', name: 'node-1' }, evidence: ['svc:shop/web lists shop/web-1'] },
  ])
  expect(findIn('PP-04', [aNode({ name: 'node-1' }), service, pod, slice])).toEqual([])
})

test('it is gone as soon as the endpoint is not ready', () => {
  const slice = aSlice('web', [{ pod: 'web-1', ip: '10.0.0.1', node: 'node-1', ready: false }])
  expect(findIn('PP-04', [down, service, pod, slice])).toEqual([])
})
