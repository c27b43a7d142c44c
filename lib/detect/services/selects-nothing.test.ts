import { expect, test } from 'vitest'
import { aDeployment, aNode, anObject, aPod, aService } from '../../model/testing/objects'
import { findIn } from '../testing/find-in'

const carts = aDeployment({ name: 'carts', namespace: 'shop' })
const service = aService({ name: 'cart', namespace: 'shop' })

test('a selector that no pod has is an error, with the labels that come nearest', () => {
  expect(findIn('SV-01', [carts, service])).toMatchObject([
    {
      severity: 'error',
      object: { ref: 'svc:shop/cart' },
      field: 'spec.selector',
      value: 'app=cart',
      message: expect.stringContaining('shop/carts[Deployment] has label app=carts, wanted app=cart'),
    },
  ])
})

test('it is gone when a pod has the labels, when there is no selector, and when the pods could not be read', () => {
  expect(findIn('SV-01', [carts, service, aPod({ namespace: 'shop', labels: { app: 'cart' } })])).toEqual([])
  expect(findIn('SV-01', [carts, aService({ name: 'cart', namespace: 'shop', selector: null })])).toEqual([])
  expect(findIn('SV-01', [carts, service], { unread: ['/Pod'] })).toEqual([])
})

test('manifests of a namespace without any workload are half of something', () => {
  expect(findIn('SV-01', [service])).toMatchObject([{ severity: 'info' }])
  expect(findIn('SV-01', [service, aNode()])).toMatchObject([{ severity: 'error' }])
})

test('pods of an operator are missing only where its pods would be seen', () => {
  const prometheus = anObject('monitoring.coreos.com/v1', 'Prometheus', { name: 'k8s', namespace: 'shop' })
  const selecting = aService({ name: 'prometheus', namespace: 'shop', selector: { prometheus: 'k8s' } })
  expect(findIn('SV-01', [carts, selecting, prometheus])).toMatchObject([
    { severity: 'info', message: expect.stringContaining('Prometheus shop/k8s makes its pods') },
  ])
  expect(findIn('SV-01', [carts, selecting, prometheus, aNode()])).toMatchObject([
    { severity: 'error', evidence: expect.arrayContaining(['Prometheus shop/k8s exists, and there are no pods of it']) },
  ])
  const database = anObject('databases.example.com/v1', 'PostgresCluster', { name: 'cart', namespace: 'shop' })
  expect(findIn('SV-01', [carts, service, database])).toMatchObject([{ severity: 'info' }])
})

test('the apex of a traffic split selects nothing on purpose', () => {
  const split = anObject('split.smi-spec.io/v1alpha1', 'TrafficSplit', { namespace: 'shop', spec: { service: 'cart' } })
  expect(findIn('SV-01', [carts, service, split])).toEqual([])
})
