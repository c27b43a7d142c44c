import { expect, test } from 'vitest'
import { aNode, aPod, aService } from '../../model/testing/objects'
import { aSlice } from '../testing/cluster-objects'
import { findIn } from '../testing/find-in'

const bare = aService({ name: 'legacy', namespace: 'shop', selector: null })
const byHand = { metadata: { name: 'legacy-1', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'legacy' } } }

test('a Service without a selector needs somebody who lists endpoints', () => {
  expect(findIn('SV-17', [bare, aNode()])).toMatchObject([{ severity: 'warning', object: { ref: 'svc:shop/legacy' } }])
  expect(findIn('SV-17', [bare])).toMatchObject([{ severity: 'info' }])
  expect(findIn('SV-17', [bare, aNode(), aSlice('legacy', [{ ip: '192.0.2.7' }], byHand)])).toEqual([])
  expect(findIn('SV-17', [bare, aNode()], { unread: ['discovery.k8s.io/EndpointSlice'] })).toEqual([])
  expect(findIn('SV-17', [aService({ name: 'kubernetes', namespace: 'default', selector: null }), aNode()])).toEqual([])
})

test('a slice whose Service is gone belongs to nothing', () => {
  expect(findIn('SV-17', [aNode(), aSlice('gone', [{ ip: '10.0.0.1' }])])).toMatchObject([
    { object: { ref: 'EndpointSlice:shop/gone-abc' }, value: 'gone' },
  ])
})

test('a slice by hand with the address of a pod will be wrong some day', () => {
  const pod = aPod({ name: 'db-0', namespace: 'shop', ip: '10.0.0.1' })
  const slice = aSlice('legacy', [{ ip: '10.0.0.1' }], byHand)
  expect(findIn('SV-17', [bare, pod, slice], { source: 'live' })).toMatchObject([{ evidence: ['10.0.0.1 is pod shop/db-0 now'] }])
  expect(findIn('SV-17', [bare, pod, aSlice('legacy', [{ ip: '10.0.0.1' }])], { source: 'live' })).toEqual([])
  const owner = { apiVersion: 'example.com/v1', kind: 'Pool', name: 'legacy', uid: 'u-2', controller: true }
  const kept = { metadata: { ...byHand.metadata, ownerReferences: [owner] } }
  expect(findIn('SV-17', [bare, pod, aSlice('legacy', [{ ip: '10.0.0.1' }], kept)], { source: 'live' })).toEqual([])
})
