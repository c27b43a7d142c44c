import { expect, test } from 'vitest'
import type { Flow } from '../../flows/flow'
import { OTHER_NAMES } from '../../flows/lookup-names'
import { aFlow } from '../../flows/testing/a-flow'
import { LookupCounts } from './lookup-counts'

const answer = (path: string, code: string): Flow =>
  aFlow({ l7: { protocol: 'dns', type: 'response', method: 'A', path, code, latencyMs: null } })

test('answers are counted by workload and name, and forgotten after a while', () => {
  const counts = new LookupCounts()
  counts.see([answer('Cart.shop.svc.cluster.local.', 'NOERROR'), answer('crat.shop.svc.cluster.local.', 'NXDOMAIN'), aFlow()], 0)
  counts.see([answer('crat.shop.svc.cluster.local.', 'NXDOMAIN')], 8 * 60_000)
  expect(counts.list(8 * 60_000)).toEqual([
    { client: 'shop/web[Deployment]', name: 'cart.shop.svc.cluster.local', answered: 1, missing: 0 },
    { client: 'shop/web[Deployment]', name: 'crat.shop.svc.cluster.local', answered: 0, missing: 2 },
  ])
  expect(counts.list(16 * 60_000).map(({ name }) => name)).toEqual(['crat.shop.svc.cluster.local'])
  expect(counts.list(60 * 60_000)).toEqual([])
})

test('more names than are kept are counted', () => {
  const counts = new LookupCounts()
  counts.see(
    Array.from({ length: 5_003 }, (_, index) => answer(`${index}.example.com.`, 'NXDOMAIN')),
    0,
  )
  expect([counts.list(0).length, counts.leftOut]).toEqual([5_000, 3])
})

test('names that were summed up under one are no name', () => {
  const counts = new LookupCounts()
  counts.see([answer(OTHER_NAMES, 'NXDOMAIN'), answer('a.example.com', 'NXDOMAIN')], 0)
  expect(counts.list(0).map(({ name }) => name)).toEqual(['a.example.com'])
  expect(counts.leftOut).toBe(1)
})
