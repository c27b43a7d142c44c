import { expect, test } from 'vitest'
import type { WorkloadRef } from '../../model/names'
import { aDeployment, aService } from '../../model/testing/objects'
import { findIn } from '../testing/find-in'
import type { NameLookups } from './name-lookups'

const objects = [
  aDeployment({ name: 'web', namespace: 'shop' }),
  aService({ name: 'cart', namespace: 'shop' }),
  aService({ name: 'pay', namespace: 'bank' }),
]
const asked = (name: string, answered: number, missing: number): NameLookups => ({
  client: 'shop/web[Deployment]' as WorkloadRef,
  name,
  answered,
  missing,
})
const seeing = (...lookups: readonly NameLookups[]) => ({ traffic: { edges: [], from: 0, to: 1, lookups } })

test('a workload that mostly asks for names which do not exist is a warning', () => {
  const lookups = [
    asked('api.example.com.shop.svc.cluster.local', 0, 10),
    asked('api.example.com.cluster.local', 0, 10),
    asked('api.example.com', 10, 0),
  ]
  expect(findIn('DN-03', objects, seeing(...lookups))).toMatchObject([
    {
      object: { ref: 'shop/web[Deployment]' },
      message: '67 % of 30 look-ups of the workload asked for names that do not exist.',
      evidence: ['api.example.com.cluster.local: 10 times', 'api.example.com.shop.svc.cluster.local: 10 times'],
    },
  ])
  expect(findIn('DN-03', objects, seeing(asked('cart.shop.svc.cluster.local', 30, 0)))).toEqual([])
  expect(findIn('DN-03', objects, seeing(asked('api.example.com.cluster.local', 0, 3)))).toEqual([])
})

test('a name of a Service that does not exist is a warning, with where it does', () => {
  expect(findIn('DN-04', objects, seeing(asked('pay.shop.svc.cluster.local', 0, 2)))).toMatchObject([
    {
      message: 'The workload asks for Service pay of namespace shop, which does not exist.',
      evidence: ['pay.shop.svc.cluster.local was asked for 2 times', 'svc:bank/pay exists'],
    },
  ])
})

test('tries with a search domain, Services without endpoints and unread Services are no slips', () => {
  expect(findIn('DN-04', objects, seeing(asked('example.com.svc.cluster.local', 0, 2)))).toEqual([])
  expect(findIn('DN-04', objects, seeing(asked('api.example.com.shop.svc.cluster.local', 0, 2)))).toEqual([])
  expect(findIn('DN-04', objects, seeing(asked('cart.shop.svc.cluster.local', 0, 2)))).toEqual([])
  expect(findIn('DN-04', objects, { ...seeing(asked('pay.shop.svc.cluster.local', 0, 2)), unread: ['/Service'] })).toEqual([])
})
